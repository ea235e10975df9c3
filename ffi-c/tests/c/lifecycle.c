/* Handles may be freed in any order, before, during and after the calls that use them. */

#include "common.h"

enum { HANDLES = 6 };

typedef struct {
    mutls_config *config;
    mutls_client *client;
    mutls_request *request;
    mutls_cancel_token *token;
    mutls_response *response;
    mutls_bytes *bytes;
} handles;

static void free_nth(handles *all, int nth) {
    switch (nth) {
    case 0: mutls_config_free(all->config); break;
    case 1: mutls_client_free(all->client); break;
    case 2: mutls_request_free(all->request); break;
    case 3: mutls_cancel_token_free(all->token); break;
    case 4: mutls_response_free(all->response); break;
    case 5: mutls_bytes_free(all->bytes); break;
    }
}

static void make(handles *all, const char *url) {
    memset(all, 0, sizeof *all);
    /* Without TLS: there are hundreds of orders, and it is the handles that are tried. */
    all->config = config_for("URL_PLAIN", "\"hosts\": []");
    OK(mutls_client_new(all->config, &all->client, &e));
    all->request = request_for("GET", url);
    OK(mutls_cancel_token_new(&all->token, &e));
    OK(mutls_request_set_cancel_token(all->request, all->token, &e));
    OK(mutls_client_send(all->client, all->request, &all->response, &e));
    OK(mutls_response_read_all(all->response, -1, &all->bytes, &e));
}

/* Calls `visit` with every order of the handles (Heap's algorithm). */
static int orders(int *order, int n, int every, int *count, void (*visit)(const int *)) {
    if (n == 1) {
        if ((*count)++ % every == 0) visit(order);
        return *count;
    }
    for (int i = 0; i < n; i++) {
        orders(order, n - 1, every, count, visit);
        int other = n % 2 == 0 ? i : 0, swap = order[other];
        order[other] = order[n - 1];
        order[n - 1] = swap;
    }
    return *count;
}

static void free_in_order(const int *order) {
    handles all;
    make(&all, "bytes/100");
    for (int i = 0; i < HANDLES; i++) free_nth(&all, order[i]);
}

static void every_order(void) {
    int order[HANDLES] = {0, 1, 2, 3, 4, 5}, count = 0;
    CHECK(orders(order, HANDLES, slowness() > 1 ? 20 : 1, &count, free_in_order) == 720);
}

/* A body that outlives everything that it came from. */
static void a_body_goes_on_alone(void) {
    mutls_client *client = client_for("URL_REQUIRED", "");
    mutls_response *response = get(client, "bytes/300000");
    mutls_client_free(client);
    uint8_t buffer[1000];
    uint64_t total = 0;
    size_t n = 0;
    do {
        OK(mutls_response_read(response, buffer, sizeof buffer, &n, &e));
        for (size_t i = 0; i < n; i++) CHECK(buffer[i] == pattern(total + i));
        total += n;
    } while (n > 0);
    CHECK(total == 300000);
    OK(mutls_response_read(response, buffer, sizeof buffer, &n, &e));
    CHECK(n == 0);
    mutls_response_free(response);
}

/* Everything is freed while the call is in flight, and it still completes. */
static void freed_in_flight(void) {
    for (int i = 0; i < rounds(20); i++) {
        mutls_client *client = client_for("URL_REQUIRED", "");
        mutls_request *request = request_for("GET", i % 2 ? "delay/30" : "bytes/10");
        mutls_cancel_token *token = NULL;
        mutls_queue *queue = NULL;
        OK(mutls_queue_new(&queue, &e));
        OK(mutls_cancel_token_new(&token, &e));
        OK(mutls_request_set_cancel_token(request, token, &e));
        OK(mutls_client_submit(client, request, 1, queue, &e));
        mutls_client_free(client);
        mutls_request_free(request);
        mutls_cancel_token_free(token);
        if (i % 3 == 0) {
            mutls_queue_free(queue);
            continue;
        }
        mutls_response *response = pop_response(queue, 1);
        CHECK(status_of(response) == 200);
        OK(mutls_response_submit_read(response, 10, 2, queue, &e));
        if (i % 3 == 1) mutls_response_free(response);
        mutls_completion_free(pop(queue, 2, MUTLS_COMPLETION_READ, i % 3 == 1 ? -1 : MUTLS_OK));
        if (i % 3 == 2) mutls_response_free(response);
        mutls_queue_free(queue);
    }
}

/* A client that closes waits for bodies, then cuts them off. */
static void close_drains(void) {
    mutls_client *client = client_for("URL_REQUIRED", "");
    mutls_response *response = get(client, "drip?bytes=1000&ms=20");
    mutls_request *request = request_for("GET", "bytes/1");
    mutls_response *none = NULL;
    uint8_t byte = 0;
    size_t n = 0;
    int32_t finished = -1;
    OK(mutls_client_close(client, 50, &finished, &e));
    CHECK(finished == 0);
    FAILS(MUTLS_ERROR_CLOSED, mutls_client_send(client, request, &none, &e));
    mutls_status status = MUTLS_OK;
    for (int i = 0; i < 1000 && status == MUTLS_OK; i++) {
        status = mutls_response_read(response, &byte, 1, &n, NULL);
    }
    CHECK(status == MUTLS_ERROR_CLOSED);
    mutls_response_free(response);
    OK(mutls_client_close(client, 5000, &finished, &e));
    CHECK(finished == 1);
    mutls_request_free(request);
    mutls_client_free(client);
}

/* One config makes several clients, and a reload takes another. */
static void configs_are_shared(void) {
    mutls_config *config = config_for("URL_REQUIRED", "");
    mutls_client *one = NULL, *two = NULL;
    OK(mutls_client_new(config, &one, &e));
    OK(mutls_client_new(config, &two, &e));
    mutls_response *before = get(one, "echo");
    OK(mutls_client_reload(one, config, &e));
    mutls_config_free(config);
    mutls_response *after = get(one, "echo"), *other = get(two, "echo");
    CHECK(body_holds(before, "valid.client.sandbox.test"));
    CHECK(body_holds(after, "valid.client.sandbox.test"));
    CHECK(body_holds(other, "valid.client.sandbox.test"));
    mutls_client_free(one);
    mutls_client_free(two);
    mutls_response_free(before);
    mutls_response_free(after);
    mutls_response_free(other);
}

int main(void) {
    every_order();
    a_body_goes_on_alone();
    freed_in_flight();
    close_drains();
    configs_are_shared();
    threads_end();
    return 0;
}
