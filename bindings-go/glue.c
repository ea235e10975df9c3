#include "glue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

void mutls_go_prepare(const char *text, size_t method, size_t url, size_t block, const char *options,
                      size_t options_length, const uint8_t *body, size_t body_length, int32_t has_body,
                      int64_t stream, mutls_go_prepared *out) {
    mutls_request *request = NULL;
    mutls_error **error = &out->error;
    const char *lines = text + method + url;
    if (mutls_request_new(text, method, text + method, url, &request, error) != MUTLS_OK) return;
    if ((block > 0 && mutls_request_add_header_block(request, lines, block, error) != MUTLS_OK) ||
        (options_length > 0 && mutls_request_set_options(request, options, options_length, error) != MUTLS_OK) ||
        (has_body && stream == -2 && mutls_request_set_body_bytes(request, body, body_length, error) != MUTLS_OK) ||
        (has_body && stream != -2 && mutls_request_set_body_pushed(request, stream, &out->body, error) != MUTLS_OK) ||
        mutls_cancel_token_new(&out->token, error) != MUTLS_OK ||
        mutls_request_set_cancel_token(request, out->token, error) != MUTLS_OK) {
        mutls_request_free(request);
        mutls_cancel_token_free(out->token);
        mutls_body_free(out->body);
        out->token = NULL;
        out->body = NULL;
        return;
    }
    out->request = request;
}

static void look(mutls_response *response, mutls_go_answer *out) {
    out->response = response;
    mutls_response_status(response, &out->status, NULL);
    mutls_response_http_minor_version(response, &out->minor, NULL);
    mutls_response_content_length(response, &out->content_length, NULL);
    mutls_response_at_hand(response, &out->at_hand, NULL);
    mutls_response_connection(response, &out->connection, NULL);
    mutls_response_connection_reused(response, &out->reused, NULL);
    mutls_response_decoded(response, &out->decoded, NULL);
    mutls_response_url(response, &out->url, &out->url_length, NULL);
    mutls_response_header_block(response, &out->block, &out->block_length, NULL);
}

void mutls_go_send(mutls_client *client, mutls_request *request, mutls_go_answer *out) {
    mutls_response *response = NULL;
    if (mutls_client_send(client, request, &response, &out->error) == MUTLS_OK) look(response, out);
    mutls_request_free(request);
}

void mutls_go_begin(mutls_client *client, mutls_request *request, mutls_go_begun *out) {
    mutls_status status = mutls_client_begin(client, request, &out->begun, &out->descriptor, &out->patience,
                                             &out->connection, &out->error);
    if (status != MUTLS_OK || out->begun != NULL) mutls_request_free(request);
}

void mutls_go_finish(mutls_begun *begun, mutls_go_answer *out) {
    mutls_response *response = NULL;
    if (mutls_begun_finish(begun, &response, &out->error) == MUTLS_OK) look(response, out);
    mutls_begun_free(begun);
}

int mutls_go_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }

int mutls_go_readable(int descriptor) {
    char byte;
    return recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
           (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

int mutls_go_shut(int descriptor) {
    struct pollfd asked = {descriptor, 0, 0};
    return poll(&asked, 1, 0) != 0;
}

mutls_error *mutls_go_submit(mutls_client *client, mutls_request *request, uint64_t id, mutls_queue *queue) {
    mutls_error *error = NULL;
    mutls_client_submit(client, request, id, queue, &error);
    mutls_request_free(request);
    return error;
}

static void open_completion(mutls_completion *completion, mutls_go_done *out) {
    mutls_response *response = NULL;
    mutls_status status = MUTLS_OK;
    *out = (mutls_go_done){0};
    mutls_completion_info(completion, &out->id, &out->kind, &status, NULL);
    if (status != MUTLS_OK) {
        mutls_completion_take_error(completion, &out->answer.error, NULL);
    } else if (out->kind == MUTLS_COMPLETION_SEND) {
        if (mutls_completion_take_response(completion, &response, NULL) == MUTLS_OK) look(response, &out->answer);
    } else if (out->kind == MUTLS_COMPLETION_READ || out->kind == MUTLS_COMPLETION_EVENT) {
        mutls_completion_bytes(completion, &out->data, &out->length, NULL);
        out->completion = completion;
        return;
    }
    mutls_completion_free(completion);
}

size_t mutls_go_pop(mutls_queue *queue, mutls_go_done *out, size_t room) {
    size_t count = 0;
    for (; count < room; count++) {
        mutls_completion *completion = NULL;
        if (mutls_queue_pop(queue, 0, &completion, NULL) != MUTLS_OK || completion == NULL) break;
        open_completion(completion, &out[count]);
    }
    return count;
}

void mutls_go_read(mutls_response *response, uint8_t *data, size_t room, int64_t left, mutls_go_read_result *out) {
    size_t n = 0;
    if (mutls_response_read(response, data, room, &n, &out->error) != MUTLS_OK) return;
    out->length = n;
    out->ended = n == 0;
    /* Behind the last byte the end is at hand; once it is seen the connection is free for others. */
    if (n > 0 && left >= 0 && n >= (uint64_t)left) {
        uint8_t surplus;
        if (mutls_response_read(response, &surplus, 1, &n, &out->error) == MUTLS_OK) out->ended = n == 0;
    }
}

void mutls_go_take(mutls_response *response, mutls_cancel_token *token, uint8_t *data, size_t length,
                   mutls_go_read_result *out) {
    uint8_t end;
    size_t got = 0, n = 1;
    mutls_status status = MUTLS_OK;
    while (status == MUTLS_OK && n > 0 && got < length) {
        status = mutls_response_read(response, data + got, length - got, &n, &out->error);
        if (status == MUTLS_OK) got += n;
    }
    if (status == MUTLS_OK && n > 0) mutls_response_read(response, &end, 1, &n, &out->error);
    out->length = got;
    mutls_go_release(response, token);
}

void mutls_go_release(mutls_response *response, mutls_cancel_token *token) {
    mutls_response_free(response);
    mutls_cancel_token_free(token);
}

void mutls_go_learn(mutls_response *response, mutls_go_handshake *out) {
    if (mutls_response_report(response, &out->report, NULL) != MUTLS_OK) return;
    mutls_report_tls(out->report, &out->version, &out->cipher_suite, &out->group, &out->resumed, &out->server_name,
                     &out->server_name_length, NULL);
}
