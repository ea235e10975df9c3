/* Several calls of the C ABI in one crossing from Go. */
#ifndef MUTLS_GLUE_H
#define MUTLS_GLUE_H

#if !__has_include(<mutls.h>)
#error "mutls: libmutls is not beside this module for this platform. Take the module archive of a release, or build with `-tags mutls_pkgconfig` against an installed libmutls (PKG_CONFIG_PATH)."
#endif

#include <mutls.h>

#if MUTLS_ABI_VERSION >> 16 != 0 || MUTLS_ABI_VERSION < 5
#error "mutls: this libmutls does not fit this version of the Go module."
#endif

typedef struct {
    mutls_request *request;
    mutls_cancel_token *token;
    mutls_body *body;
    mutls_error *error;
} mutls_go_prepared;

/* What a send came to: a response with its head, or an error. */
typedef struct {
    mutls_response *response;
    mutls_error *error;
    const uint8_t *block;
    const char *url;
    size_t block_length, url_length;
    int64_t content_length;
    size_t at_hand;
    uint64_t connection;
    int32_t status, minor, reused, decoded;
} mutls_go_answer;

/* A request that is out, if `begun`; else it is as it was, unless there is an error. */
typedef struct {
    mutls_begun *begun;
    mutls_error *error;
    uint64_t connection;
    int64_t patience;
    int32_t descriptor;
} mutls_go_begun;

typedef struct {
    mutls_go_answer answer;
    /* Of a read or an event: what owns the bytes. */
    mutls_completion *completion;
    const uint8_t *data;
    size_t length;
    uint64_t id;
    int32_t kind;
} mutls_go_done;

typedef struct {
    mutls_error *error;
    size_t length;
    int32_t ended;
} mutls_go_read_result;

/* What a handshake showed; the report is the caller's, and the name lives as long as it. */
typedef struct {
    mutls_report *report;
    const char *server_name;
    size_t server_name_length;
    int32_t version, cipher_suite, group, resumed;
} mutls_go_handshake;

/*
 * `text` holds method, URL and header block, one behind the other. `stream` is -2 for a body of bytes,
 * -1 for a chunked stream, else the length of a stream; `has_body` tells an empty body from none.
 */
void mutls_go_prepare(const char *text, size_t method, size_t url, size_t block, const char *options,
                      size_t options_length, const uint8_t *body, size_t body_length, int32_t has_body,
                      int64_t stream, mutls_go_prepared *out);

/* Consumes the request. */
void mutls_go_send(mutls_client *client, mutls_request *request, mutls_go_answer *out);

/* Consumes the request if it begins it or gives an error. */
void mutls_go_begin(mutls_client *client, mutls_request *request, mutls_go_begun *out);

/* Consumes what was begun. */
void mutls_go_finish(mutls_begun *begun, mutls_go_answer *out);

/* Another descriptor of the same, or -1. */
int mutls_go_duplicate(int descriptor);

/* Whether a read of the socket would not wait. */
int mutls_go_readable(int descriptor);

/* Whether both of its sides are shut. */
int mutls_go_shut(int descriptor);

/* Consumes the request; on failure gives the error. */
mutls_error *mutls_go_submit(mutls_client *client, mutls_request *request, uint64_t id, mutls_queue *queue);

/* How many of `room` completions there were; it does not wait. */
size_t mutls_go_pop(mutls_queue *queue, mutls_go_done *out, size_t room);

/* Reads once; `left` is what is still to come, where that is known, else -1. */
void mutls_go_read(mutls_response *response, uint8_t *data, size_t room, int64_t left, mutls_go_read_result *out);

void mutls_go_learn(mutls_response *response, mutls_go_handshake *out);

/* Reads `length` bytes and the end, which are at hand, and releases the response. */
void mutls_go_take(mutls_response *response, mutls_cancel_token *token, uint8_t *data, size_t length,
                   mutls_go_read_result *out);

void mutls_go_release(mutls_response *response, mutls_cancel_token *token);

#endif
