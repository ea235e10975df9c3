/* NULL for every pointer, lengths that cannot be, text that is none. No server is needed. */

#include "common.h"

#define REFUSED(call) FAILS(MUTLS_ERROR_BAD_OPTION, call)

static const char BAD_UTF8[] = {'\xff', '\xfe', 'x'};
static const size_t HUGE_LENGTH = (size_t)-1;

static int finalized;

static void finalize(void *context) {
    CHECK(context == &finalized);
    finalized++;
}

static int64_t read_nothing(void *context, uint8_t *buffer, size_t capacity) {
    (void)context, (void)buffer, (void)capacity;
    return 0;
}

static int32_t never(void *context) {
    (void)context;
    return 0;
}

static void on_completion(void *context, mutls_completion *completion) {
    (void)context;
    mutls_completion_free(completion);
}

static mutls_config *empty_config(void) {
    mutls_config *config = NULL;
    OK(mutls_config_new(TEXT("{\"trust\": {\"system_roots\": true}}"), &config, &e));
    return config;
}

static void frees_take_null(void) {
    mutls_body_free(NULL);
    mutls_bytes_free(NULL);
    mutls_report_free(NULL);
    mutls_cancel_token_free(NULL);
    mutls_client_free(NULL);
    mutls_completion_free(NULL);
    mutls_config_free(NULL);
    mutls_error_free(NULL);
    mutls_queue_free(NULL);
    mutls_request_free(NULL);
    mutls_response_free(NULL);
}

static void names(void) {
    const char *name = NULL;
    size_t length = 0;
    OK(mutls_code_name(MUTLS_ERROR_KEY_MISMATCH, &name, &length, &e));
    CHECK(is(name, length, "key_mismatch"));
    REFUSED(mutls_code_name(1, &name, &length, &e));
    REFUSED(mutls_code_name(101, NULL, &length, &e));
    REFUSED(mutls_code_name(101, &name, NULL, &e));
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", MUTLS_VERSION_MAJOR, MUTLS_VERSION_MINOR, MUTLS_VERSION_PATCH);
    CHECK(strcmp(version, mutls_version()) == 0);

    /* Nobody has to ask why. */
    CHECK(mutls_code_name(1, &name, &length, NULL) == MUTLS_ERROR_BAD_OPTION);
    CHECK(mutls_client_new(NULL, NULL, NULL) == MUTLS_ERROR_BAD_OPTION);
}

static void configs(void) {
    mutls_config *config = NULL;
    REFUSED(mutls_config_new(NULL, 2, &config, &e));
    REFUSED(mutls_config_new("{}", 2, NULL, &e));
    REFUSED(mutls_config_new("{}", HUGE_LENGTH, &config, &e));
    REFUSED(mutls_config_new(BAD_UTF8, sizeof BAD_UTF8, &config, &e));
    REFUSED(mutls_config_new("{}", 0, &config, &e));
    REFUSED(mutls_config_new(NULL, 0, &config, &e));
    REFUSED(mutls_config_new("{}", 1, &config, &e));
    REFUSED(mutls_config_new(TEXT("{\"base_ur\": \"x\"}"), &config, &e));
    CHECK(config == NULL);

    config = empty_config();
    OK(mutls_config_set_bytes(config, TEXT("a"), BYTES("b"), &e));
    OK(mutls_config_set_bytes(config, TEXT("a"), NULL, 0, &e));
    REFUSED(mutls_config_set_bytes(NULL, TEXT("a"), BYTES("b"), &e));
    REFUSED(mutls_config_set_bytes(config, NULL, 1, BYTES("b"), &e));
    REFUSED(mutls_config_set_bytes(config, NULL, 0, BYTES("b"), &e));
    REFUSED(mutls_config_set_bytes(config, BAD_UTF8, sizeof BAD_UTF8, BYTES("b"), &e));
    REFUSED(mutls_config_set_bytes(config, TEXT("a"), NULL, 1, &e));
    REFUSED(mutls_config_set_bytes(config, TEXT("a"), (const uint8_t *)"b", HUGE_LENGTH, &e));
    mutls_config_free(config);
}

static void clients(void) {
    mutls_config *config = empty_config();
    mutls_client *client = NULL;
    mutls_request *request = request_for("GET", "https://localhost/");
    mutls_response *response = NULL;
    mutls_queue *queue = NULL;
    int32_t finished = 0;
    REFUSED(mutls_client_new(NULL, &client, &e));
    REFUSED(mutls_client_new(config, NULL, &e));
    OK(mutls_client_new(config, &client, &e));
    OK(mutls_queue_new(&queue, &e));
    REFUSED(mutls_client_reload(NULL, config, &e));
    REFUSED(mutls_client_reload(client, NULL, &e));
    REFUSED(mutls_client_send(NULL, request, &response, &e));
    REFUSED(mutls_client_send(client, NULL, &response, &e));
    REFUSED(mutls_client_send(client, request, NULL, &e));
    REFUSED(mutls_client_submit(NULL, request, 1, queue, &e));
    REFUSED(mutls_client_submit(client, NULL, 1, queue, &e));
    REFUSED(mutls_client_submit(client, request, 1, NULL, &e));
    mutls_begun *begun = NULL;
    int32_t fd = -1;
    int64_t patience_ms = 0;
    uint64_t connection = 0;
    REFUSED(mutls_client_begin(NULL, request, &begun, &fd, &patience_ms, &connection, &e));
    REFUSED(mutls_client_begin(client, NULL, &begun, &fd, &patience_ms, &connection, &e));
    REFUSED(mutls_client_begin(client, request, NULL, &fd, &patience_ms, &connection, &e));
    REFUSED(mutls_client_begin(client, request, &begun, NULL, &patience_ms, &connection, &e));
    REFUSED(mutls_client_begin(client, request, &begun, &fd, NULL, &connection, &e));
    REFUSED(mutls_client_begin(client, request, &begun, &fd, &patience_ms, NULL, &e));
    REFUSED(mutls_begun_finish(NULL, &response, &e));
    REFUSED(mutls_client_close(NULL, 0, &finished, &e));
    REFUSED(mutls_client_close(client, 0, NULL, &e));

    /* Refused calls consumed nothing, and close refuses what comes after. */
    OK(mutls_request_set_body_bytes(request, BYTES("x"), &e));
    OK(mutls_client_close(client, 0, &finished, &e));
    CHECK(finished == 1);
    OK(mutls_client_close(client, 0, &finished, &e));
    FAILS(MUTLS_ERROR_CLOSED, mutls_client_send(client, request, &response, &e));
    REFUSED(mutls_client_send(client, request, &response, &e));
    REFUSED(mutls_request_set_body_bytes(request, BYTES("x"), &e));
    mutls_request_free(request);
    request = request_for("GET", "https://localhost/");
    OK(mutls_client_submit(client, request, 7, queue, &e));
    mutls_completion_free(pop(queue, 7, MUTLS_COMPLETION_SEND, MUTLS_ERROR_CLOSED));
    REFUSED(mutls_client_submit(client, request, 8, queue, &e));
    mutls_completion *none = NULL;
    OK(mutls_queue_pop(queue, 0, &none, &e));
    CHECK(none == NULL && response == NULL);
    mutls_request_free(request);
    mutls_queue_free(queue);
    mutls_client_free(client);
    mutls_config_free(config);
}

static void requests(void) {
    mutls_request *request = NULL;
    mutls_body *body = NULL;
    mutls_cancel_token *token = NULL;
    OK(mutls_cancel_token_new(&token, &e));
    REFUSED(mutls_request_new(NULL, 3, TEXT("/"), &request, &e));
    REFUSED(mutls_request_new(NULL, 0, TEXT("/"), &request, &e));
    REFUSED(mutls_request_new(TEXT("G T"), TEXT("/"), &request, &e));
    REFUSED(mutls_request_new(BAD_UTF8, sizeof BAD_UTF8, TEXT("/"), &request, &e));
    REFUSED(mutls_request_new(TEXT("GET"), NULL, 1, &request, &e));
    REFUSED(mutls_request_new(TEXT("GET"), TEXT("/"), NULL, &e));
    FAILS(MUTLS_ERROR_BAD_URL, mutls_request_new(TEXT("GET"), BAD_UTF8, sizeof BAD_UTF8, &request, &e));
    CHECK(request == NULL);
    OK(mutls_request_new(TEXT("BREW"), NULL, 0, &request, &e));

    REFUSED(mutls_request_add_header(NULL, TEXT("a"), TEXT("b"), &e));
    REFUSED(mutls_request_add_header(request, NULL, 1, TEXT("b"), &e));
    REFUSED(mutls_request_add_header(request, TEXT("a"), NULL, 1, &e));
    REFUSED(mutls_request_add_header(request, TEXT("a"), "b", HUGE_LENGTH, &e));
    OK(mutls_request_add_header(request, TEXT("a"), NULL, 0, &e));
    OK(mutls_request_add_header(request, TEXT("a"), BAD_UTF8, sizeof BAD_UTF8, &e));
    FAILS(MUTLS_ERROR_BAD_HEADER, mutls_request_add_header(request, BAD_UTF8, sizeof BAD_UTF8, TEXT("b"), &e));
    FAILS(MUTLS_ERROR_BAD_HEADER, mutls_request_add_header(request, NULL, 0, TEXT("b"), &e));
    FAILS(MUTLS_ERROR_BAD_HEADER, mutls_request_add_header(request, TEXT("a"), "b\r\nc: d", 7, &e));
    FAILS(MUTLS_ERROR_BAD_HEADER, mutls_request_add_header(request, TEXT("Content-Length"), TEXT("1"), &e));
    OK(mutls_request_add_header_block(request, TEXT("a: b\r\nc:d\r\n"), &e));
    OK(mutls_request_add_header_block(request, NULL, 0, &e));
    REFUSED(mutls_request_add_header_block(NULL, TEXT("a: b\r\n"), &e));
    REFUSED(mutls_request_add_header_block(request, NULL, 1, &e));
    FAILS(MUTLS_ERROR_BAD_HEADER, mutls_request_add_header_block(request, TEXT("a: b\r\nsecret\r\n"), &e));

    REFUSED(mutls_request_set_body_bytes(NULL, BYTES("x"), &e));
    REFUSED(mutls_request_set_body_bytes(request, NULL, 1, &e));
    REFUSED(mutls_request_set_body_bytes(request, (const uint8_t *)"x", HUGE_LENGTH, &e));
    OK(mutls_request_set_body_bytes(request, NULL, 0, &e));
    REFUSED(mutls_request_set_body_stream(NULL, read_nothing, &finalized, finalize, -1, &e));
    REFUSED(mutls_request_set_body_stream(request, NULL, &finalized, finalize, -1, &e));
    REFUSED(mutls_request_set_body_stream(request, read_nothing, &finalized, finalize, -2, &e));
    REFUSED(mutls_request_set_body_pushed(NULL, -1, &body, &e));
    REFUSED(mutls_request_set_body_pushed(request, -1, NULL, &e));
    REFUSED(mutls_request_set_body_pushed(request, INT64_MIN, &body, &e));
    REFUSED(mutls_request_set_interrupt(NULL, never, &finalized, finalize, &e));
    REFUSED(mutls_request_set_interrupt(request, NULL, &finalized, finalize, &e));
    CHECK(finalized == 0);

    REFUSED(mutls_request_set_cancel_token(NULL, token, &e));
    REFUSED(mutls_request_set_cancel_token(request, NULL, &e));
    REFUSED(mutls_request_set_prefetch(NULL, 1, &e));
    REFUSED(mutls_request_set_options(NULL, TEXT("{}"), &e));
    REFUSED(mutls_request_set_options(request, NULL, 2, &e));
    REFUSED(mutls_request_set_options(request, TEXT("[]"), &e));
    REFUSED(mutls_request_set_options(request, TEXT("{\"base_url\": \"x\"}"), &e));
    REFUSED(mutls_request_set_options(request, TEXT("{\"timeouts\": {\"conect_ms\": 1}}"), &e));
    REFUSED(mutls_request_set_options(request, TEXT("{\"redirects\": {\"max\": 1}}"), &e));
    REFUSED(mutls_request_set_options(request, BAD_UTF8, sizeof BAD_UTF8, &e));
    OK(mutls_request_set_options(request, TEXT("{\"timeouts\": {\"total_ms\": 5}, \"decompress\": false}"), &e));
    OK(mutls_request_set_options(request, TEXT("{\"redirects\": {\"follow\": \"none\"}}"), &e));

    /* A body that is replaced, and one that is freed unsent, give their contexts back. */
    OK(mutls_request_set_body_stream(request, read_nothing, &finalized, finalize, 5, &e));
    OK(mutls_request_set_body_stream(request, read_nothing, &finalized, finalize, -1, &e));
    CHECK(finalized == 1);
    OK(mutls_request_set_body_stream(request, read_nothing, NULL, NULL, -1, &e));
    CHECK(finalized == 2);
    OK(mutls_request_set_interrupt(request, never, &finalized, finalize, &e));
    mutls_request_free(request);
    CHECK(finalized == 3);

    int32_t cancelled = -1;
    REFUSED(mutls_cancel_token_new(NULL, &e));
    REFUSED(mutls_cancel_token_cancel(NULL, &e));
    REFUSED(mutls_cancel_token_is_cancelled(NULL, &cancelled, &e));
    REFUSED(mutls_cancel_token_is_cancelled(token, NULL, &e));
    OK(mutls_cancel_token_is_cancelled(token, &cancelled, &e));
    CHECK(cancelled == 0);
    OK(mutls_cancel_token_cancel(token, &e));
    OK(mutls_cancel_token_cancel(token, &e));
    OK(mutls_cancel_token_is_cancelled(token, &cancelled, &e));
    CHECK(cancelled == 1);
    mutls_cancel_token_free(token);
}

static void bodies(void) {
    mutls_request *request = request_for("POST", "/");
    mutls_body *body = NULL;
    mutls_queue *queue = NULL;
    OK(mutls_queue_new(&queue, &e));
    OK(mutls_request_set_body_pushed(request, -1, &body, &e));
    REFUSED(mutls_body_write(NULL, BYTES("x"), &e));
    REFUSED(mutls_body_write(body, NULL, 1, &e));
    REFUSED(mutls_body_submit_write(NULL, BYTES("x"), 1, queue, &e));
    REFUSED(mutls_body_submit_write(body, NULL, 1, 1, queue, &e));
    REFUSED(mutls_body_submit_write(body, BYTES("x"), 1, NULL, &e));
    REFUSED(mutls_body_finish(NULL, &e));
    REFUSED(mutls_body_abort(NULL, TEXT("x"), &e));
    REFUSED(mutls_body_abort(body, NULL, 1, &e));
    REFUSED(mutls_body_abort(body, BAD_UTF8, sizeof BAD_UTF8, &e));

    OK(mutls_body_write(body, BYTES("x"), &e));
    OK(mutls_body_write(body, NULL, 0, &e));
    OK(mutls_body_submit_write(body, BYTES("x"), 3, queue, &e));
    mutls_completion_free(pop(queue, 3, MUTLS_COMPLETION_WRITE, MUTLS_OK));
    mutls_request_free(request);
    FAILS(MUTLS_ERROR_CLOSED, mutls_body_write(body, BYTES("x"), &e));
    OK(mutls_body_submit_write(body, BYTES("x"), 4, queue, &e));
    mutls_completion *late = pop(queue, 4, MUTLS_COMPLETION_WRITE, MUTLS_ERROR_CLOSED);
    OK(mutls_body_finish(body, &e));
    OK(mutls_body_abort(body, NULL, 0, &e));
    mutls_body_free(body);

    mutls_error *failure = NULL;
    mutls_response *response = NULL;
    const uint8_t *data = NULL;
    size_t length = 0;
    uint64_t id = 0;
    int32_t kind = 0, status = 0;
    REFUSED(mutls_completion_info(NULL, &id, &kind, &status, &e));
    REFUSED(mutls_completion_info(late, NULL, &kind, &status, &e));
    REFUSED(mutls_completion_info(late, &id, NULL, &status, &e));
    REFUSED(mutls_completion_info(late, &id, &kind, NULL, &e));
    REFUSED(mutls_completion_take_response(NULL, &response, &e));
    REFUSED(mutls_completion_take_response(late, NULL, &e));
    REFUSED(mutls_completion_take_response(late, &response, &e));
    REFUSED(mutls_completion_take_error(NULL, &failure, &e));
    REFUSED(mutls_completion_take_error(late, NULL, &e));
    REFUSED(mutls_completion_bytes(NULL, &data, &length, &e));
    REFUSED(mutls_completion_bytes(late, NULL, &length, &e));
    REFUSED(mutls_completion_bytes(late, &data, NULL, &e));
    REFUSED(mutls_completion_bytes(late, &data, &length, &e));
    OK(mutls_completion_take_error(late, &failure, &e));
    check_error(__FILE__, __LINE__, failure, MUTLS_ERROR_CLOSED);
    mutls_error_free(failure);
    OK(mutls_completion_take_error(late, &failure, &e));
    CHECK(failure == NULL);
    mutls_completion_free(late);
    mutls_queue_free(queue);
}

static void queues(void) {
    mutls_queue *queue = NULL;
    mutls_completion *completion = NULL;
    int32_t fd = -1;
    REFUSED(mutls_queue_new(NULL, &e));
    REFUSED(mutls_queue_new_calling(NULL, NULL, NULL, &queue, &e));
    finalized = 0;
    REFUSED(mutls_queue_new_calling(on_completion, &finalized, finalize, NULL, &e));
    CHECK(finalized == 0);
    OK(mutls_queue_new_calling(on_completion, &finalized, finalize, &queue, &e));
    REFUSED(mutls_queue_pop(queue, 0, &completion, &e));
    REFUSED(mutls_queue_fd(queue, &fd, &e));
    mutls_queue_free(queue);
    CHECK(finalized == 1);
    OK(mutls_queue_new(&queue, &e));
    REFUSED(mutls_queue_pop(NULL, 0, &completion, &e));
    REFUSED(mutls_queue_pop(queue, 0, NULL, &e));
    REFUSED(mutls_queue_fd(NULL, &fd, &e));
    REFUSED(mutls_queue_fd(queue, NULL, &e));
    int64_t start = now_ms();
    OK(mutls_queue_pop(queue, 50, &completion, &e));
    CHECK(completion == NULL && now_ms() - start >= 49);
    mutls_queue_free(queue);
}

static void errors(void) {
    mutls_error *failure = NULL;
    mutls_config *config = NULL;
    const char *text = NULL;
    size_t length = 0, count = 99;
    int32_t number = 0, received = -1;
    CHECK(mutls_config_new(TEXT("{\"timeouts\": {\"conect_ms\": 1}}"), &config, &failure) != MUTLS_OK);
    OK(mutls_error_code(failure, &number, &text, &length, &e));
    CHECK(number == MUTLS_ERROR_BAD_OPTION && is(text, length, "bad_option"));
    OK(mutls_error_family(failure, &number, &text, &length, &e));
    CHECK(number == MUTLS_FAMILY_CONFIG && is(text, length, "config"));
    OK(mutls_error_phase(failure, &number, &text, &length, &e));
    CHECK(number == MUTLS_PHASE_CONFIG && is(text, length, "config"));
    OK(mutls_error_origin(failure, &number, &text, &length, &e));
    CHECK(number == MUTLS_ORIGIN_LOCAL && is(text, length, "local"));
    OK(mutls_error_message(failure, &text, &length, &e));
    CHECK(is(text, length, "unknown option `timeouts.conect_ms`"));
    OK(mutls_error_hint(failure, &text, &length, &e));
    CHECK(is(text, length, "Did you mean `connect_ms`?"));
    OK(mutls_error_tls_alert(failure, &number, &text, &length, &received, &e));
    CHECK(number == -1 && text == NULL && length == 0 && received == 0);
    OK(mutls_error_not_processed(failure, &number, &e));
    CHECK(number == 1);
    OK(mutls_error_transient(failure, &number, &e));
    CHECK(number == 0);
    OK(mutls_error_cause_count(failure, &count, &e));
    CHECK(count == 0);
    REFUSED(mutls_error_cause(failure, 0, &text, &length, &e));
    OK(mutls_error_handshake(failure, &text, &length, &e));
    CHECK(text == NULL && length == 0);
    OK(mutls_error_json(failure, &text, &length, &e));
    CHECK(holds(text, length, "\"code\":\"bad_option\""));

    REFUSED(mutls_error_code(NULL, &number, &text, &length, &e));
    REFUSED(mutls_error_code(failure, NULL, &text, &length, &e));
    REFUSED(mutls_error_code(failure, &number, NULL, &length, &e));
    REFUSED(mutls_error_code(failure, &number, &text, NULL, &e));
    REFUSED(mutls_error_family(NULL, &number, &text, &length, &e));
    REFUSED(mutls_error_phase(NULL, &number, &text, &length, &e));
    REFUSED(mutls_error_origin(NULL, &number, &text, &length, &e));
    REFUSED(mutls_error_family(failure, NULL, NULL, NULL, &e));
    REFUSED(mutls_error_phase(failure, NULL, NULL, NULL, &e));
    REFUSED(mutls_error_origin(failure, NULL, NULL, NULL, &e));
    REFUSED(mutls_error_message(NULL, &text, &length, &e));
    REFUSED(mutls_error_message(failure, NULL, &length, &e));
    REFUSED(mutls_error_message(failure, &text, NULL, &e));
    REFUSED(mutls_error_hint(NULL, &text, &length, &e));
    REFUSED(mutls_error_hint(failure, NULL, &length, &e));
    REFUSED(mutls_error_hint(failure, &text, NULL, &e));
    REFUSED(mutls_error_tls_alert(NULL, &number, &text, &length, &received, &e));
    REFUSED(mutls_error_tls_alert(failure, NULL, &text, &length, &received, &e));
    REFUSED(mutls_error_tls_alert(failure, &number, NULL, &length, &received, &e));
    REFUSED(mutls_error_tls_alert(failure, &number, &text, NULL, &received, &e));
    REFUSED(mutls_error_tls_alert(failure, &number, &text, &length, NULL, &e));
    REFUSED(mutls_error_not_processed(NULL, &number, &e));
    REFUSED(mutls_error_not_processed(failure, NULL, &e));
    REFUSED(mutls_error_transient(NULL, &number, &e));
    REFUSED(mutls_error_transient(failure, NULL, &e));
    REFUSED(mutls_error_cause_count(NULL, &count, &e));
    REFUSED(mutls_error_cause_count(failure, NULL, &e));
    REFUSED(mutls_error_cause(NULL, 0, &text, &length, &e));
    REFUSED(mutls_error_cause(failure, 0, NULL, &length, &e));
    REFUSED(mutls_error_handshake(NULL, &text, &length, &e));
    REFUSED(mutls_error_handshake(failure, NULL, &length, &e));
    REFUSED(mutls_error_json(NULL, &text, &length, &e));
    REFUSED(mutls_error_json(failure, &text, NULL, &e));
    mutls_error_free(failure);
}

/* Without a response at hand, NULL stands for it in every function that wants one. */
static void responses(void) {
    const char *text = NULL;
    const uint8_t *data = NULL;
    uint8_t buffer[8];
    size_t length = 0;
    int32_t number = 0;
    int64_t long_number = 0;
    uint64_t connection = 0;
    mutls_bytes *bytes = NULL;
    mutls_queue *queue = NULL;
    OK(mutls_queue_new(&queue, &e));
    REFUSED(mutls_response_status(NULL, &number, &e));
    REFUSED(mutls_response_http_minor_version(NULL, &number, &e));
    REFUSED(mutls_response_url(NULL, &text, &length, &e));
    REFUSED(mutls_response_header_count(NULL, &length, &e));
    REFUSED(mutls_response_header_at(NULL, 0, &data, &length, &data, &length, &e));
    REFUSED(mutls_response_header(NULL, TEXT("a"), 0, &data, &length, &e));
    REFUSED(mutls_response_header_block(NULL, &data, &length, &e));
    REFUSED(mutls_response_content_length(NULL, &long_number, &e));
    REFUSED(mutls_response_connection_reused(NULL, &number, &e));
    REFUSED(mutls_response_handshake(NULL, &text, &length, &e));
    mutls_report *report = NULL;
    REFUSED(mutls_response_report(NULL, &report, &e));
    REFUSED(mutls_report_tls(NULL, &number, &number, &number, &number, &text, &length, &e));
    REFUSED(mutls_report_json(NULL, &text, &length, &e));
    REFUSED(mutls_response_at_hand(NULL, &length, &e));
    REFUSED(mutls_response_decoded(NULL, &number, &e));
    REFUSED(mutls_response_connection(NULL, &connection, &e));
    REFUSED(mutls_response_server_certificate(NULL, 0, &data, &length, &e));
    REFUSED(mutls_response_read(NULL, buffer, sizeof buffer, &length, &e));
    REFUSED(mutls_response_read_all(NULL, -1, &bytes, &e));
    REFUSED(mutls_response_submit_read(NULL, 1, 1, queue, &e));
    REFUSED(mutls_response_submit_read_all(NULL, -1, 1, queue, &e));
    REFUSED(mutls_bytes_view(NULL, &data, &length, &e));
    mutls_queue_free(queue);
}

int main(void) {
    frees_take_null();
    names();
    configs();
    clients();
    requests();
    bodies();
    queues();
    errors();
    responses();
    threads_end();
    return 0;
}
