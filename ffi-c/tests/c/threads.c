/* One client, one queue and one token, used by 32 threads at once; and handles that are freed while others use them. */

#include "common.h"

enum { THREADS = 32 };

typedef struct {
    mutls_client *client;
    mutls_queue *queue;
    mutls_cancel_token *token;
    mutls_config *config;
    int number;
} worker;

static void *work(void *context) {
    worker *self = context;
    for (int i = 0; i < rounds(20); i++) {
        char url[64], expected[32];
        snprintf(url, sizeof url, "echo?n=%d-%d", self->number, i);
        snprintf(expected, sizeof expected, "n=%d-%d", self->number, i);
        mutls_request *request = request_for("GET", url);
        mutls_response *response = NULL;
        OK(mutls_request_set_cancel_token(request, self->token, &e));
        OK(mutls_request_set_prefetch(request, i % 2 ? 4096 : 0, &e));
        if (i % 4 == 3) {
            /* Whoever pops it: the number of completions is what counts. */
            OK(mutls_client_submit(self->client, request, 1, self->queue, &e));
            response = pop_response(self->queue, 1);
            CHECK(status_of(response) == 200);
        } else {
            OK(mutls_client_send(self->client, request, &response, &e));
            CHECK(body_holds(response, expected));
        }
        if (i % 8 == 7) OK(mutls_client_reload(self->client, self->config, &e));
        mutls_response_free(response);
        mutls_request_free(request);
    }
    return NULL;
}

static void one_client_for_all(void) {
    mutls_config *config = config_for("URL_REQUIRED", "");
    mutls_client *client = NULL;
    mutls_queue *queue = NULL;
    mutls_cancel_token *token = NULL;
    pthread_t threads[THREADS];
    worker workers[THREADS];
    OK(mutls_client_new(config, &client, &e));
    OK(mutls_queue_new(&queue, &e));
    OK(mutls_cancel_token_new(&token, &e));
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){client, queue, token, config, i};
        CHECK(pthread_create(&threads[i], NULL, work, &workers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    mutls_completion *none = NULL;
    OK(mutls_queue_pop(queue, 0, &none, &e));
    CHECK(none == NULL);
    mutls_cancel_token_free(token);
    mutls_queue_free(queue);
    mutls_client_free(client);
    mutls_config_free(config);
}

typedef struct {
    mutls_response *response;
    uint64_t bytes;
    int refused, other;
} reader;

static void *read_along(void *context) {
    reader *self = context;
    uint8_t buffer[4096];
    for (;;) {
        size_t n = 0;
        mutls_status status = mutls_response_read(self->response, buffer, sizeof buffer, &n, NULL);
        if (status == MUTLS_ERROR_BAD_OPTION) {
            /* Its turn will come; without a pause four spinning threads can starve the one that reads. */
            self->refused++;
            sleep_ms(1);
            continue;
        }
        self->other += status != MUTLS_OK;
        self->bytes += n;
        if (status != MUTLS_OK || n == 0) return NULL;
    }
}

/* Reads of one response from many threads: each byte goes to exactly one of them. */
static void one_body_for_all(void) {
    mutls_client *client = client_for("URL_REQUIRED", "");
    mutls_response *response = get(client, "bytes/2000000");
    pthread_t threads[4];
    reader readers[4];
    uint64_t total = 0;
    for (int i = 0; i < 4; i++) {
        readers[i] = (reader){response, 0, 0, 0};
        CHECK(pthread_create(&threads[i], NULL, read_along, &readers[i]) == 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        total += readers[i].bytes;
        CHECK(readers[i].other == 0);
    }
    CHECK(total == 2000000);
    mutls_response_free(response);
    mutls_client_free(client);
}

typedef struct {
    mutls_client *client;
    mutls_request *request;
    mutls_status status;
    int begun;
} sender;

static void *send_one(void *context) {
    sender *self = context;
    mutls_response *response = NULL;
    __atomic_store_n(&self->begun, 1, __ATOMIC_SEQ_CST);
    self->status = mutls_client_send(self->client, self->request, &response, NULL);
    mutls_response_free(response);
    return NULL;
}

/* Client and request are freed while another thread's blocking call is under way. */
static void freed_during_a_call(void) {
    mutls_client *client = client_for("URL_REQUIRED", "");
    sender self = {client, request_for("GET", "delay/300"), -1, 0};
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, send_one, &self) == 0);
    while (!__atomic_load_n(&self.begun, __ATOMIC_SEQ_CST)) sleep_ms(1);
    sleep_ms(100);
    mutls_client_free(self.client);
    mutls_request_free(self.request);
    pthread_join(thread, NULL);
    CHECK(self.status == MUTLS_OK);
}

int main(void) {
    one_client_for_all();
    one_body_for_all();
    freed_during_a_call();
    threads_end();
    return 0;
}
