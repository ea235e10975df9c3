/* What the C loads share: options, threads, the measured window, the printed line. */
#ifndef LOAD_H
#define LOAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct plan {
    char *config; /* the driver's document */
    char base[256], path[256], cert[512], key[512], ca[512];
    uint64_t upload_bytes;
    char mode[16];
    int in_flight;
    double seconds;
    uint64_t requests; /* 0: time decides */
};

/* One thread's client: made, used for each request (0 = good), freed. */
struct load {
    void *(*make)(const struct plan *);
    int (*request)(void *, const struct plan *);
    void (*free)(void *);
};

/* The documents hold plain strings without escapes, so that searching for the quotes is enough. */
static void text(const char *document, const char *name, char *into, size_t room) {
    char pattern[64];
    snprintf(pattern, sizeof pattern, "\"%s\": \"", name);
    const char *at = strstr(document, pattern);
    into[0] = 0;
    if (!at) return;
    at += strlen(pattern);
    size_t length = strcspn(at, "\"");
    if (length < room) {
        memcpy(into, at, length);
        into[length] = 0;
    }
}

static struct plan plan_read(int argc, char **argv) {
    struct plan plan = {.in_flight = 1, .seconds = 1, .mode = "get"};
    for (int i = 1; i + 1 < argc; i += 2) {
        char *value = argv[i + 1];
        if (!strcmp(argv[i], "--mode")) snprintf(plan.mode, sizeof plan.mode, "%s", value);
        if (!strcmp(argv[i], "--in-flight")) plan.in_flight = atoi(value);
        if (!strcmp(argv[i], "--seconds")) plan.seconds = atof(value);
        if (!strcmp(argv[i], "--requests")) plan.requests = strtoull(value, NULL, 10);
        if (!strcmp(argv[i], "--config")) {
            FILE *file = fopen(value, "r");
            if (!file) exit((perror(value), 1));
            plan.config = calloc(1, 65536);
            if (!fread(plan.config, 1, 65535, file)) exit((perror(value), 1));
            fclose(file);
        }
    }
    if (!plan.config) exit((fputs("--config is missing\n", stderr), 1));
    text(plan.config, "base", plan.base, sizeof plan.base);
    text(plan.config, "path", plan.path, sizeof plan.path);
    text(plan.config, "cert", plan.cert, sizeof plan.cert);
    text(plan.config, "key", plan.key, sizeof plan.key);
    text(plan.config, "ca", plan.ca, sizeof plan.ca);
    const char *bytes = strstr(plan.config, "\"upload_bytes\": ");
    if (bytes) plan.upload_bytes = strtoull(bytes + 16, NULL, 10);
    return plan;
}

struct window {
    struct timespec begun;
    struct rusage used;
};

static struct window window_open(void) {
    struct window window;
    clock_gettime(CLOCK_MONOTONIC, &window.begun);
    getrusage(RUSAGE_SELF, &window.used);
    return window;
}

static double passed(struct timeval since, struct timeval now) {
    return (double)(now.tv_sec - since.tv_sec) + (double)(now.tv_usec - since.tv_usec) / 1e6;
}

/* Not ru_maxrss, which starts from what the parent had at the fork. */
static long peak_kb(void) {
    char line[256];
    long kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "VmHWM: %ld", &kb) == 1) break;
    if (status) fclose(status);
    return kb;
}

static void window_close(const struct window *window, uint64_t requests, uint64_t errors) {
    struct window now = window_open();
    double seconds = (double)(now.begun.tv_sec - window->begun.tv_sec) +
                     (double)(now.begun.tv_nsec - window->begun.tv_nsec) / 1e9;
    printf("{\"requests\": %llu, \"errors\": %llu, \"seconds\": %f, \"user_s\": %f, \"sys_s\": %f, \"max_rss_kb\": %ld}\n",
           (unsigned long long)requests, (unsigned long long)errors, seconds,
           passed(window->used.ru_utime, now.used.ru_utime), passed(window->used.ru_stime, now.used.ru_stime), peak_kb());
}

static void nap(double seconds) {
    struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&time, NULL);
}

static struct {
    const struct plan *plan;
    const struct load *load;
    pthread_barrier_t begin, end;
    atomic_bool stop;
    atomic_ullong requests, errors;
} running;

static void *worker(void *unused) {
    (void)unused;
    const struct plan *plan = running.plan;
    void *client = running.load->make(plan);
    /* The first request warms the connection. */
    int warm = client && running.load->request(client, plan) == 0;
    if (!warm) running.errors++;
    uint64_t share = plan->requests ? (plan->requests + (uint64_t)plan->in_flight - 1) / (uint64_t)plan->in_flight : UINT64_MAX;
    pthread_barrier_wait(&running.begin);
    for (uint64_t done = 0; warm && done < share && !running.stop; done++) {
        if (running.load->request(client, plan) == 0)
            running.requests++;
        else
            running.errors++;
    }
    pthread_barrier_wait(&running.end);
    if (client) running.load->free(client);
    return NULL;
}

/* Runs the load on `in_flight` threads and prints its line. */
static int load_run(const struct plan *plan, const struct load *load) {
    running.plan = plan;
    running.load = load;
    if (!strcmp(plan->mode, "first")) {
        struct window window = window_open();
        void *client = load->make(plan);
        if (!client) return 1;
        window_close(&window, 1, 0);
        return 0;
    }
    pthread_barrier_init(&running.begin, NULL, (unsigned)plan->in_flight + 1);
    pthread_barrier_init(&running.end, NULL, (unsigned)plan->in_flight + 1);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 512 * 1024);
    pthread_t *threads = calloc((size_t)plan->in_flight, sizeof *threads);
    for (int i = 0; i < plan->in_flight; i++)
        if (pthread_create(&threads[i], &small, worker, NULL)) return 1;
    pthread_barrier_wait(&running.begin);
    if (plan->requests) {
        struct window window = window_open();
        pthread_barrier_wait(&running.end);
        window_close(&window, running.requests, running.errors);
    } else {
        /* A pool opens its connections as they are needed: nobody's first handshakes belong into the window. */
        nap(0.2 + 0.002 * plan->in_flight);
        struct window window = window_open();
        uint64_t before = running.requests;
        nap(plan->seconds);
        window_close(&window, running.requests - before, running.errors);
        running.stop = 1;
        pthread_barrier_wait(&running.end);
    }
    for (int i = 0; i < plan->in_flight; i++) pthread_join(threads[i], NULL);
    return 0;
}

#endif
