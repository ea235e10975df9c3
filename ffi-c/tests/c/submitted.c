/* Submitted calls and reads: every one completes exactly once, by queue or by callback. */

#include "common.h"

#include <poll.h>

enum { CALLS = 64 };

static void by_queue(mutls_client *client) {
    mutls_queue *queue = NULL;
    mutls_completion *none = NULL;
    int seen[CALLS] = {0};
    OK(mutls_queue_new(&queue, &e));
    for (uint64_t id = 0; id < CALLS; id++) {
        mutls_request *request = request_for("GET", id % 4 == 0 ? "delay/50" : "bytes/10");
        OK(mutls_client_submit(client, request, id, queue, &e));
        FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_submit(client, request, id, queue, &e));
        mutls_request_free(request);
    }
    for (int i = 0; i < CALLS; i++) {
        mutls_completion *completion = pop(queue, -1, MUTLS_COMPLETION_SEND, MUTLS_OK);
        mutls_response *response = NULL;
        uint64_t id = 0;
        int32_t kind = 0, status = 0;
        OK(mutls_completion_info(completion, &id, &kind, &status, &e));
        CHECK(id < CALLS && seen[id]++ == 0);
        /* Some are not taken: the completion frees them. */
        if (id % 3 == 0) {
            OK(mutls_completion_take_response(completion, &response, &e));
            CHECK(status_of(response) == 200);
            FAILS(MUTLS_ERROR_BAD_OPTION, mutls_completion_take_response(completion, &response, &e));
        }
        mutls_completion_free(completion);
        mutls_response_free(response);
    }
    OK(mutls_queue_pop(queue, 20, &none, &e));
    CHECK(none == NULL);
    mutls_queue_free(queue);
}

static int readable(int fd, int timeout_ms) {
    struct pollfd wait = {fd, POLLIN, 0};
    return poll(&wait, 1, timeout_ms);
}

static void by_descriptor(mutls_client *client) {
    mutls_queue *queue = NULL;
    int32_t fd = -1, again = -1;
    OK(mutls_queue_new(&queue, &e));
    /* One completion waits before there is a descriptor. */
    for (int round = 0; round < 3; round++) {
        mutls_request *request = request_for("GET", "bytes/10");
        OK(mutls_client_submit(client, request, 1, queue, &e));
        mutls_request_free(request);
        request = request_for("GET", "bytes/10");
        OK(mutls_client_submit(client, request, 2, queue, &e));
        mutls_request_free(request);
        if (round == 0) sleep_ms(300 * (long)slowness());
        OK(mutls_queue_fd(queue, &fd, &e));
        OK(mutls_queue_fd(queue, &again, &e));
        CHECK(fd >= 0 && fd == again);
        int popped = 0;
        while (popped < 2) {
            CHECK(readable(fd, 30000 * (int)slowness()) == 1);
            mutls_completion *completion = NULL;
            OK(mutls_queue_pop(queue, 0, &completion, &e));
            CHECK(completion != NULL);
            mutls_completion_free(completion);
            popped++;
        }
        CHECK(readable(fd, 0) == 0);
    }
    mutls_queue_free(queue);
}

typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    mutls_client *client;
    mutls_queue *queue;
    int completions, ends, finalized;
    uint64_t bytes;
} host;

/* A host that lives in callbacks alone: each completion leads to the next submission. */
static void on_completion(void *context, mutls_completion *completion) {
    host *here = context;
    uint64_t id = 0;
    int32_t kind = 0, status = 0;
    const uint8_t *data = NULL;
    size_t length = 0;
    OK(mutls_completion_info(completion, &id, &kind, &status, &e));
    CHECK(status == MUTLS_OK);
    /* The id is a pointer of ours. */
    mutls_response **response = (mutls_response **)(uintptr_t)id;
    if (kind == MUTLS_COMPLETION_SEND) {
        OK(mutls_completion_take_response(completion, response, &e));
    } else {
        OK(mutls_completion_bytes(completion, &data, &length, &e));
    }
    pthread_mutex_lock(&here->mutex);
    here->completions++;
    here->bytes += length;
    int ended = kind == MUTLS_COMPLETION_READ && length == 0;
    here->ends += ended;
    pthread_cond_signal(&here->changed);
    pthread_mutex_unlock(&here->mutex);
    mutls_completion_free(completion);
    if (ended) {
        mutls_response_free(*response);
        free(response);
    } else {
        OK(mutls_response_submit_read(*response, 40000, id, here->queue, &e));
    }
}

static void on_finalize(void *context) {
    host *here = context;
    pthread_mutex_lock(&here->mutex);
    here->finalized++;
    pthread_cond_signal(&here->changed);
    pthread_mutex_unlock(&here->mutex);
}

static void by_callback(mutls_client *client, size_t prefetch) {
    host here = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .client = client};
    OK(mutls_queue_new_calling(on_completion, &here, on_finalize, &here.queue, &e));
    for (int i = 0; i < CALLS; i++) {
        mutls_request *request = request_for("GET", "bytes/100000");
        OK(mutls_request_set_prefetch(request, prefetch, &e));
        mutls_response **response = calloc(1, sizeof *response);
        OK(mutls_client_submit(client, request, (uint64_t)(uintptr_t)response, here.queue, &e));
        mutls_request_free(request);
    }
    pthread_mutex_lock(&here.mutex);
    while (here.ends < CALLS) pthread_cond_wait(&here.changed, &here.mutex);
    CHECK(here.bytes == (uint64_t)CALLS * 100000 && here.finalized == 0);
    pthread_mutex_unlock(&here.mutex);
    mutls_queue_free(here.queue);
    pthread_mutex_lock(&here.mutex);
    while (here.finalized == 0) pthread_cond_wait(&here.changed, &here.mutex);
    CHECK(here.finalized == 1);
    pthread_mutex_unlock(&here.mutex);
}

typedef struct {
    int completions, finalized;
} tally;

static void count_completion(void *context, mutls_completion *completion) {
    __atomic_add_fetch(&((tally *)context)->completions, 1, __ATOMIC_SEQ_CST);
    mutls_completion_free(completion);
}

static void count_finalized(void *context) {
    tally *here = context;
    __atomic_add_fetch(&here->finalized, 1, __ATOMIC_SEQ_CST);
}

/* The queue, the client and all else are freed at once; everything completes, then the context goes back. */
static void freed_at_once(void) {
    for (int i = 0; i < rounds(8); i++) {
        mutls_client *client = client_for("URL_REQUIRED", "");
        mutls_queue *queue = NULL;
        tally here = {0, 0};
        OK(mutls_queue_new_calling(count_completion, &here, count_finalized, &queue, &e));
        for (int call = 0; call < 8; call++) {
            mutls_request *request = request_for("GET", call % 2 ? "delay/20" : "bytes/1");
            OK(mutls_client_submit(client, request, 1, queue, &e));
            mutls_request_free(request);
        }
        mutls_queue_free(queue);
        mutls_client_free(client);
        while (__atomic_load_n(&here.finalized, __ATOMIC_SEQ_CST) == 0) sleep_ms(1);
        CHECK(here.completions == 8);
        sleep_ms(5);
        CHECK(here.completions == 8 && here.finalized == 1);
    }
}

static void reads(mutls_client *client) {
    mutls_queue *queue = NULL;
    mutls_request *request = request_for("GET", "drip?bytes=20&ms=20");
    mutls_response *response = NULL;
    const uint8_t *data = NULL;
    size_t length = 0;
    uint8_t byte = 0;
    OK(mutls_queue_new(&queue, &e));
    OK(mutls_client_submit(client, request, 1, queue, &e));
    mutls_request_free(request);
    response = pop_response(queue, 1);

    /* One read at a time: the second one is refused, however it is made. */
    OK(mutls_response_submit_read_all(response, -1, 2, queue, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_submit_read(response, 1, 3, queue, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_read(response, &byte, 1, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_submit_read(response, 0, 3, queue, &e));
    mutls_completion *completion = pop(queue, 2, MUTLS_COMPLETION_READ_ALL, MUTLS_OK);
    OK(mutls_completion_bytes(completion, &data, &length, &e));
    CHECK(length == 20 && data[19] == pattern(19));
    mutls_completion_free(completion);
    OK(mutls_response_submit_read(response, 1, 4, queue, &e));
    completion = pop(queue, 4, MUTLS_COMPLETION_READ, MUTLS_OK);
    OK(mutls_completion_bytes(completion, &data, &length, &e));
    CHECK(length == 0);
    mutls_completion_free(completion);
    mutls_response_free(response);

    /* A limit, and a failure in the body. */
    response = get(client, "bytes/1000");
    OK(mutls_response_submit_read_all(response, 999, 5, queue, &e));
    mutls_completion_free(pop(queue, 5, MUTLS_COMPLETION_READ_ALL, MUTLS_ERROR_BODY_TOO_LARGE));
    mutls_response_free(response);
    response = get(client, "truncated/10/20");
    OK(mutls_response_submit_read_all(response, -1, 6, queue, &e));
    mutls_completion_free(pop(queue, 6, MUTLS_COMPLETION_READ_ALL, MUTLS_ERROR_BODY_TRUNCATED));
    mutls_response_free(response);
    mutls_queue_free(queue);
}

/* Too many calls are refused through the completion, not dropped. */
static void overloaded(void) {
    mutls_client *client = client_for("URL_REQUIRED", "\"workers\": {\"max\": 1, \"queue\": 1}");
    mutls_queue *queue = NULL;
    int refused = 0;
    OK(mutls_queue_new(&queue, &e));
    for (uint64_t id = 0; id < 10; id++) {
        mutls_request *request = request_for("GET", "delay/100");
        OK(mutls_client_submit(client, request, id, queue, &e));
        mutls_request_free(request);
    }
    for (int i = 0; i < 10; i++) {
        mutls_completion *completion = pop(queue, -1, MUTLS_COMPLETION_SEND, -1);
        uint64_t id = 0;
        int32_t kind = 0, status = 0;
        OK(mutls_completion_info(completion, &id, &kind, &status, &e));
        CHECK(status == MUTLS_OK || status == MUTLS_ERROR_OVERLOADED);
        refused += status != MUTLS_OK;
        mutls_completion_free(completion);
    }
    CHECK(refused == 8);
    mutls_queue_free(queue);
    mutls_client_free(client);
}

static void *wait_for_ever(void *queue) {
    mutls_completion *completion = NULL;
    return (void *)(intptr_t)mutls_queue_pop(queue, -1, &completion, NULL);
}

/* Freeing a queue wakes who waits for it. */
static void freed_while_popped(void) {
    mutls_queue *queue = NULL;
    pthread_t threads[4];
    OK(mutls_queue_new(&queue, &e));
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, wait_for_ever, queue) == 0);
    sleep_ms(100 * (long)slowness());
    mutls_queue_free(queue);
    for (int i = 0; i < 4; i++) {
        void *status = NULL;
        pthread_join(threads[i], &status);
        CHECK((intptr_t)status == MUTLS_ERROR_CLOSED);
    }
}

int main(void) {
    mutls_client *client = client_for("URL_REQUIRED", "");
    by_queue(client);
    by_descriptor(client);
    by_callback(client, 0);
    by_callback(client, 50000);
    by_callback(client, 200000);
    reads(client);
    mutls_client_free(client);
    freed_at_once();
    overloaded();
    freed_while_popped();
    threads_end();
    return 0;
}
