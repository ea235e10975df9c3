/* What is told of a client: by popping, by callback, bounded, ended, and with the queue or the client freed first. */

#include "common.h"

static void told(mutls_queue *queue, int64_t id, const char *name, const char *fact) {
    mutls_completion *completion = pop(queue, id, MUTLS_COMPLETION_EVENT, MUTLS_OK);
    const uint8_t *data = NULL;
    size_t length = 0;
    char event[64];
    snprintf(event, sizeof event, "\"event\":\"%s\"", name);
    OK(mutls_completion_bytes(completion, &data, &length, &e));
    if (!holds(data, length, event) || !holds(data, length, fact)) {
        fprintf(stderr, "    %.*s\n", (int)length, (const char *)data);
        fail(__FILE__, __LINE__, name);
    }
    CHECK(holds(data, length, "\"level\":\"") && holds(data, length, "\"message\":\""));
    mutls_completion_free(completion);
}

static void nothing(mutls_queue *queue) {
    mutls_completion *completion = NULL;
    OK(mutls_queue_pop(queue, 0, &completion, &e));
    CHECK(completion == NULL);
}

static mutls_client *expiring_client(void) {
    char json[2048];
    mutls_config *config = NULL;
    mutls_client *client = NULL;
    snprintf(json, sizeof json, "{\"base_url\": \"%s/\", \"cert\": \"%s\", \"key\": \"%s\", \"ca\": \"%s\", \"proxy\": \"none\"}",
             sandbox("URL_REQUIRED"), sandbox("IDENTITY_EXPIRING_CHAIN"), sandbox("IDENTITY_EXPIRING_KEY"), sandbox("FILE_CA"));
    OK(mutls_config_new(TEXT(json), &config, &e));
    OK(mutls_client_new(config, &client, &e));
    mutls_config_free(config);
    return client;
}

static void popped(void) {
    mutls_queue *queue = NULL;
    OK(mutls_queue_new(&queue, &e));
    mutls_client *client = expiring_client();
    OK(mutls_client_observe(client, queue, 7, &e));
    told(queue, 7, "identity_expiring", "\"days_left\":5");
    mutls_response_free(get(client, "echo"));
    told(queue, 7, "connected", "\"resumed\":false");
    OK(mutls_client_observe(client, NULL, 0, &e));
    mutls_response_free(get(client, "echo"));
    nothing(queue);
    mutls_client_free(client);

    client = client_for("URL_SERVER_UNKNOWN_CA", "");
    OK(mutls_client_observe(client, queue, 8, &e));
    mutls_request *request = request_for("GET", "echo");
    mutls_response *response = NULL;
    FAILS(MUTLS_ERROR_SERVER_UNTRUSTED_ISSUER, mutls_client_send(client, request, &response, &e));
    mutls_request_free(request);
    told(queue, 8, "handshake_failed", "\"code\":\"server_untrusted_issuer\"");
    nothing(queue);
    mutls_queue_free(queue);
    /* A queue that is gone hears nothing. */
    request = request_for("GET", "echo");
    FAILS(MUTLS_ERROR_SERVER_UNTRUSTED_ISSUER, mutls_client_send(client, request, &response, &e));
    mutls_request_free(request);
    mutls_client_free(client);
}

/* Events that nobody pops do not pile up, and crowd out nothing else. */
static void bounded(void) {
    mutls_queue *queue = NULL;
    mutls_completion *completion = NULL;
    mutls_client *client = expiring_client(), *other = client_for("URL_REQUIRED", "");
    OK(mutls_queue_new(&queue, &e));
    mutls_request *request = request_for("GET", "bytes/10");
    OK(mutls_client_submit(other, request, 2, queue, &e));
    mutls_request_free(request);
    int events = 0, calls = 0;
    for (uint64_t id = 0; id < 1500; id++) OK(mutls_client_observe(client, queue, 1000 + id, &e));
    while (calls == 0 || events < 1024) {
        uint64_t id = 0;
        int32_t kind = 0, status = 0;
        OK(mutls_queue_pop(queue, 30000 * slowness(), &completion, &e));
        CHECK(completion != NULL);
        OK(mutls_completion_info(completion, &id, &kind, &status, &e));
        if (kind == MUTLS_COMPLETION_EVENT) {
            /* The newest are kept, in order. */
            CHECK(id == 1000 + 1500 - 1024 + (uint64_t)events);
            events++;
        } else {
            CHECK(id == 2);
            calls++;
        }
        mutls_completion_free(completion);
    }
    nothing(queue);
    mutls_queue_free(queue);
    mutls_client_free(client);
    mutls_client_free(other);
}

typedef struct {
    int events, finalized;
} counts;

static void on_event(void *context, mutls_completion *completion) {
    int32_t kind = 0, status = 0;
    uint64_t id = 0;
    OK(mutls_completion_info(completion, &id, &kind, &status, &e));
    CHECK(kind == MUTLS_COMPLETION_EVENT && id == 9 && status == MUTLS_OK);
    mutls_completion_free(completion);
    ((counts *)context)->events++;
}

static void on_finalize(void *context) {
    ((counts *)context)->finalized++;
}

static void called(void) {
    counts here = {0, 0};
    mutls_queue *queue = NULL;
    OK(mutls_queue_new_calling(on_event, &here, on_finalize, &queue, &e));
    mutls_client *client = expiring_client();
    OK(mutls_client_observe(client, queue, 9, &e));
    CHECK(here.events == 1);
    /* The client keeps the queue. */
    mutls_queue_free(queue);
    CHECK(here.finalized == 0);
    mutls_response_free(get(client, "echo"));
    CHECK(here.events == 2);
    OK(mutls_client_observe(client, NULL, 0, &e));
    CHECK(here.finalized == 1);
    mutls_client_free(client);
}

static void null_is_refused(void) {
    mutls_queue *queue = NULL;
    OK(mutls_queue_new(&queue, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_observe(NULL, queue, 0, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_observe(NULL, NULL, 0, &e));
    mutls_queue_free(queue);
}

int main(void) {
    popped();
    bounded();
    called();
    null_is_refused();
    threads_end();
    return 0;
}
