#include "match.h"

#include <string.h>

static int same_text(const json *a, const json *b) {
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static int contains(const json *got, const json *part) {
    if (got->kind == JSON_TEXT) return part->kind == JSON_TEXT && strstr(got->text, part->text) != NULL;
    if (got->kind != JSON_LIST) return 0;
    for (const json *one = got->first; one != NULL; one = one->next)
        if (match(part, one)) return 1;
    return 0;
}

static int operate(const json *operator, const json *got) {
    const char *name = operator->key;
    if (strcmp(name, "$min") == 0) return got->kind == JSON_NUMBER && got->number >= operator->number;
    if (strcmp(name, "$one_of") == 0) {
        for (const json *one = operator->first; one != NULL; one = one->next)
            if (match(one, got)) return 1;
        return 0;
    }
    int wanted = strcmp(name, "$contains") == 0;
    if (!wanted && strcmp(name, "$lacks") != 0) return 0;
    if (got->kind != JSON_LIST && got->kind != JSON_TEXT) return 0;
    for (const json *part = operator->first; part != NULL; part = part->next)
        if (contains(got, part) != wanted) return 0;
    return 1;
}

static int match_object(const json *claim, const json *got) {
    const json *member = claim->first;
    if (member != NULL && member->next == NULL && member->key[0] == '$') return operate(member, got);
    if (got->kind != JSON_OBJECT) return 0;
    for (; member != NULL; member = member->next)
        if (!match(member, json_get(got, member->key))) return 0;
    return 1;
}

static int match_list(const json *claim, const json *got) {
    if (got->kind != JSON_LIST) return 0;
    const json *expected = claim->first, *found = got->first;
    for (; expected != NULL && found != NULL; expected = expected->next, found = found->next)
        if (!match(expected, found)) return 0;
    return expected == NULL && found == NULL;
}

int match(const json *claim, const json *got) {
    static const json null = {0};
    if (got == NULL) got = &null;
    switch (claim->kind) {
    case JSON_OBJECT: return match_object(claim, got);
    case JSON_LIST: return match_list(claim, got);
    case JSON_TEXT:
        if (strcmp(claim->text, "$any") == 0) return got->kind != JSON_NULL;
        return got->kind == JSON_TEXT && same_text(claim, got);
    case JSON_NUMBER: return got->kind == JSON_NUMBER && got->number == claim->number;
    default: return got->kind == claim->kind;
    }
}
