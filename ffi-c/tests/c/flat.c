/* 2 GiB down and 1 GiB up in under 32 MiB of resident memory. Less under valgrind and the like, where only the code is tried. */

#include "common.h"

#include <sys/resource.h>

static uint64_t left;

static int64_t produce(void *context, uint8_t *buffer, size_t capacity) {
    (void)context;
    size_t n = capacity < left ? capacity : (size_t)left;
    memset(buffer, 'a', n);
    left -= n;
    return (int64_t)n;
}

static void resident_is_flat(const char *when) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%s: at most %ld KiB resident\n", when, usage.ru_maxrss);
    if (slowness() == 1 && usage.ru_maxrss > 32 * 1024) fail(__FILE__, __LINE__, when);
}

int main(void) {
    uint64_t down = slowness() == 1 ? (uint64_t)2 << 30 : 8 << 20, up = down / 2, total = 0;
    mutls_client *client = client_for("URL_REQUIRED", "");
    char url[64], expected[64];
    snprintf(url, sizeof url, "large/%" PRIu64, down);
    mutls_response *response = get(client, url);
    static uint8_t buffer[64 * 1024];
    size_t n = 0;
    do {
        OK(mutls_response_read(response, buffer, sizeof buffer, &n, &e));
        total += n;
    } while (n > 0);
    CHECK(total == down);
    mutls_response_free(response);
    resident_is_flat("blocking download");

    mutls_queue *queue = NULL;
    const uint8_t *data = NULL;
    OK(mutls_queue_new(&queue, &e));
    response = get(client, "large/67108864");
    total = 0;
    do {
        OK(mutls_response_submit_read(response, 65536, 1, queue, &e));
        mutls_completion *completion = pop(queue, 1, MUTLS_COMPLETION_READ, MUTLS_OK);
        OK(mutls_completion_bytes(completion, &data, &n, &e));
        mutls_completion_free(completion);
        total += n;
    } while (n > 0);
    CHECK(total == 67108864);
    mutls_response_free(response);
    mutls_queue_free(queue);
    resident_is_flat("submitted download");

    left = up;
    mutls_request *request = request_for("POST", "upload");
    OK(mutls_request_set_body_stream(request, produce, NULL, NULL, (int64_t)up, &e));
    OK(mutls_client_send(client, request, &response, &e));
    snprintf(expected, sizeof expected, "\"length\":%" PRIu64, up);
    CHECK(body_holds(response, expected));
    mutls_response_free(response);
    mutls_request_free(request);
    resident_is_flat("upload");
    mutls_client_free(client);
    threads_end();
    return 0;
}
