/* Calls that are begun: the host waits for the descriptor, and asks for the answer when it can be read. */

#include "common.h"

#include <poll.h>

static mutls_begun *begin(mutls_client *client, const char *path, int32_t *fd, int64_t *patience_ms) {
    mutls_begun *begun = NULL;
    mutls_request *request = request_for("GET", path);
    uint64_t connection = 0;
    OK(mutls_client_begin(client, request, &begun, fd, patience_ms, &connection, &e));
    if (begun != NULL) {
        CHECK(connection != 0);
        FAILS(MUTLS_ERROR_BAD_OPTION,
              mutls_client_begin(client, request, &begun, fd, patience_ms, &connection, &e));
    } else {
        /* It is as it was. */
        mutls_response *response = NULL;
        OK(mutls_client_send(client, request, &response, &e));
        CHECK(status_of(response) == 200);
        mutls_response_free(response);
    }
    mutls_request_free(request);
    return begun;
}

static void call(mutls_client *client) {
    mutls_request *request = request_for("GET", "bytes/10");
    mutls_response *response = NULL;
    mutls_bytes *bytes = NULL;
    OK(mutls_client_fetch(client, request, -1, &response, &bytes, &e));
    mutls_bytes_free(bytes);
    mutls_response_free(response);
    mutls_request_free(request);
}

static void to_the_end(mutls_client *client) {
    for (int i = 0; i < 3; i++) {
        int32_t fd = -1;
        int64_t patience_ms = 0;
        mutls_response *response = NULL;
        call(client);
        mutls_begun *begun = begin(client, "delay/50", &fd, &patience_ms);
        CHECK(begun != NULL && fd >= 0 && patience_ms != 0);
        struct pollfd wait = {fd, POLLIN, 0};
        CHECK(poll(&wait, 1, (int)patience_ms) == 1);
        OK(mutls_begun_finish(begun, &response, &e));
        CHECK(status_of(response) == 200);
        FAILS(MUTLS_ERROR_BAD_OPTION, mutls_begun_finish(begun, &response, &e));
        mutls_begun_free(begun);
        mutls_response_free(response);
    }
}

static void abandoned(mutls_client *client) {
    int32_t fd = -1, finished = 0;
    int64_t patience_ms = 0;
    call(client);
    mutls_begun_free(begin(client, "delay/60000", &fd, &patience_ms));
    mutls_begun_free(NULL);
    OK(mutls_client_close(client, 30000 * (uint64_t)slowness(), &finished, &e));
    CHECK(finished == 1);
}

int main(void) {
    mutls_client *client = client_for("URL_REQUIRED", "");
    int32_t fd = -1;
    int64_t patience_ms = 0;
    CHECK(begin(client, "bytes/10", &fd, &patience_ms) == NULL);
    to_the_end(client);
    abandoned(client);
    mutls_client_free(client);
    return 0;
}
