/* One call of the library, and what came of it. */
#ifndef CALL_H
#define CALL_H

#include <mutls.h>

#include "json.h"

typedef struct {
    /* Exactly one of the two. */
    mutls_response *response;
    mutls_error *error;
    /* As much of the body as was read. */
    uint8_t *body;
    size_t length;
} outcome;

/* Byte `i` of the sandbox's pattern. */
uint8_t pattern_byte(uint64_t i, uint64_t seed);

/* Makes the call that `step` describes. */
outcome call_make(mutls_client *client, const json *step);
void call_free(outcome *came);

/* A client; NULL with `error` set where it cannot be made. */
mutls_client *call_client(const json *config, const json *attachments, mutls_error **error);

#endif
