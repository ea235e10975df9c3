/* Request bodies: pulled from a callback, pushed by another thread, pushed by submitted writes. */

#include "common.h"

typedef struct {
    uint64_t left, produced;
    size_t most;           /* at a time */
    int64_t misbehaviour;  /* returned in place of bytes once `left` is used up */
    int calls, finalized;
} source;

static int64_t produce(void *context, uint8_t *buffer, size_t capacity) {
    source *from = context;
    from->calls++;
    CHECK(from->finalized == 0 && capacity >= 1);
    if (from->left == 0) {
        if (from->misbehaviour < -1) memcpy(buffer, "the disk is gone", (size_t)(-1 - from->misbehaviour));
        if (from->misbehaviour > 0) return (int64_t)capacity + from->misbehaviour;
        return from->misbehaviour;
    }
    size_t n = capacity;
    if (n > from->most) n = from->most;
    if (n > from->left) n = (size_t)from->left;
    for (size_t i = 0; i < n; i++) buffer[i] = pattern(from->produced + i);
    from->produced += n;
    from->left -= n;
    return (int64_t)n;
}

static void finalize(void *context) {
    ((source *)context)->finalized++;
}

static mutls_status pull(mutls_client *client, source *from, int64_t length, mutls_response **response,
                         mutls_error **error) {
    mutls_request *request = request_for("POST", "upload");
    OK(mutls_request_set_body_stream(request, produce, from, finalize, length, &e));
    CHECK(from->finalized == 0);
    mutls_status status = mutls_client_send(client, request, response, error);
    mutls_request_free(request);
    CHECK(from->finalized == 1);
    return status;
}

static void pulled(mutls_client *client) {
    static const uint64_t lengths[] = {0, 1, 1000, 200000};
    static const size_t pieces[] = {7777, 1 << 20};
    for (size_t i = 0; i < 16; i++) {
        uint64_t length = lengths[i % 4];
        source from = {length, 0, pieces[i / 4 % 2], 0, 0, 0};
        mutls_response *response = NULL;
        char expected[64];
        OK(pull(client, &from, i < 8 ? (int64_t)length : -1, &response, &e));
        snprintf(expected, sizeof expected, "\"length\":%" PRIu64, length);
        CHECK(body_holds(response, expected));
        mutls_response_free(response);
    }
}

static void pulled_badly(mutls_client *client) {
    static const int64_t misbehaviours[] = {-1, -1 - 16, INT64_MIN, 1, 0};
    for (size_t i = 0; i < 5; i++) {
        source from = {100, 0, 60, misbehaviours[i], 0, 0};
        if (misbehaviours[i] == INT64_MIN) from.misbehaviour = -1 - 16;
        mutls_response *response = NULL;
        mutls_error *failure = NULL;
        const char *json = NULL;
        size_t length = 0;
        int32_t origin = 0;
        /* The last one ends before the length that was announced. */
        mutls_status status = pull(client, &from, misbehaviours[i] == 0 ? 101 : -1, &response, &failure);
        if (status != MUTLS_ERROR_BODY_SOURCE_FAILED) fail_with(__FILE__, __LINE__, "pulled_badly", failure);
        OK(mutls_error_json(failure, &json, &length, &e));
        if (misbehaviours[i] == -1 - 16) CHECK(holds(json, length, "the disk is gone"));
        OK(mutls_error_origin(failure, &origin, &json, &length, &e));
        CHECK(origin == MUTLS_ORIGIN_CALLER && response == NULL);
        mutls_error_free(failure);
    }
}

typedef struct {
    mutls_body *body;
    uint64_t length;
    mutls_status status;
} pusher;

static void *push(void *context) {
    pusher *to = context;
    static const uint8_t piece[10000];
    uint64_t left = to->length;
    while (left > 0 && to->status == MUTLS_OK) {
        size_t n = left < sizeof piece ? (size_t)left : sizeof piece;
        to->status = mutls_body_write(to->body, piece, n, NULL);
        left -= n;
    }
    mutls_body_finish(to->body, NULL);
    mutls_body_free(to->body);
    return NULL;
}

static void pushed_by_a_thread(mutls_client *client) {
    for (int chunked = 0; chunked < 2; chunked++) {
        mutls_request *request = request_for("POST", "upload");
        mutls_response *response = NULL;
        pusher to = {NULL, 1000000, MUTLS_OK};
        pthread_t thread;
        OK(mutls_request_set_body_pushed(request, chunked ? -1 : 1000000, &to.body, &e));
        CHECK(pthread_create(&thread, NULL, push, &to) == 0);
        OK(mutls_client_send(client, request, &response, &e));
        pthread_join(thread, NULL);
        CHECK(to.status == MUTLS_OK);
        CHECK(body_holds(response, "\"length\":1000000"));
        mutls_request_free(request);
        mutls_response_free(response);
    }
}

/* One thread does everything; back-pressure holds it back. */
static void pushed_by_submissions(mutls_client *client) {
    static const uint8_t piece[100000];
    mutls_request *request = request_for("POST", "upload");
    mutls_body *body = NULL;
    mutls_queue *queue = NULL;
    OK(mutls_queue_new(&queue, &e));
    OK(mutls_request_set_body_pushed(request, -1, &body, &e));
    OK(mutls_client_submit(client, request, 1000, queue, &e));
    mutls_request_free(request);
    for (uint64_t id = 0; id < 20; id++) {
        OK(mutls_body_submit_write(body, piece, sizeof piece, id, queue, &e));
        mutls_completion_free(pop(queue, (int64_t)id, MUTLS_COMPLETION_WRITE, MUTLS_OK));
    }
    OK(mutls_body_finish(body, &e));
    mutls_response *response = pop_response(queue, 1000);
    CHECK(body_holds(response, "\"length\":2000000"));
    FAILS(MUTLS_ERROR_CLOSED, mutls_body_write(body, piece, 1, &e));
    mutls_body_free(body);
    mutls_response_free(response);
    mutls_queue_free(queue);
}

/* Aborted, dropped, or left unfinished: the request fails, it never ends as if it were complete. */
static void pushed_badly(mutls_client *client) {
    for (int way = 0; way < 3; way++) {
        mutls_request *request = request_for("POST", "upload");
        mutls_body *body = NULL;
        mutls_queue *queue = NULL;
        mutls_error *failure = NULL;
        const char *json = NULL;
        size_t length = 0;
        OK(mutls_queue_new(&queue, &e));
        OK(mutls_request_set_body_pushed(request, way == 2 ? 100 : -1, &body, &e));
        OK(mutls_client_submit(client, request, 1, queue, &e));
        OK(mutls_body_write(body, BYTES("some"), &e));
        if (way == 0) OK(mutls_body_abort(body, TEXT("the user left"), &e));
        if (way == 2) OK(mutls_body_finish(body, &e));
        mutls_body_free(body);
        mutls_completion *completion = pop(queue, 1, MUTLS_COMPLETION_SEND, MUTLS_ERROR_BODY_SOURCE_FAILED);
        OK(mutls_completion_take_error(completion, &failure, &e));
        OK(mutls_error_json(failure, &json, &length, &e));
        if (way == 0) CHECK(holds(json, length, "the user left"));
        mutls_error_free(failure);
        mutls_completion_free(completion);
        mutls_request_free(request);
        mutls_queue_free(queue);
    }
}

/* The answer came before the body was out: writes say so, the answer is an answer. */
static void answered_early(mutls_client *client) {
    mutls_request *request = request_for("POST", "early-413");
    mutls_response *response = NULL;
    pusher to = {NULL, 50000000, MUTLS_OK};
    pthread_t thread;
    OK(mutls_request_set_body_pushed(request, -1, &to.body, &e));
    CHECK(pthread_create(&thread, NULL, push, &to) == 0);
    OK(mutls_client_send(client, request, &response, &e));
    CHECK(status_of(response) == 413);
    mutls_response_free(response);
    mutls_request_free(request);
    pthread_join(thread, NULL);
    CHECK(to.status == MUTLS_ERROR_CLOSED);
}

static void replayed(mutls_client *client) {
    mutls_request *request = request_for("POST", "redirect/307?to=/upload");
    mutls_response *response = NULL;
    OK(mutls_request_set_body_bytes(request, BYTES("twelve bytes"), &e));
    OK(mutls_client_send(client, request, &response, &e));
    CHECK(body_holds(response, "\"length\":12"));
    mutls_response_free(response);
    mutls_request_free(request);
}

int main(void) {
    mutls_client *client = client_for("URL_REQUIRED", "");
    pulled(client);
    pulled_badly(client);
    pushed_by_a_thread(client);
    pushed_by_submissions(client);
    pushed_badly(client);
    answered_early(client);
    replayed(client);
    mutls_client_free(client);
    threads_end();
    return 0;
}
