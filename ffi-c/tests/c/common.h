/* What the tests share: checks that name the place, and the sandbox's announcement. */

#ifndef COMMON_H
#define COMMON_H

#include <mutls.h>

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) fail(__FILE__, __LINE__, #condition);                                              \
    } while (0)

/* A call that must succeed; it passes `&e` as its last argument. */
#define OK(call)                                                                                             \
    do {                                                                                                     \
        mutls_error *e = NULL;                                                                               \
        if ((call) != MUTLS_OK) fail_with(__FILE__, __LINE__, #call, e);                                     \
        CHECK(e == NULL);                                                                                    \
    } while (0)

/* A call that must fail with `code`, and say so. */
#define FAILS(code, call)                                                                                    \
    do {                                                                                                     \
        mutls_error *e = NULL;                                                                               \
        mutls_status status_ = (call);                                                                       \
        if (status_ != (code)) fail_code(__FILE__, __LINE__, #call, code, status_, e);                       \
        check_error(__FILE__, __LINE__, e, code);                                                            \
        mutls_error_free(e);                                                                                 \
    } while (0)

/* A string literal or array of characters as pointer and length. */
#define TEXT(text) (text), strlen(text)
#define BYTES(text) (const uint8_t *)(text), strlen(text)

static inline void fail(const char *file, int line, const char *what) {
    fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
    abort();
}

static inline void print_error(mutls_error *error) {
    const char *json = NULL;
    size_t length = 0;
    if (error != NULL && mutls_error_json(error, &json, &length, NULL) == MUTLS_OK) {
        fprintf(stderr, "    %.*s\n", (int)length, json);
    }
}

static inline void fail_with(const char *file, int line, const char *call, mutls_error *error) {
    print_error(error);
    fail(file, line, call);
}

static inline void fail_code(const char *file, int line, const char *call, int expected, int got,
                             mutls_error *error) {
    fprintf(stderr, "    expected %d, got %d\n", expected, got);
    fail_with(file, line, call, error);
}

static inline void check_error(const char *file, int line, mutls_error *error, int32_t code) {
    int32_t number = 0;
    const char *name = NULL;
    size_t length = 0;
    if (error == NULL) fail(file, line, "no error was given");
    if (mutls_error_code(error, &number, &name, &length, NULL) != MUTLS_OK || number != code) {
        fail_with(file, line, "the error has another code than the status", error);
    }
}

/* Whether a view holds exactly this text, or holds it somewhere. */
static inline int is(const void *data, size_t length, const char *text) {
    return length == strlen(text) && memcmp(data, text, length) == 0;
}

static inline int holds(const void *data, size_t length, const char *text) {
    size_t wanted = strlen(text);
    for (size_t i = 0; i + wanted <= length; i++) {
        if (memcmp((const char *)data + i, text, wanted) == 0) return 1;
    }
    return 0;
}

/* A value of the announcement: see run.sh. */
static inline const char *sandbox(const char *name) {
    const char *value = getenv(name);
    if (value == NULL) {
        fprintf(stderr, "%s is not set: run this through ffi-c/tests/run.sh\n", name);
        exit(2);
    }
    return value;
}

static inline int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void sleep_ms(long ms) {
    struct timespec wait = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&wait, NULL);
}

/* How much longer things may take under valgrind and the like. */
static inline int64_t slowness(void) {
    const char *factor = getenv("MUTLS_TEST_SLOWNESS");
    return factor == NULL ? 1 : atoi(factor);
}

/* How often a loop goes round: less where each turn is dear. */
static inline int rounds(int n) {
    int64_t factor = slowness();
    return factor == 1 || n < 4 ? n : (int)(n / 4);
}

/* A config for a listener, with the identity `valid`, and more keys of the document (or ""). */
static inline mutls_config *config_for(const char *listener, const char *more) {
    char identity[2048] = "", json[4096];
    mutls_config *config = NULL;
    /* An identity cannot be shown in the clear, and is refused there. */
    if (strncmp(sandbox(listener), "https:", 6) == 0)
        snprintf(identity, sizeof identity, "\"identity\": {\"cert_file\": \"%s\", \"key_file\": \"%s\"}, ",
                 sandbox("IDENTITY_VALID_CHAIN"), sandbox("IDENTITY_VALID_KEY"));
    /* Where everything is slow, the limits that a test does not speak of say nothing. */
    const char *patience = slowness() == 1 ? "" : "\"timeouts\": {\"handshake_ms\": null, \"first_byte_ms\": null, "
                                                  "\"read_ms\": null, \"connect_ms\": null}, ";
    snprintf(json, sizeof json, "{\"base_url\": \"%s/\", \"proxy\": \"none\", %s%s\"trust\": {\"ca_file\": \"%s\"}%s%s}",
             sandbox(listener), identity, patience, sandbox("FILE_CA"), *more ? ", " : "", more);
    OK(mutls_config_new(TEXT(json), &config, &e));
    return config;
}

static inline mutls_client *client_for(const char *listener, const char *more) {
    mutls_config *config = config_for(listener, more);
    mutls_client *client = NULL;
    OK(mutls_client_new(config, &client, &e));
    mutls_config_free(config);
    return client;
}

static inline mutls_request *request_for(const char *method, const char *url) {
    mutls_request *request = NULL;
    OK(mutls_request_new(TEXT(method), TEXT(url), &request, &e));
    return request;
}

static inline mutls_response *get(mutls_client *client, const char *url) {
    mutls_request *request = request_for("GET", url);
    mutls_response *response = NULL;
    OK(mutls_client_send(client, request, &response, &e));
    mutls_request_free(request);
    return response;
}

static inline int32_t status_of(mutls_response *response) {
    int32_t status = 0;
    OK(mutls_response_status(response, &status, &e));
    return status;
}

/* Reads the rest and says whether it holds `text`. */
static inline int body_holds(mutls_response *response, const char *text) {
    mutls_bytes *bytes = NULL;
    const uint8_t *data = NULL;
    size_t length = 0;
    OK(mutls_response_read_all(response, 1 << 20, &bytes, &e));
    OK(mutls_bytes_view(bytes, &data, &length, &e));
    int found = holds(data, length, text);
    if (!found) fprintf(stderr, "    the body is: %.*s\n", (int)length, (const char *)data);
    mutls_bytes_free(bytes);
    return found;
}

/* Byte i of the sandbox's pattern. */
static inline uint8_t pattern(uint64_t i) {
    return (uint8_t)(31 * i % 251);
}

/* The library's threads end with the last client; what they hold would look like leaks. */
static inline void threads_end(void) {
    for (int64_t start = now_ms(); now_ms() - start < 30000 * slowness(); sleep_ms(1)) {
        int threads = 0;
        DIR *tasks = opendir("/proc/self/task");
        CHECK(tasks != NULL);
        for (struct dirent *task; (task = readdir(tasks)) != NULL;) threads += task->d_name[0] != '.';
        closedir(tasks);
        if (threads == 1) return;
    }
    fail(__FILE__, __LINE__, "threads are left when every client is freed");
}

/* The next completion, which must come; its id, kind and status are checked where they are not -1. */
static inline mutls_completion *pop(mutls_queue *queue, int64_t id, int32_t kind, int32_t status) {
    mutls_completion *completion = NULL;
    uint64_t got_id = 0;
    int32_t got_kind = 0, got_status = 0;
    OK(mutls_queue_pop(queue, 30000 * slowness(), &completion, &e));
    CHECK(completion != NULL);
    OK(mutls_completion_info(completion, &got_id, &got_kind, &got_status, &e));
    if (status != -1 && got_status != status) {
        mutls_error *failure = NULL;
        OK(mutls_completion_take_error(completion, &failure, &e));
        fprintf(stderr, "    id %" PRIu64 ": expected %d, got %d\n", got_id, status, got_status);
        fail_with(__FILE__, __LINE__, "status of a completion", failure);
    }
    CHECK(id == -1 || got_id == (uint64_t)id);
    CHECK(kind == -1 || got_kind == kind);
    return completion;
}

static inline mutls_response *pop_response(mutls_queue *queue, int64_t id) {
    mutls_response *response = NULL;
    mutls_completion *completion = pop(queue, id, MUTLS_COMPLETION_SEND, MUTLS_OK);
    OK(mutls_completion_take_response(completion, &response, &e));
    mutls_completion_free(completion);
    return response;
}

#endif
