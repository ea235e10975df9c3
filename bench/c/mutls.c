/* mutls through its C ABI: blocking calls on threads. */
#include <mutls.h>

#include "load.h"

static mutls_client *client;

static int failed(mutls_error *error) {
    const char *message;
    size_t length;
    if (error && mutls_error_message(error, &message, &length, NULL) == 0)
        fprintf(stderr, "%.*s\n", (int)length, message);
    mutls_error_free(error);
    return 1;
}

static void *make_client(const struct plan *plan) {
    char json[4096], trust[1024];
    if (plan->ca[0])
        snprintf(trust, sizeof trust, "{\"ca_file\": \"%s\"}", plan->ca);
    else
        snprintf(trust, sizeof trust, "{\"system_roots\": true}");
    int length = snprintf(json, sizeof json,
                          "{\"base_url\": \"%s\", \"cert_file\": \"%s\", \"key_file\": \"%s\", \"trust\": %s, "
                          "\"pool\": {\"max_idle\": %d}}",
                          plan->base, plan->cert, plan->key, trust, plan->in_flight);
    mutls_config *config;
    mutls_error *error = NULL;
    if (mutls_config_new(json, (size_t)length, &config, &error)) return failed(error), NULL;
    mutls_status status = mutls_client_new(config, &client, &error);
    mutls_config_free(config);
    return status ? (failed(error), NULL) : client;
}

/* The threads share one client, as a backend would. */
static void *make(const struct plan *plan) { return client ? client : make_client(plan); }

static int read_all(mutls_response *response) {
    mutls_bytes *body;
    mutls_error *error = NULL;
    if (mutls_response_read_all(response, -1, &body, &error)) return failed(error);
    mutls_bytes_free(body);
    return 0;
}

static int read_through(mutls_response *response) {
    size_t count = 1, room = 65536;
    uint8_t *chunk = malloc(room);
    mutls_error *error = NULL;
    mutls_status status = 0;
    while (!status && count > 0) status = mutls_response_read(response, chunk, room, &count, &error);
    free(chunk);
    return status ? failed(error) : 0;
}

static int request(void *shared, const struct plan *plan) {
    mutls_request *request;
    mutls_response *response;
    mutls_error *error = NULL;
    if (mutls_request_new("GET", 3, plan->path, strlen(plan->path), &request, &error)) return failed(error);
    mutls_status status = mutls_client_send(shared, request, &response, &error);
    mutls_request_free(request);
    if (status) return failed(error);
    int32_t code = 0;
    mutls_response_status(response, &code, NULL);
    int bad = code != 200 || (strcmp(plan->mode, "download") ? read_all(response) : read_through(response));
    mutls_response_free(response);
    return bad;
}

static void keep(void *shared) { (void)shared; }

int main(int argc, char **argv) {
    struct plan plan = plan_read(argc, argv);
    if (strcmp(plan.mode, "first") && !make_client(&plan)) return 1;
    return load_run(&plan, &(struct load){make, request, keep});
}
