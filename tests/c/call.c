#define _POSIX_C_SOURCE 200809L
#include "call.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint8_t pattern_byte(uint64_t i, uint64_t seed) { return (uint8_t)((31 * (i % 251) + seed % 251) % 251); }

/* A request body on its way. */
typedef struct {
    const char *text;
    uint64_t length, seed, at;
} source;

static source source_of(const json *body) {
    const json *text = json_get(body, "text"), *pattern = json_get(body, "pattern");
    source from = {json_text(text), 0, 0, 0};
    from.length = text != NULL ? text->length : (uint64_t)json_number(json_get(pattern, "length"), 0);
    from.seed = (uint64_t)json_number(json_get(pattern, "seed"), 0);
    return from;
}

static int64_t produce(void *context, uint8_t *buffer, size_t capacity) {
    source *from = context;
    size_t n = 0;
    for (; n < capacity && from->at < from->length; n++, from->at++)
        buffer[n] = from->text != NULL ? (uint8_t)from->text[from->at] : pattern_byte(from->at, from->seed);
    return (int64_t)n;
}

static mutls_status set_body(mutls_request *request, const json *body, mutls_error **error) {
    source from = source_of(body);
    const char *stream = json_text(json_get(body, "stream"));
    if (stream != NULL) {
        source *kept = malloc(sizeof *kept);
        *kept = from;
        double announced = json_number(json_get(body, "announced"), (double)from.length);
        int64_t length = strcmp(stream, "sized") == 0 ? (int64_t)announced : -1;
        return mutls_request_set_body_stream(request, produce, kept, free, length, error);
    }
    uint8_t *bytes = malloc((size_t)from.length + 1);
    size_t n = (size_t)produce(&from, bytes, (size_t)from.length);
    mutls_status status = mutls_request_set_body_bytes(request, bytes, n, error);
    free(bytes);
    return status;
}

/* Each character is one byte: U+0080 to U+00FF are two in UTF-8. */
static size_t latin1(const json *text, char *out) {
    size_t n = 0;
    for (size_t i = 0; i < text->length; i++) {
        unsigned char c = (unsigned char)text->text[i];
        if (c >= 0xC0 && i + 1 < text->length) c = (unsigned char)(c << 6 | (text->text[++i] & 0x3F));
        out[n++] = (char)c;
    }
    return n;
}

static mutls_status add_headers(mutls_request *request, const json *headers, mutls_error **error) {
    mutls_status status = MUTLS_OK;
    const json *pair = headers != NULL ? headers->first : NULL;
    for (; pair != NULL && status == MUTLS_OK; pair = pair->next) {
        const json *name = pair->first, *value = name->next;
        char *bytes = malloc(value->length + 1);
        size_t n = latin1(value, bytes);
        status = mutls_request_add_header(request, name->text, name->length, bytes, n, error);
        free(bytes);
    }
    return status;
}

typedef struct {
    mutls_cancel_token *token;
    long ms;
} alarm_clock;

static void *ring(void *context) {
    alarm_clock *clock = context;
    struct timespec wait = {clock->ms / 1000, clock->ms % 1000 * 1000000L};
    nanosleep(&wait, NULL);
    mutls_cancel_token_cancel(clock->token, NULL);
    mutls_cancel_token_free(clock->token);
    free(clock);
    return NULL;
}

static mutls_status set_cancel(mutls_request *request, const json *after, mutls_error **error) {
    alarm_clock *clock = malloc(sizeof *clock);
    pthread_t thread;
    clock->ms = (long)json_number(after, 0);
    clock->token = NULL;
    mutls_status status = mutls_cancel_token_new(&clock->token, error);
    if (status == MUTLS_OK) status = mutls_request_set_cancel_token(request, clock->token, error);
    if (clock->ms > 0 && pthread_create(&thread, NULL, ring, clock) == 0) {
        pthread_detach(thread);
    } else {
        ring(clock);
    }
    return status;
}

static mutls_status fill(mutls_request *request, const json *step, mutls_error **error) {
    const json *body = json_get(step, "body"), *options = json_get(step, "options");
    const json *cancel = json_get(step, "cancel_after_ms");
    mutls_status status = add_headers(request, json_get(step, "headers"), error);
    if (status == MUTLS_OK && body != NULL) status = set_body(request, body, error);
    if (status == MUTLS_OK && options != NULL) {
        size_t length = (size_t)(options->end - options->start);
        status = mutls_request_set_options(request, options->start, length, error);
    }
    if (status == MUTLS_OK && cancel != NULL) status = set_cancel(request, cancel, error);
    return status;
}

static mutls_status read_body(outcome *came, const char *how) {
    uint8_t chunk[16384];
    size_t n = 1, room = 0;
    mutls_status status = MUTLS_OK;
    if (how != NULL && strcmp(how, "head") == 0) return MUTLS_OK;
    while (n > 0) {
        status = mutls_response_read(came->response, chunk, how != NULL ? 16 : sizeof chunk, &n, &came->error);
        if (status != MUTLS_OK) return status;
        if (came->length + n > room) came->body = realloc(came->body, room = 2 * (came->length + n));
        if (n > 0) memcpy(came->body + came->length, chunk, n);
        came->length += n;
        if (how != NULL) break;
    }
    return status;
}

outcome call_make(mutls_client *client, const json *step) {
    outcome came = {0};
    mutls_request *request = NULL;
    const json *method = json_get(step, "method"), *url = json_get(step, "url");
    mutls_status status = mutls_request_new(method != NULL ? method->text : "GET", method != NULL ? method->length : 3,
                                            url->text, url->length, &request, &came.error);
    if (status == MUTLS_OK) status = fill(request, step, &came.error);
    if (status == MUTLS_OK) status = mutls_client_send(client, request, &came.response, &came.error);
    if (status == MUTLS_OK) read_body(&came, json_text(json_get(step, "read")));
    mutls_request_free(request);
    return came;
}

void call_free(outcome *came) {
    mutls_response_free(came->response);
    mutls_error_free(came->error);
    free(came->body);
}

static mutls_status attach(mutls_config *config, const json *attachment, mutls_error **error) {
    FILE *file = fopen(attachment->text, "rb");
    static const size_t most = 1 << 20;
    uint8_t *bytes = malloc(most);
    size_t n = file != NULL ? fread(bytes, 1, most, file) : 0;
    if (file != NULL) fclose(file);
    mutls_status status = mutls_config_set_bytes(config, attachment->key, strlen(attachment->key), bytes, n, error);
    free(bytes);
    return status;
}

mutls_client *call_client(const json *document, const json *attachments, mutls_error **error) {
    mutls_config *config = NULL;
    mutls_client *client = NULL;
    size_t length = (size_t)(document->end - document->start);
    mutls_status status = mutls_config_new(document->start, length, &config, error);
    const json *one = attachments != NULL ? attachments->first : NULL;
    for (; one != NULL && status == MUTLS_OK; one = one->next) status = attach(config, one, error);
    if (status == MUTLS_OK) mutls_client_new(config, &client, error);
    mutls_config_free(config);
    return client;
}
