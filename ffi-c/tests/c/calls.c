/* Requests and answers, blocking. */

#include "common.h"

static void attached_secrets(void) {
    char path[1024], json[4096];
    static char key[8192];
    mutls_config *config = NULL;
    mutls_client *client = NULL;
    snprintf(path, sizeof path, "%s", sandbox("IDENTITY_ENCRYPTED_KEY"));
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    size_t length = fread(key, 1, sizeof key, file);
    fclose(file);
    snprintf(json, sizeof json,
             "{\"base_url\": \"%s/\", \"proxy\": \"none\", \"trust\": {\"ca_file\": \"%s\"}, \"identity\": "
             "{\"cert_file\": \"%s\", \"key_pem\": {\"ref\": \"key\"}, \"passphrase\": {\"ref\": \"secret\"}}}",
             sandbox("URL_REQUIRED"), sandbox("FILE_CA"), sandbox("IDENTITY_ENCRYPTED_CHAIN"));
    OK(mutls_config_new(TEXT(json), &config, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_new(config, &client, &e));
    OK(mutls_config_set_bytes(config, TEXT("key"), (const uint8_t *)key, length, &e));
    OK(mutls_config_set_bytes(config, TEXT("secret"), BYTES("wrong"), &e));
    FAILS(MUTLS_ERROR_PASSPHRASE_WRONG, mutls_client_new(config, &client, &e));
    OK(mutls_config_set_bytes(config, TEXT("secret"), BYTES(sandbox("IDENTITY_ENCRYPTED_PASSPHRASE")), &e));
    OK(mutls_client_new(config, &client, &e));
    mutls_response *response = get(client, "echo");
    CHECK(body_holds(response, "encrypted.client.sandbox.test"));
    mutls_response_free(response);
    mutls_client_free(client);
    mutls_config_free(config);
}

static void heads(mutls_client *client) {
    mutls_response *response = get(client, "dup-headers");
    const char *text = NULL;
    const uint8_t *name = NULL, *value = NULL;
    size_t length = 0, name_length = 0, count = 0, dups = 0;
    int32_t number = -1;
    int64_t content_length = 0;
    CHECK(status_of(response) == 200);
    OK(mutls_response_http_minor_version(response, &number, &e));
    CHECK(number == 1);
    OK(mutls_response_url(response, &text, &length, &e));
    CHECK(length > 12 && memcmp(text + length - 12, "/dup-headers", 12) == 0);
    OK(mutls_response_header(response, TEXT("X-DUP"), 0, &value, &length, &e));
    CHECK(is(value, length, "one"));
    OK(mutls_response_header(response, TEXT("x-dup"), 1, &value, &length, &e));
    CHECK(is(value, length, "two"));
    OK(mutls_response_header(response, TEXT("x-dup"), 2, &value, &length, &e));
    CHECK(value == NULL && length == 0);
    OK(mutls_response_header(response, TEXT("x-empty"), 0, &value, &length, &e));
    CHECK(value != NULL && length == 0);
    OK(mutls_response_header(response, TEXT("x-latin1"), 0, &value, &length, &e));
    CHECK(is(value, length, "caf\xe9"));
    OK(mutls_response_header(response, NULL, 0, 0, &value, &length, &e));
    CHECK(value == NULL);
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_header(response, NULL, 1, 0, &value, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_header(response, TEXT("a"), 0, NULL, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_header(response, TEXT("a"), 0, &value, NULL, &e));
    OK(mutls_response_header_count(response, &count, &e));
    for (size_t i = 0; i < count; i++) {
        OK(mutls_response_header_at(response, i, &name, &name_length, &value, &length, &e));
        dups += is(name, name_length, "x-dup");
    }
    CHECK(dups == 2);
    FAILS(MUTLS_ERROR_BAD_OPTION,
          mutls_response_header_at(response, count, &name, &name_length, &value, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_header_at(response, 0, NULL, &length, &value, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_header_at(response, 0, &name, &length, NULL, &length, &e));
    OK(mutls_response_header_block(response, &value, &length, &e));
    CHECK(holds(value, length, "x-dup: one\r\nx-dup: two\r\n"));
    OK(mutls_response_connection_reused(response, &number, &e));
    CHECK(number == 0 || number == 1);
    OK(mutls_response_handshake(response, &text, &length, &e));
    CHECK(holds(text, length, "\"server_verified\":true"));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_status(response, NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_http_minor_version(response, NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_url(response, NULL, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_header_count(response, NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_header_block(response, NULL, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_content_length(response, NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_connection_reused(response, NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_handshake(response, &text, NULL, &e));
    uint64_t connection = 0, again = 0;
    OK(mutls_response_connection(response, &connection, &e));
    CHECK(connection > 0);
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_connection(response, NULL, &e));
    OK(mutls_response_server_certificate(response, 0, &value, &length, &e));
    CHECK(length > 100 && value[0] == 0x30);
    OK(mutls_response_server_certificate(response, 9, &value, &length, &e));
    CHECK(value == NULL);
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_server_certificate(response, 0, NULL, &length, &e));
    mutls_report *report = NULL;
    int32_t version = 0, suite = 0, group = 0, resumed = -1;
    OK(mutls_response_report(response, &report, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_report(response, NULL, &e));
    OK(mutls_response_decoded(response, &number, &e));
    CHECK(number == 0);
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_decoded(response, NULL, &e));
    CHECK(body_holds(response, ""));
    mutls_response_free(response);

    /* It outlives its response. */
    OK(mutls_report_tls(report, &version, &suite, &group, &resumed, &text, &length, &e));
    CHECK(version == 0x0304 && suite > 0 && group > 0 && resumed >= 0 && is(text, length, "localhost"));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_report_tls(report, &version, &suite, NULL, &resumed, &text, &length, &e));
    OK(mutls_report_json(report, &text, &length, &e));
    CHECK(holds(text, length, "\"server_verified\":true"));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_report_json(report, NULL, &length, &e));
    mutls_report_free(report);

    response = get(client, "gzip");
    OK(mutls_response_decoded(response, &number, &e));
    CHECK(number == 1);
    OK(mutls_response_connection(response, &again, &e));
    CHECK(again == connection && body_holds(response, "gzip"));
    mutls_response_free(response);

    response = get(client, "bytes/4321");
    OK(mutls_response_content_length(response, &content_length, &e));
    CHECK(content_length == 4321);
    OK(mutls_response_at_hand(response, &length, &e));
    CHECK(length <= 4321);
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_at_hand(response, NULL, &e));
    mutls_response_free(response);
    response = get(client, "chunked/100/10");
    OK(mutls_response_content_length(response, &content_length, &e));
    CHECK(content_length == -1);
    mutls_response_free(response);
    response = get(client, "status/503");
    CHECK(status_of(response) == 503);
    mutls_response_free(response);
}

static void reads(mutls_client *client) {
    mutls_response *response = get(client, "bytes/100");
    uint8_t buffer[64];
    size_t n = 77;
    mutls_bytes *bytes = NULL;
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_read(response, NULL, 1, &n, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_read(response, buffer, 0, &n, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_read(response, buffer, (size_t)-1, &n, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_read(response, buffer, 1, NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_read_all(response, -1, NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_submit_read(response, 1, 1, NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_response_submit_read_all(response, 1, 1, NULL, &e));
    CHECK(n == 77);
    OK(mutls_response_read(response, buffer, 1, &n, &e));
    CHECK(n == 1 && buffer[0] == pattern(0));
    const uint8_t *data = NULL;
    size_t length = 0;
    OK(mutls_response_read_all(response, 99, &bytes, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_bytes_view(bytes, NULL, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_bytes_view(bytes, &data, NULL, &e));
    OK(mutls_bytes_view(bytes, &data, &length, &e));
    CHECK(length == 99 && data[98] == pattern(99));
    mutls_bytes_free(bytes);
    mutls_response_free(response);

    bytes = NULL;
    response = get(client, "bytes/100");
    FAILS(MUTLS_ERROR_BODY_TOO_LARGE, mutls_response_read_all(response, 99, &bytes, &e));
    CHECK(bytes == NULL);
    mutls_response_free(response);

    response = get(client, "truncated/10/20");
    FAILS(MUTLS_ERROR_BODY_TRUNCATED, mutls_response_read_all(response, -1, &bytes, &e));
    FAILS(MUTLS_ERROR_BODY_TRUNCATED, mutls_response_read(response, buffer, 1, &n, &e));
    mutls_response_free(response);

    response = get(client, "status/204");
    OK(mutls_response_read_all(response, 0, &bytes, &e));
    OK(mutls_bytes_view(bytes, &data, &length, &e));
    CHECK(length == 0);
    mutls_bytes_free(bytes);
    mutls_response_free(response);
}

static void prefetched(mutls_client *client) {
    static const size_t limits[] = {1, 50, 100, 101, 5000};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        mutls_request *request = request_for("GET", "bytes/100");
        mutls_response *response = NULL;
        uint8_t buffer[30];
        size_t n = 0, total = 0;
        OK(mutls_request_set_prefetch(request, limits[i], &e));
        OK(mutls_client_send(client, request, &response, &e));
        do {
            OK(mutls_response_read(response, buffer, sizeof buffer, &n, &e));
            for (size_t j = 0; j < n; j++) CHECK(buffer[j] == pattern(total + j));
            total += n;
        } while (n > 0);
        CHECK(total == 100);
        mutls_request_free(request);
        mutls_response_free(response);
    }
    /* What goes wrong ahead is told by the read that gets there. */
    mutls_request *request = request_for("GET", "truncated/10/20");
    mutls_response *response = NULL;
    uint8_t buffer[30];
    size_t n = 0;
    OK(mutls_request_set_prefetch(request, 4096, &e));
    OK(mutls_client_send(client, request, &response, &e));
    OK(mutls_response_read(response, buffer, sizeof buffer, &n, &e));
    CHECK(n == 10);
    FAILS(MUTLS_ERROR_BODY_TRUNCATED, mutls_response_read(response, buffer, sizeof buffer, &n, &e));
    FAILS(MUTLS_ERROR_BODY_TRUNCATED, mutls_response_read(response, buffer, sizeof buffer, &n, &e));
    mutls_request_free(request);
    mutls_response_free(response);
}

static void options(mutls_client *client) {
    mutls_request *request = request_for("GET", "delay/3000");
    mutls_response *response = NULL;
    OK(mutls_request_set_options(request, TEXT("{\"timeouts\": {\"total_ms\": 100}}"), &e));
    FAILS(MUTLS_ERROR_TIMEOUT, mutls_client_send(client, request, &response, &e));
    mutls_request_free(request);

    request = request_for("GET", "redirect/302?to=/echo");
    OK(mutls_request_set_options(request, TEXT("{\"redirects\": {\"follow\": \"none\"}}"), &e));
    OK(mutls_client_send(client, request, &response, &e));
    CHECK(status_of(response) == 302);
    mutls_response_free(response);
    mutls_request_free(request);

    request = request_for("GET", "gzip");
    const uint8_t *value = NULL;
    size_t length = 0;
    OK(mutls_request_set_options(request, TEXT("{\"decompress\": false}"), &e));
    OK(mutls_request_add_header(request, TEXT("accept-encoding"), TEXT("gzip"), &e));
    OK(mutls_client_send(client, request, &response, &e));
    OK(mutls_response_header(response, TEXT("content-encoding"), 0, &value, &length, &e));
    CHECK(is(value, length, "gzip"));
    mutls_response_free(response);
    mutls_request_free(request);
}

static void request_headers(mutls_client *client) {
    mutls_request *request = request_for("GET", "headers");
    mutls_response *response = NULL;
    OK(mutls_request_add_header(request, TEXT("x-one"), TEXT("1"), &e));
    OK(mutls_request_add_header_block(request, TEXT("x-one: 2\r\nX-Two:3 : 4\r\n"), &e));
    OK(mutls_client_send(client, request, &response, &e));
    mutls_bytes *bytes = NULL;
    const uint8_t *data = NULL;
    size_t length = 0;
    OK(mutls_response_read_all(response, -1, &bytes, &e));
    OK(mutls_bytes_view(bytes, &data, &length, &e));
    CHECK(holds(data, length, "\"x-one\",\"1\"") && holds(data, length, "\"x-one\",\"2\""));
    CHECK(holds(data, length, "\"x-two\",\"3 : 4\""));
    mutls_bytes_free(bytes);
    mutls_response_free(response);
    mutls_request_free(request);
}

/* A refusal by the peer, with all that an error can carry. */
static void refused_by_the_peer(void) {
    char json[4096];
    mutls_config *config = NULL;
    mutls_client *client = NULL;
    mutls_request *request = request_for("GET", "echo");
    mutls_response *response = NULL;
    mutls_error *failure = NULL;
    snprintf(json, sizeof json, "{\"base_url\": \"%s/\", \"proxy\": \"none\", \"ca\": \"%s\"}",
             sandbox("URL_TLS13"), sandbox("FILE_CA"));
    OK(mutls_config_new(TEXT(json), &config, &e));
    OK(mutls_client_new(config, &client, &e));
    CHECK(mutls_client_send(client, request, &response, &failure) == MUTLS_ERROR_CLIENT_CERT_REQUIRED);
    CHECK(response == NULL);
    int32_t number = 0, received = 0;
    const char *text = NULL;
    size_t length = 0, causes = 0;
    OK(mutls_error_phase(failure, &number, &text, &length, &e));
    CHECK(number == MUTLS_PHASE_HANDSHAKE);
    OK(mutls_error_origin(failure, &number, &text, &length, &e));
    CHECK(number == MUTLS_ORIGIN_PEER);
    OK(mutls_error_tls_alert(failure, &number, &text, &length, &received, &e));
    CHECK(number == 116 && is(text, length, "certificate_required") && received == 1);
    OK(mutls_error_handshake(failure, &text, &length, &e));
    CHECK(holds(text, length, "\"requested, not offered\""));
    OK(mutls_error_not_processed(failure, &number, &e));
    CHECK(number == 1);
    OK(mutls_error_cause_count(failure, &causes, &e));
    for (size_t i = 0; i < causes; i++) OK(mutls_error_cause(failure, i, &text, &length, &e));
    mutls_error_free(failure);
    mutls_request_free(request);
    mutls_client_free(client);
    mutls_config_free(config);
}

/* Head and body in one call. */
static void fetches(mutls_client *client) {
    mutls_request *request = NULL;
    mutls_response *response = NULL;
    mutls_bytes *bytes = NULL;
    const uint8_t *data = NULL;
    size_t length = 0;
    OK(mutls_request_new(TEXT("GET"), TEXT("chunked/100000/1000"), &request, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_fetch(client, request, -1, NULL, &bytes, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_fetch(client, request, -1, &response, NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_fetch(NULL, request, -1, &response, &bytes, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_fetch(client, NULL, -1, &response, &bytes, &e));
    OK(mutls_client_fetch(client, request, -1, &response, &bytes, &e));
    CHECK(status_of(response) == 200);
    OK(mutls_bytes_view(bytes, &data, &length, &e));
    CHECK(length == 100000 && data[1] == 31);
    mutls_bytes_free(bytes);
    mutls_response_free(response);
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_fetch(client, request, -1, &response, &bytes, &e));
    mutls_request_free(request);

    request = NULL, response = NULL, bytes = NULL;
    OK(mutls_request_new(TEXT("GET"), TEXT("bytes/1000"), &request, &e));
    FAILS(MUTLS_ERROR_BODY_TOO_LARGE, mutls_client_fetch(client, request, 999, &response, &bytes, &e));
    mutls_request_free(request);
    request = NULL;
    OK(mutls_request_new(TEXT("GET"), TEXT("truncated/10/20"), &request, &e));
    FAILS(MUTLS_ERROR_BODY_TRUNCATED, mutls_client_fetch(client, request, -1, &response, &bytes, &e));
    CHECK(response == NULL && bytes == NULL);
    mutls_request_free(request);
}

int main(void) {
    mutls_client *client = client_for("URL_REQUIRED", "");
    attached_secrets();
    heads(client);
    reads(client);
    prefetched(client);
    fetches(client);
    options(client);
    request_headers(client);
    refused_by_the_peer();
    mutls_client_free(client);
    threads_end();
    return 0;
}
