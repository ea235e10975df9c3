/*
 * The conformance runner for C: `runner CASES` prints one outcome a line.
 *
 *   cc -std=c11 tests/c/[a-z]*.c $(pkg-config --cflags --libs mutls) -lpthread
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compare.h"

enum { AT_ONCE = 4, PATIENCE_S = 300, MOST_PARALLEL = 64 };

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int make_one(mutls_client *client, const json *step, complaint *why) {
    int64_t begun = now_ms();
    outcome came = call_make(client, step);
    int64_t took = now_ms() - begun;
    int holds = compare_step(step, &came, why);
    if (holds && (double)took > json_number(json_get(step, "within_ms"), 1e15)) {
        snprintf(why->text, sizeof why->text, "it took %lld ms", (long long)took);
        holds = 0;
    }
    call_free(&came);
    return holds;
}

typedef struct {
    mutls_client *client;
    const json *step;
    complaint why;
    int holds;
} beside;

static void *make_beside(void *context) {
    beside *one = context;
    one->holds = make_one(one->client, one->step, &one->why);
    return NULL;
}

static int make_parallel(mutls_client *client, const json *step, int count, complaint *why) {
    pthread_t threads[MOST_PARALLEL];
    beside all[MOST_PARALLEL];
    int holds = 1;
    if (count > MOST_PARALLEL) count = MOST_PARALLEL;
    for (int i = 0; i < count; i++) {
        all[i] = (beside){client, step, {""}, 0};
        pthread_create(&threads[i], NULL, make_beside, &all[i]);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        if (!all[i].holds) *why = all[i].why, holds = 0;
    }
    return holds;
}

static int run_step(mutls_client *client, const json *step, complaint *why) {
    const json *parallel = json_get(step, "parallel"), *close_first = json_get(step, "close");
    int32_t finished;
    if (close_first != NULL && close_first->kind == JSON_TRUE) mutls_client_close(client, 0, &finished, NULL);
    long pause = (long)json_number(json_get(step, "pause_ms"), 0);
    nanosleep(&(struct timespec){pause / 1000, pause % 1000 * 1000000L}, NULL);
    if (parallel != NULL) return make_parallel(client, step, (int)parallel->number, why);
    int times = (int)json_number(json_get(step, "times"), 1), holds = 1;
    while (holds && times-- > 0) holds = make_one(client, step, why);
    return holds;
}

static int run_steps(mutls_client *client, const json *one, complaint *why) {
    const json *steps = json_get(one, "steps"), *step = steps != NULL ? steps->first : NULL;
    int holds = 1, at = 1;
    for (; step != NULL && holds; step = step->next, at++) {
        const json *own_config = json_get(step, "config");
        mutls_client *own = NULL;
        complaint found = {""};
        if (own_config != NULL) own = call_client(own_config, json_get(one, "attachments"), NULL);
        holds = run_step(own_config != NULL ? own : client, step, &found);
        if (!holds) snprintf(why->text, sizeof why->text, "step %d: %.1000s", at, found.text);
        mutls_client_free(own);
    }
    return holds;
}

static int run_case(const json *one, complaint *why) {
    mutls_error *error = NULL;
    const json *refusal = json_get(one, "construct_error");
    mutls_client *client = call_client(json_get(one, "config"), json_get(one, "attachments"), &error);
    int holds;
    if (refusal != NULL && client != NULL) {
        snprintf(why->text, sizeof why->text, "expected no client, got one");
        holds = 0;
    } else if (refusal != NULL || client == NULL) {
        holds = refusal != NULL && compare_error(refusal, error, why);
        if (refusal == NULL) compare_error(one, error, why);
    } else {
        holds = run_steps(client, one, why);
    }
    mutls_client_free(client);
    mutls_error_free(error);
    return holds;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const json *next_case;

static void tell(const json *one, int holds, const complaint *why) {
    pthread_mutex_lock(&lock);
    printf("{\"id\": \"%s\", \"outcome\": \"%s\", \"detail\": \"", json_text(json_get(one, "id")), holds ? "pass" : "fail");
    for (const unsigned char *c = (const unsigned char *)why->text; *c != 0; c++) {
        if (*c < 0x20 || *c > 0x7E || *c == '"' || *c == '\\')
            printf("\\u%04x", *c);
        else
            putchar(*c);
    }
    puts("\"}");
    fflush(stdout);
    pthread_mutex_unlock(&lock);
}

static int is_alone(const json *one) {
    const json *alone = json_get(one, "alone");
    return alone != NULL && alone->kind == JSON_TRUE;
}

static void *run_beside(void *unused) {
    for (;;) {
        pthread_mutex_lock(&lock);
        const json *one = next_case;
        if (one != NULL) next_case = one->next;
        pthread_mutex_unlock(&lock);
        if (one == NULL) return unused;
        complaint why = {""};
        if (!is_alone(one)) tell(one, run_case(one, &why), &why);
    }
}

static char *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) return NULL;
    *length = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*length + 1);
    *length = fread(text, 1, *length, file);
    fclose(file);
    return text;
}

int main(int argc, char **argv) {
    size_t length = 0;
    char *text = argc > 1 ? read_file(argv[1], &length) : NULL;
    json *expanded = text != NULL ? json_parse(text, length) : NULL;
    const json *cases = json_get(expanded, "cases");
    if (cases == NULL) return fputs("usage: runner CASES\n", stderr), 2;
    /* A case that hangs must not hang the run: those without an outcome fail. */
    alarm(PATIENCE_S);
    pthread_t threads[AT_ONCE];
    next_case = cases->first;
    for (int i = 0; i < AT_ONCE; i++) pthread_create(&threads[i], NULL, run_beside, NULL);
    for (int i = 0; i < AT_ONCE; i++) pthread_join(threads[i], NULL);
    for (const json *one = cases->first; one != NULL; one = one->next) {
        complaint why = {""};
        if (is_alone(one)) tell(one, run_case(one, &why), &why);
    }
    json_free(expanded);
    free(text);
    return 0;
}
