/* A JSON value, read into a tree. Just what the conformance runner needs. */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>

typedef enum { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_OBJECT } json_kind;

typedef struct json {
    json_kind kind;
    double number;
    /* UTF-8, ended by NUL; a NUL within it is kept, hence the length. */
    char *text;
    size_t length;
    /* The key, within an object. */
    char *key;
    /* Elements or members, in order. */
    struct json *first, *next;
    /* Where it is written, for passing it on as it is. */
    const char *start, *end;
} json;

/* NULL for what is no JSON. The source has to outlive `start` and `end`. */
json *json_parse(const char *source, size_t length);
void json_free(json *value);

/* NULL where it is missing. Both take NULL. */
const json *json_get(const json *object, const char *key);
const char *json_text(const json *value);
double json_number(const json *value, double otherwise);

#endif
