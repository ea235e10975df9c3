#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"

static int complain(complaint *why, const char *what, const json *claim, const char *got, size_t length) {
    int expected = claim != NULL ? (int)(claim->end - claim->start) : 0;
    snprintf(why->text, sizeof why->text, "%s: expected %.*s, got %.*s", what, expected < 400 ? expected : 400,
             claim != NULL ? claim->start : "", (int)(length < 500 ? length : 500), got != NULL ? got : "");
    return 0;
}

static int compare_text(const char *what, const json *claim, const char *text, size_t length, complaint *why) {
    json *got = text != NULL ? json_parse(text, length) : NULL;
    int holds = match(claim, got);
    json_free(got);
    return holds ? 1 : complain(why, what, claim, text, length);
}

int compare_error(const json *claim, const mutls_error *error, complaint *why) {
    const char *text = NULL;
    size_t length = 0;
    mutls_error_json(error, &text, &length, NULL);
    return compare_text("error", claim, text, length, why);
}

/* Text as JSON; each byte is one character. */
static char *put_text(char *out, const uint8_t *bytes, size_t length) {
    *out++ = '"';
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] < 0x20 || bytes[i] > 0x7E || bytes[i] == '"' || bytes[i] == '\\')
            out += sprintf(out, "\\u%04x", bytes[i]);
        else
            *out++ = (char)bytes[i];
    }
    *out++ = '"';
    return out;
}

/* The values of one header as a list, or null. */
static int compare_header(const json *claim, const mutls_response *response, complaint *why) {
    const uint8_t *value = NULL;
    size_t length = 0, room = 8, n = 0;
    char *list = malloc(room), *out = list;
    *out++ = '[';
    for (;; n++) {
        mutls_response_header(response, claim->key, strlen(claim->key), n, &value, &length, NULL);
        if (value == NULL) break;
        size_t used = (size_t)(out - list);
        list = realloc(list, room += 6 * length + 8);
        out = list + used;
        if (n > 0) *out++ = ',';
        out = put_text(out, value, length);
    }
    *out++ = ']';
    int holds = n > 0 ? compare_text(claim->key, claim, list, (size_t)(out - list), why)
                      : compare_text(claim->key, claim, "null", 4, why);
    free(list);
    return holds;
}

static int compare_body(const json *claim, const outcome *came, complaint *why) {
    const json *length = json_get(claim, "length"), *text = json_get(claim, "text");
    const json *pattern = json_get(claim, "pattern"), *value = json_get(claim, "json");
    const char *body = (const char *)came->body;
    if (length != NULL && json_number(length, -1) != (double)came->length)
        return complain(why, "length", length, body, came->length);
    if (text != NULL && (text->length != came->length || memcmp(text->text, body, came->length) != 0))
        return complain(why, "text", text, body, came->length);
    if (value != NULL && !compare_text("body", value, body, came->length, why)) return 0;
    if (pattern == NULL) return 1;
    uint64_t seed = (uint64_t)json_number(json_get(pattern, "seed"), 0);
    int same = json_number(json_get(pattern, "length"), -1) == (double)came->length;
    for (size_t i = 0; same && i < came->length; i++) same = came->body[i] == pattern_byte(i, seed);
    return same ? 1 : complain(why, "pattern", pattern, "something else", 14);
}

static int compare_answer(const json *claim, const outcome *came, complaint *why) {
    const json *headers = json_get(claim, "headers"), *body = json_get(claim, "body");
    const json *url = json_get(claim, "url"), *reused = json_get(claim, "reused");
    int32_t status = 0, was_reused = 0;
    const char *landed = NULL;
    size_t landed_length = 0;
    mutls_response_status(came->response, &status, NULL);
    mutls_response_connection_reused(came->response, &was_reused, NULL);
    mutls_response_url(came->response, &landed, &landed_length, NULL);
    if (json_number(json_get(claim, "status"), 0) != status)
        return complain(why, "status", json_get(claim, "status"), (const char *)came->body, came->length);
    if (reused != NULL && (reused->kind == JSON_TRUE) != (was_reused == 1))
        return complain(why, "reused", reused, was_reused ? "true" : "false", 5);
    if (url != NULL && (url->length != landed_length || memcmp(url->text, landed, landed_length) != 0))
        return complain(why, "url", url, landed, landed_length);
    for (const json *header = headers != NULL ? headers->first : NULL; header != NULL; header = header->next)
        if (!compare_header(header, came->response, why)) return 0;
    return body == NULL || compare_body(body, came, why);
}

int compare_step(const json *step, const outcome *came, complaint *why) {
    const json *answer = json_get(step, "answer"), *error = json_get(step, "error");
    const json *report = json_get(step, "report");
    const char *text = NULL;
    size_t length = 0;
    if (answer != NULL && came->error != NULL) {
        mutls_error_json(came->error, &text, &length, NULL);
        return complain(why, "answer", answer, text, length);
    }
    if (error != NULL && came->error == NULL)
        return complain(why, "error", error, (const char *)came->body, came->length);
    if (answer != NULL && !compare_answer(answer, came, why)) return 0;
    if (error != NULL && !compare_error(error, came->error, why)) return 0;
    if (report == NULL) return 1;
    if (came->error != NULL)
        mutls_error_handshake(came->error, &text, &length, NULL);
    else
        mutls_response_handshake(came->response, &text, &length, NULL);
    return compare_text("report", report, text, length, why);
}
