#include "json.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *at, *end;
} cursor;

static json *parse_value(cursor *c);

static void skip_space(cursor *c) {
    while (c->at < c->end && strchr(" \t\r\n", *c->at) != NULL) c->at++;
}

static int take(cursor *c, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0) return 0;
    c->at += length;
    return 1;
}

static unsigned hex4(const char *digits) {
    char text[5] = {digits[0], digits[1], digits[2], digits[3], 0};
    return (unsigned)strtoul(text, NULL, 16);
}

static char *put_utf8(char *out, unsigned code) {
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xC0 | code >> 6);
        *out++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *out++ = (char)(0xE0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
        *out++ = (char)(0x80 | (code & 0x3F));
    } else {
        *out++ = (char)(0xF0 | code >> 18);
        *out++ = (char)(0x80 | (code >> 12 & 0x3F));
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
        *out++ = (char)(0x80 | (code & 0x3F));
    }
    return out;
}

/* Reads what is between quotes; no escape is longer than what it stands for. */
static char *parse_text(cursor *c, size_t *length) {
    if (!take(c, "\"")) return NULL;
    const char *close = c->at;
    while (close < c->end && *close != '"') close += *close == '\\' ? 2 : 1;
    if (close >= c->end) return NULL;
    char *text = malloc((size_t)(close - c->at) + 1), *out = text;
    while (c->at < close) {
        if (*c->at != '\\') {
            *out++ = *c->at++;
            continue;
        }
        char escape = c->at[1];
        c->at += 2;
        if (escape != 'u') {
            const char *from = "nrtbf", *to = "\n\r\t\b\f";
            const char *known = strchr(from, escape);
            *out++ = known != NULL ? to[known - from] : escape;
            continue;
        }
        if (close - c->at < 4) break;
        unsigned code = hex4(c->at);
        c->at += 4;
        if (code >= 0xD800 && code < 0xDC00 && close - c->at >= 6) {
            code = 0x10000 + ((code - 0xD800) << 10) + (hex4(c->at + 2) - 0xDC00);
            c->at += 6;
        }
        out = put_utf8(out, code);
    }
    *out = 0;
    *length = (size_t)(out - text);
    c->at = close + 1;
    return text;
}

static int parse_members(cursor *c, json *parent, char closing) {
    json **last = &parent->first;
    skip_space(c);
    if (c->at < c->end && *c->at == closing) return c->at++, 1;
    for (;;) {
        char *key = NULL;
        if (parent->kind == JSON_OBJECT) {
            size_t length;
            skip_space(c);
            key = parse_text(c, &length);
            skip_space(c);
            if (key == NULL || !take(c, ":")) return free(key), 0;
        }
        *last = parse_value(c);
        if (*last == NULL) return free(key), 0;
        (*last)->key = key;
        last = &(*last)->next;
        skip_space(c);
        if (c->at >= c->end) return 0;
        if (*c->at == closing) return c->at++, 1;
        if (!take(c, ",")) return 0;
    }
}

static json *parse_value(cursor *c) {
    skip_space(c);
    if (c->at >= c->end) return NULL;
    json *value = calloc(1, sizeof *value);
    int good = 1;
    value->start = c->at;
    if (*c->at == '"') {
        value->kind = JSON_TEXT;
        value->text = parse_text(c, &value->length);
        good = value->text != NULL;
    } else if (take(c, "{")) {
        value->kind = JSON_OBJECT;
        good = parse_members(c, value, '}');
    } else if (take(c, "[")) {
        value->kind = JSON_LIST;
        good = parse_members(c, value, ']');
    } else if (take(c, "true")) {
        value->kind = JSON_TRUE;
    } else if (take(c, "false")) {
        value->kind = JSON_FALSE;
    } else if (!take(c, "null")) {
        char digits[40] = {0}, *end;
        size_t most = (size_t)(c->end - c->at);
        memcpy(digits, c->at, most < sizeof digits - 1 ? most : sizeof digits - 1);
        value->kind = JSON_NUMBER;
        value->number = strtod(digits, &end);
        c->at += end - digits;
        good = end != digits;
    }
    value->end = c->at;
    if (good) return value;
    json_free(value);
    return NULL;
}

json *json_parse(const char *source, size_t length) {
    cursor c = {source, source + length};
    json *value = parse_value(&c);
    skip_space(&c);
    if (c.at == c.end) return value;
    json_free(value);
    return NULL;
}

void json_free(json *value) {
    while (value != NULL) {
        json *next = value->next;
        json_free(value->first);
        free(value->text);
        free(value->key);
        free(value);
        value = next;
    }
}

const json *json_get(const json *object, const char *key) {
    if (object == NULL || object->kind != JSON_OBJECT) return NULL;
    for (const json *member = object->first; member != NULL; member = member->next)
        if (strcmp(member->key, key) == 0) return member;
    return NULL;
}

const char *json_text(const json *value) {
    return value != NULL && value->kind == JSON_TEXT ? value->text : NULL;
}

double json_number(const json *value, double otherwise) {
    return value != NULL && value->kind == JSON_NUMBER ? value->number : otherwise;
}
