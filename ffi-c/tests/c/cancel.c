/* A call is cancelled in each of its phases, in three ways: it ends soon, as `cancelled`, and the peer sees it. */

#include "common.h"

typedef struct {
    const char *what, *listener, *url;
    int32_t phase;
    int body;  /* 1: an endless upload is being sent; 2: a pushed one waits for bytes */
    int read;  /* the head has come, the body is being read */
} stage;

static const stage stages[] = {
    {"connect", "URL_TCP_UNACCEPTED", "x", MUTLS_PHASE_CONNECT, 0, 0},
    {"handshake", "URL_TCP_SILENT", "x", MUTLS_PHASE_HANDSHAKE, 0, 0},
    {"send", "URL_REQUIRED", "upload", MUTLS_PHASE_SEND, 1, 0},
    {"send, blocked", "URL_REQUIRED", "upload-slow?bytes_per_s=10", MUTLS_PHASE_SEND, 1, 0},
    {"send, no bytes", "URL_REQUIRED", "upload", MUTLS_PHASE_SEND, 2, 0},
    {"first byte", "URL_REQUIRED", "silence", MUTLS_PHASE_RECEIVE, 0, 0},
    {"body", "URL_REQUIRED", "drip?bytes=10&ms=20000", MUTLS_PHASE_BODY, 0, 1},
};

enum way { TOKEN, PARENT_OF_MANY, INTERRUPT, FREE_RESPONSE, WAYS };

static int64_t endless(void *context, uint8_t *buffer, size_t capacity) {
    (void)context;
    memset(buffer, 'x', capacity);
    return (int64_t)capacity;
}

static int32_t interrupted(void *context) {
    return __atomic_load_n((int *)context, __ATOMIC_SEQ_CST);
}

static int serial;

/* Waits until the sandbox has `seen` request `id`, or noticed that it was left (`aborted`). */
static void peer_noticed(mutls_client *asker, const char *id, const char *what) {
    char url[256], expected[32];
    snprintf(url, sizeof url, "_log?id=%s&%s=1&wait_ms=%d", id, what, 20000 * (int)slowness());
    snprintf(expected, sizeof expected, "\"%s\":1", what);
    mutls_response *response = get(asker, url);
    CHECK(body_holds(response, expected));
    mutls_response_free(response);
}

static void cancel_in(const stage *at, enum way way, mutls_client *client, mutls_client *asker) {
    if (way == FREE_RESPONSE && !at->read) return;
    char id[64];
    int flag = 0;
    mutls_queue *queue = NULL;
    mutls_cancel_token *token = NULL;
    mutls_body *body = NULL;
    mutls_response *response = NULL;
    mutls_request *request = request_for(at->body ? "POST" : "GET", at->url);
    snprintf(id, sizeof id, "c-%d-%d", (int)getpid(), serial++);
    OK(mutls_queue_new(&queue, &e));
    OK(mutls_cancel_token_new(&token, &e));
    OK(mutls_request_add_header(request, TEXT("x-sandbox-id"), TEXT(id), &e));
    if (way == INTERRUPT) {
        OK(mutls_request_set_interrupt(request, interrupted, &flag, NULL, &e));
    } else if (way != FREE_RESPONSE) {
        OK(mutls_request_set_cancel_token(request, token, &e));
    }
    if (at->body == 1) OK(mutls_request_set_body_stream(request, endless, NULL, NULL, -1, &e));
    if (at->body == 2) OK(mutls_request_set_body_pushed(request, -1, &body, &e));
    OK(mutls_client_submit(client, request, 1, queue, &e));
    mutls_request_free(request);
    int32_t kind = MUTLS_COMPLETION_SEND;
    if (at->read) {
        response = pop_response(queue, 1);
        uint8_t first = 0;
        size_t n = 0;
        OK(mutls_response_read(response, &first, 1, &n, &e));
        CHECK(n == 1);
        OK(mutls_response_submit_read(response, 1, 1, queue, &e));
        kind = MUTLS_COMPLETION_READ;
    }
    if (at->phase >= MUTLS_PHASE_SEND) peer_noticed(asker, id, "seen");
    mutls_completion *early = NULL;
    OK(mutls_queue_pop(queue, 150 * slowness(), &early, &e));
    CHECK(early == NULL);

    int64_t start = now_ms();
    if (way == INTERRUPT) {
        __atomic_store_n(&flag, 1, __ATOMIC_SEQ_CST);
    } else if (way == FREE_RESPONSE) {
        mutls_response_free(response);
        response = NULL;
    } else {
        OK(mutls_cancel_token_cancel(token, &e));
    }
    mutls_completion *completion = pop(queue, 1, kind, MUTLS_ERROR_CANCELLED);
    int64_t took = now_ms() - start;
    if (took > 5000 * slowness()) {
        fprintf(stderr, "    %s, way %d: took %d ms\n", at->what, (int)way, (int)took);
        fail(__FILE__, __LINE__, "cancelling takes effect at once");
    }
    mutls_error *failure = NULL;
    int32_t phase = 0;
    const char *name = NULL;
    size_t length = 0;
    OK(mutls_completion_take_error(completion, &failure, &e));
    OK(mutls_error_phase(failure, &phase, &name, &length, &e));
    if (phase != at->phase) fail_with(__FILE__, __LINE__, at->what, failure);
    mutls_error_free(failure);
    mutls_completion_free(completion);
    mutls_body_free(body);
    mutls_response_free(response);
    mutls_cancel_token_free(token);
    mutls_queue_free(queue);
    /* The peer that reads slowly finds the end behind all that it has not read yet. */
    if (at->phase >= MUTLS_PHASE_SEND && strstr(at->url, "slow") == NULL) peer_noticed(asker, id, "aborted");
}

static void in_every_phase(mutls_client *asker) {
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        mutls_client *client = client_for(stages[i].listener, "");
        for (int way = TOKEN; way < WAYS; way++) cancel_in(&stages[i], (enum way)way, client, asker);
        mutls_client_free(client);
    }
}

/* A token that is already cancelled stops a call before it begins; a shared one stops all of its calls, and only those. */
static void shared_tokens(void) {
    mutls_client *client = client_for("URL_REQUIRED", "");
    mutls_cancel_token *token = NULL;
    mutls_queue *queue = NULL;
    OK(mutls_cancel_token_new(&token, &e));
    OK(mutls_queue_new(&queue, &e));
    for (uint64_t id = 0; id < 20; id++) {
        mutls_request *request = request_for("GET", id % 2 ? "delay/700" : "silence");
        if (id % 2 == 0) OK(mutls_request_set_cancel_token(request, token, &e));
        OK(mutls_client_submit(client, request, id, queue, &e));
        mutls_request_free(request);
    }
    sleep_ms(100);
    OK(mutls_cancel_token_cancel(token, &e));
    for (int i = 0; i < 20; i++) {
        mutls_completion *completion = pop(queue, -1, MUTLS_COMPLETION_SEND, -1);
        uint64_t id = 0;
        int32_t kind = 0, status = 0;
        OK(mutls_completion_info(completion, &id, &kind, &status, &e));
        CHECK(status == (id % 2 ? MUTLS_OK : MUTLS_ERROR_CANCELLED));
        mutls_completion_free(completion);
    }
    mutls_request *request = request_for("GET", "echo");
    mutls_response *response = NULL;
    OK(mutls_request_set_cancel_token(request, token, &e));
    FAILS(MUTLS_ERROR_CANCELLED, mutls_client_send(client, request, &response, &e));
    mutls_request_free(request);
    mutls_cancel_token_free(token);
    mutls_queue_free(queue);
    mutls_client_free(client);
}

static void *cancel_soon(void *token) {
    sleep_ms(100);
    mutls_cancel_token_cancel(token, NULL);
    return NULL;
}

/* The same for the blocking calls. */
static void blocked(mutls_client *asker) {
    (void)asker;
    mutls_client *client = client_for("URL_REQUIRED", "");
    for (int read = 0; read < 2; read++) {
        mutls_cancel_token *token = NULL;
        mutls_request *request = request_for("GET", read ? "drip?bytes=10&ms=20000" : "silence");
        mutls_response *response = NULL;
        pthread_t thread;
        OK(mutls_cancel_token_new(&token, &e));
        OK(mutls_request_set_cancel_token(request, token, &e));
        if (read) {
            uint8_t byte = 0;
            size_t n = 0;
            OK(mutls_client_send(client, request, &response, &e));
            OK(mutls_response_read(response, &byte, 1, &n, &e));
            CHECK(pthread_create(&thread, NULL, cancel_soon, token) == 0);
            FAILS(MUTLS_ERROR_CANCELLED, mutls_response_read(response, &byte, 1, &n, &e));
        } else {
            CHECK(pthread_create(&thread, NULL, cancel_soon, token) == 0);
            FAILS(MUTLS_ERROR_CANCELLED, mutls_client_send(client, request, &response, &e));
        }
        pthread_join(thread, NULL);
        mutls_response_free(response);
        mutls_request_free(request);
        mutls_cancel_token_free(token);
    }
    mutls_client_free(client);
}

int main(void) {
    mutls_client *asker = client_for("URL_PLAIN", "");
    in_every_phase(asker);
    shared_tokens();
    blocked(asker);
    mutls_client_free(asker);
    threads_end();
    return 0;
}
