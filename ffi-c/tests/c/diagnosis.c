/* The doctor: with a client and without one, in every form, cancelled, from many threads. */

#include "common.h"

static void found(mutls_diagnosis *diagnosis, int32_t state, int32_t code) {
    int32_t got_state = -1, got_code = -1;
    const char *text = NULL;
    size_t length = 0;
    OK(mutls_diagnosis_state(diagnosis, &got_state, &got_code, &e));
    OK(mutls_diagnosis_text(diagnosis, &text, &length, &e));
    if (got_state != state || got_code != code) {
        fprintf(stderr, "%.*s\n", (int)length, text);
        fprintf(stderr, "    expected %d and %d, got %d and %d\n", state, code, got_state, got_code);
        fail(__FILE__, __LINE__, "the diagnosis is another");
    }
}

static void a_client_that_works(void) {
    mutls_client *client = client_for("URL_REQUIRED", "");
    mutls_request *request = request_for("DELETE", "echo");
    mutls_diagnosis *diagnosis = NULL;
    const char *view = NULL;
    size_t length = 0;
    OK(mutls_client_diagnose(client, request, 1, &diagnosis, &e));
    found(diagnosis, 0, 0);
    mutls_client_free(client);
    OK(mutls_diagnosis_json(diagnosis, &view, &length, &e));
    CHECK(holds(view, length, "\"name\":\"without_identity\""));
    CHECK(holds(view, length, "\"state\":\"ok\""));
    OK(mutls_diagnosis_html(diagnosis, &view, &length, &e));
    CHECK(holds(view, length, "<svg"));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_diagnose(client = client_for("URL_REQUIRED", ""), request, 1, &diagnosis, &e));
    mutls_client_free(client);
    mutls_request_free(request);
    mutls_diagnosis_free(diagnosis);
}

static void a_client_that_cannot_be_made(void) {
    mutls_config *config = NULL;
    mutls_client *client = NULL;
    char json[2048];
    snprintf(json, sizeof json, "{\"cert\": \"%s\", \"key\": \"%s\", \"ca\": \"%s\", \"proxy\": \"none\"}",
             sandbox("IDENTITY_VALID_CHAIN"), sandbox("IDENTITY_MISMATCH_KEY"), sandbox("FILE_CA"));
    OK(mutls_config_new(TEXT(json), &config, &e));
    FAILS(MUTLS_ERROR_KEY_MISMATCH, mutls_client_new(config, &client, &e));
    mutls_request *request = request_for("GET", sandbox("URL_REQUIRED"));
    mutls_diagnosis *diagnosis = NULL;
    OK(mutls_diagnose(config, request, 0, &diagnosis, &e));
    found(diagnosis, 2, MUTLS_ERROR_KEY_MISMATCH);
    mutls_request_free(request);
    mutls_config_free(config);
    mutls_diagnosis_free(diagnosis);
}

static void a_cancelled_one_ends(void) {
    mutls_client *client = client_for("URL_TCP_SILENT", "");
    mutls_request *request = request_for("GET", "");
    mutls_cancel_token *token = NULL;
    mutls_diagnosis *diagnosis = NULL;
    OK(mutls_cancel_token_new(&token, &e));
    OK(mutls_request_set_cancel_token(request, token, &e));
    OK(mutls_cancel_token_cancel(token, &e));
    OK(mutls_client_diagnose(client, request, 1, &diagnosis, &e));
    found(diagnosis, 2, MUTLS_ERROR_CANCELLED);
    mutls_cancel_token_free(token);
    mutls_request_free(request);
    mutls_client_free(client);
    mutls_diagnosis_free(diagnosis);
}

static void *reader(void *diagnosis) {
    const char *view = NULL;
    size_t length = 0;
    for (int i = 0; i < 20; i++) {
        OK(mutls_diagnosis_json(diagnosis, &view, &length, &e));
        CHECK(length > 100 && view[0] == '{');
        OK(mutls_diagnosis_text(diagnosis, &view, &length, &e));
        OK(mutls_diagnosis_html(diagnosis, &view, &length, &e));
        CHECK(view[0] == '<');
    }
    return NULL;
}

static void several_threads_read_one(void) {
    mutls_client *client = client_for("URL_REFUSED", "");
    mutls_request *request = request_for("GET", "");
    mutls_diagnosis *diagnosis = NULL;
    pthread_t threads[4];
    OK(mutls_client_diagnose(client, request, 1, &diagnosis, &e));
    found(diagnosis, 2, MUTLS_ERROR_CONNECT_REFUSED);
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, reader, diagnosis) == 0);
    for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    mutls_request_free(request);
    mutls_client_free(client);
    mutls_diagnosis_free(diagnosis);
}

static void null_is_refused(void) {
    mutls_diagnosis *diagnosis = NULL;
    mutls_client *client = client_for("URL_REFUSED", "");
    mutls_request *request = request_for("GET", "");
    const char *view = NULL;
    size_t length = 0;
    int32_t number = 0;
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_diagnose(NULL, request, 1, &diagnosis, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_diagnose(NULL, request, 1, &diagnosis, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_diagnose(client, NULL, 1, &diagnosis, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_client_diagnose(client, request, 1, NULL, &e));
    /* What was refused has left the request as it was. */
    OK(mutls_client_diagnose(client, request, 0, &diagnosis, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_diagnosis_state(NULL, &number, &number, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_diagnosis_state(diagnosis, NULL, &number, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_diagnosis_json(NULL, &view, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_diagnosis_text(diagnosis, NULL, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_diagnosis_html(diagnosis, &view, NULL, &e));
    mutls_diagnosis_free(NULL);
    mutls_diagnosis_free(diagnosis);
    mutls_request_free(request);
    mutls_client_free(client);
}

int main(void) {
    a_client_that_works();
    a_client_that_cannot_be_made();
    a_cancelled_one_ends();
    several_threads_read_one();
    null_is_refused();
    threads_end();
    return 0;
}
