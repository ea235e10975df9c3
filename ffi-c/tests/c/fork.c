/* A child has a client of its own; what else it inherits answers `closed`, and can be freed. */

#include "common.h"

#include <sys/wait.h>

static void child(mutls_client *client, mutls_config *config, mutls_response *response, mutls_request *request,
                  mutls_queue *queue, mutls_cancel_token *token, mutls_body *body, mutls_completion *done) {
    uint8_t byte = 0;
    size_t n = 0;
    int32_t number = 0;
    mutls_completion *completion = NULL;
    mutls_response *answer = NULL;
    FAILS(MUTLS_ERROR_CLOSED, mutls_response_read(response, &byte, 1, &n, &e));
    FAILS(MUTLS_ERROR_CLOSED, mutls_response_status(response, &number, &e));
    FAILS(MUTLS_ERROR_CLOSED, mutls_client_send(client, request, &answer, &e));
    FAILS(MUTLS_ERROR_CLOSED, mutls_client_submit(client, request, 1, queue, &e));
    FAILS(MUTLS_ERROR_CLOSED, mutls_queue_pop(queue, -1, &completion, &e));
    FAILS(MUTLS_ERROR_CLOSED, mutls_queue_fd(queue, &number, &e));
    FAILS(MUTLS_ERROR_CLOSED, mutls_cancel_token_cancel(token, &e));
    FAILS(MUTLS_ERROR_CLOSED, mutls_body_write(body, &byte, 1, &e));
    FAILS(MUTLS_ERROR_CLOSED, mutls_body_finish(body, &e));
    FAILS(MUTLS_ERROR_CLOSED, mutls_completion_take_response(done, &answer, &e));

    /* New things work, blocking and submitted, with the client of before and with another. */
    for (int i = 0; i < 3; i++) {
        mutls_response *own = get(client, "echo");
        CHECK(body_holds(own, "valid.client.sandbox.test"));
        mutls_response_free(own);
    }
    mutls_client *another = NULL;
    mutls_queue *own_queue = NULL;
    OK(mutls_client_new(config, &another, &e));
    OK(mutls_queue_new(&own_queue, &e));
    for (int i = 0; i < 2; i++) {
        mutls_request *own_request = request_for("GET", "bytes/10");
        OK(mutls_client_submit(i ? client : another, own_request, 9, own_queue, &e));
        mutls_request_free(own_request);
        mutls_response_free(pop_response(own_queue, 9));
    }
    mutls_queue_free(own_queue);
    mutls_client_free(another);

    mutls_completion_free(done);
    mutls_response_free(response);
    mutls_request_free(request);
    mutls_queue_free(queue);
    mutls_cancel_token_free(token);
    mutls_body_free(body);
    mutls_client_free(client);
    mutls_config_free(config);
}

static void *keep_busy(void *context) {
    mutls_client *client = context;
    for (int i = 0; i < rounds(60); i++) {
        mutls_response *response = get(client, "bytes/1000");
        CHECK(status_of(response) == 200);
        mutls_response_free(response);
    }
    return NULL;
}

int main(void) {
    mutls_config *config = config_for("URL_REQUIRED", "");
    mutls_client *client = NULL;
    mutls_queue *queue = NULL;
    mutls_cancel_token *token = NULL;
    mutls_body *body = NULL;
    OK(mutls_client_new(config, &client, &e));
    OK(mutls_queue_new(&queue, &e));
    OK(mutls_cancel_token_new(&token, &e));

    /* In flight at the fork: a response half read, a submitted call, an upload, threads in the midst of calls. */
    mutls_response *response = get(client, "bytes/1000000");
    mutls_request *request = request_for("GET", "echo");
    mutls_request *slow = request_for("GET", "delay/500"), *upload = request_for("POST", "upload");
    uint8_t byte = 0;
    size_t n = 0;
    pthread_t threads[4];
    mutls_request *quick = request_for("GET", "bytes/100000");
    OK(mutls_client_submit(client, quick, 4, queue, &e));
    mutls_completion *done = pop(queue, 4, MUTLS_COMPLETION_SEND, MUTLS_OK);
    mutls_request_free(quick);
    OK(mutls_response_read(response, &byte, 1, &n, &e));
    OK(mutls_request_set_cancel_token(slow, token, &e));
    OK(mutls_client_submit(client, slow, 5, queue, &e));
    OK(mutls_request_set_body_pushed(upload, -1, &body, &e));
    OK(mutls_client_submit(client, upload, 6, queue, &e));
    OK(mutls_body_write(body, BYTES("before "), &e));
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, keep_busy, client) == 0);

    for (int i = 0; i < 5; i++) {
        pid_t pid = fork();
        CHECK(pid >= 0);
        if (pid == 0) {
            child(client, config, response, request, queue, token, body, done);
            /* What a child abandons on purpose is a leak to who looks for leaks; another program is not asked. */
            if (getenv("MUTLS_TEST_CHILD_UNASKED") != NULL) execl("/bin/true", "true", (char *)NULL);
            _exit(0);
        }
        int status = 0;
        CHECK(waitpid(pid, &status, 0) == pid);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }

    /* The parent noticed nothing. */
    OK(mutls_body_write(body, BYTES("and after"), &e));
    OK(mutls_body_finish(body, &e));
    for (int i = 0; i < 2; i++) {
        mutls_completion *completion = pop(queue, -1, MUTLS_COMPLETION_SEND, MUTLS_OK);
        mutls_completion_free(completion);
    }
    mutls_bytes *rest = NULL;
    const uint8_t *data = NULL;
    OK(mutls_response_read_all(response, -1, &rest, &e));
    OK(mutls_bytes_view(rest, &data, &n, &e));
    CHECK(n == 999999);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    mutls_bytes_free(rest);
    mutls_completion_free(done);
    mutls_response_free(response);
    mutls_request_free(request);
    mutls_request_free(slow);
    mutls_request_free(upload);
    mutls_body_free(body);
    mutls_queue_free(queue);
    mutls_cancel_token_free(token);
    mutls_client_free(client);
    mutls_config_free(config);
    threads_end();
    return 0;
}
