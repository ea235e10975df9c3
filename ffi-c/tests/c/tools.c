/* The tools: a document and attachments in, a report and bytes out. */

#include "common.h"

#include <sys/stat.h>

static mutls_config *config;

static mutls_output *run(const char *tool, const char *json) {
    mutls_output *output = NULL;
    OK(mutls_tool_run(config, TEXT(tool), TEXT(json), &output, &e));
    CHECK(output != NULL);
    return output;
}

static void attach(const char *name, const void *data, size_t length) {
    OK(mutls_config_set_bytes(config, TEXT(name), data, length, &e));
}

static int reports(mutls_output *output, const char *text) {
    const char *json = NULL;
    size_t length = 0;
    OK(mutls_output_json(output, &json, &length, &e));
    if (!holds(json, length, text)) fprintf(stderr, "    %.*s\n", (int)length, json);
    return holds(json, length, text);
}

static void files_are_told(void) {
    char json[2048];
    snprintf(json, sizeof json, "{\"input\": [\"%s\", \"%s\"]}", getenv("IDENTITY_VALID_CHAIN"),
             getenv("IDENTITY_VALID_KEY"));
    mutls_output *output = run("match", json);
    CHECK(reports(output, "\"matches\":true"));
    mutls_output_free(output);
    output = run("inspect", json);
    CHECK(reports(output, "\"role\":\"leaf\""));
    const char *names = NULL;
    size_t length = 0;
    OK(mutls_output_names(output, &names, &length, &e));
    CHECK(is(names, length, "[]"));
    mutls_output_free(output);
    snprintf(json, sizeof json, "{\"url\": \"%s\", \"client\": {\"ca\": \"%s\", \"proxy\": \"none\"}}",
             getenv("URL_REQUIRED"), getenv("FILE_CA"));
    output = run("inspect", json);
    CHECK(reports(output, "\"trusted\":true"));
    mutls_output_free(output);
}

/* A request and its key, then both in a store, then the store's key again: all in memory. */
static void bytes_go_round(void) {
    const uint8_t *key = NULL, *csr = NULL, *again = NULL;
    size_t key_length = 0, csr_length = 0, again_length = 0;
    mutls_output *made = run("create_csr", "{\"key\": \"p-256\", \"subject\": {\"common_name\": \"a.example\"}}");
    const char *names = NULL;
    size_t length = 0;
    OK(mutls_output_names(made, &names, &length, &e));
    CHECK(is(names, length, "[\"csr\",\"key\"]"));
    OK(mutls_output_part(made, TEXT("key"), &key, &key_length, &e));
    OK(mutls_output_part(made, TEXT("csr"), &csr, &csr_length, &e));
    CHECK(holds(csr, csr_length, "BEGIN CERTIFICATE REQUEST"));
    attach("key", key, key_length);
    attach("csr", csr, csr_length);
    attach("word", "hunter2", 7);
    mutls_output *matched = run("match", "{\"input\": [{\"ref\": \"key\"}, {\"ref\": \"csr\"}]}");
    CHECK(reports(matched, "\"matches\":true"));
    mutls_output_free(matched);

    mutls_output *shut = run("convert", "{\"input\": {\"ref\": \"key\"}, \"to\": \"pkcs8\", \"new_passphrase\": {\"ref\": \"word\"}}");
    OK(mutls_output_part(shut, TEXT("output"), &again, &again_length, &e));
    CHECK(holds(again, again_length, "BEGIN ENCRYPTED PRIVATE KEY"));
    attach("shut", again, again_length);
    mutls_output_free(shut);
    mutls_output *output = NULL;
    FAILS(MUTLS_ERROR_PASSPHRASE_REQUIRED,
          mutls_tool_run(config, TEXT("convert"), TEXT("{\"input\": {\"ref\": \"shut\"}, \"to\": \"pkcs8\"}"), &output, &e));
    CHECK(output == NULL);
    output = run("convert", "{\"input\": {\"ref\": \"shut\"}, \"passphrase\": {\"ref\": \"word\"}, \"to\": \"pkcs8\", \"unencrypted\": true}");
    OK(mutls_output_part(output, TEXT("output"), &again, &again_length, &e));
    CHECK(again_length == key_length && memcmp(again, key, key_length) == 0);
    mutls_output_free(output);
    mutls_output_free(made);
}

static void *cancel_soon(void *token) {
    sleep_ms(50);
    mutls_cancel_token_cancel(token, NULL);
    return NULL;
}

static void a_question_to_a_server_is_cancelled(void) {
    char json[512];
    mutls_output *output = NULL;
    mutls_cancel_token *token = NULL;
    pthread_t thread;
    snprintf(json, sizeof json, "{\"url\": \"%s\", \"client\": {\"timeouts\": {\"handshake_ms\": null}, \"proxy\": \"none\"}}",
             getenv("URL_TCP_SILENT"));
    OK(mutls_cancel_token_new(&token, &e));
    CHECK(pthread_create(&thread, NULL, cancel_soon, token) == 0);
    FAILS(MUTLS_ERROR_CANCELLED, mutls_tool_run_cancellable(config, TEXT("inspect"), TEXT(json), token, &output, &e));
    pthread_join(thread, NULL);
    CHECK(output == NULL);
    mutls_cancel_token_free(token);

    /* What asks nobody is not stopped. */
    OK(mutls_cancel_token_new(&token, &e));
    OK(mutls_cancel_token_cancel(token, &e));
    OK(mutls_tool_run_cancellable(config, TEXT("create_csr"), TEXT("{\"key\": \"ed25519\", \"subject\": \"CN=a\"}"), token,
                                  &output, &e));
    mutls_output_free(output);
    mutls_cancel_token_free(token);
    output = NULL;
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run_cancellable(config, TEXT("inspect"), TEXT("{}"), NULL, &output, &e));
    CHECK(output == NULL);
}

static void wrong_arguments_are_refused(void) {
    mutls_output *output = NULL, *good = run("create_csr", "{\"key\": \"ed25519\", \"subject\": \"CN=a\"}");
    const uint8_t *data = NULL;
    const char *json = NULL;
    size_t length = 0;
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run(NULL, TEXT("inspect"), TEXT("{}"), &output, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run(config, NULL, 7, TEXT("{}"), &output, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run(config, TEXT("inspect"), NULL, 2, &output, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run(config, TEXT("inspect"), TEXT("{}"), NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run(config, TEXT("inspekt"), TEXT("{}"), &output, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run(config, TEXT("inspect"), TEXT("{"), &output, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run(config, TEXT("inspect"), TEXT("\xff"), &output, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run(config, TEXT("inspect"), TEXT("{\"inptu\": 1}"), &output, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run(config, TEXT("inspect"), TEXT("{\"input\": {\"ref\": \"x\"}}"), &output, &e));
    FAILS(MUTLS_ERROR_IDENTITY_UNREADABLE,
          mutls_tool_run(config, TEXT("inspect"), TEXT("{\"input\": \"/no/such/file\"}"), &output, &e));
    CHECK(output == NULL);
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_output_json(NULL, &json, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_output_json(good, NULL, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_output_names(good, &json, NULL, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_output_part(good, TEXT("kye"), &data, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_output_part(good, NULL, 0, &data, &length, &e));
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_output_part(good, TEXT("key"), NULL, &length, &e));
    CHECK(data == NULL && json == NULL);
    mutls_output_free(good);
    mutls_output_free(NULL);
}

/* Views and errors of many threads at once. */
static void *reader(void *context) {
    for (int i = 0; i < 20; i++) {
        const char *json = NULL;
        size_t length = 0;
        OK(mutls_output_json(context, &json, &length, &e));
        CHECK(length > 2);
        mutls_output *own = run("match", "{\"input\": [{\"ref\": \"key\"}, {\"ref\": \"csr\"}]}");
        mutls_output_free(own);
    }
    return NULL;
}

static void threads_share_an_output(void) {
    mutls_output *output = run("inspect", "{\"input\": {\"ref\": \"key\"}}");
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) CHECK(pthread_create(&threads[i], NULL, reader, output) == 0);
    for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
    mutls_output_free(output);
}

static void a_key_file_is_its_owners(void) {
    char folder[] = "/tmp/mutls-tools-XXXXXX", json[512], key[128], csr[128];
    CHECK(mkdtemp(folder) != NULL);
    snprintf(key, sizeof key, "%s/a.key", folder);
    snprintf(csr, sizeof csr, "%s/a.csr", folder);
    snprintf(json, sizeof json,
             "{\"key\": \"p-256\", \"subject\": \"CN=a\", \"key_output_file\": \"%s\", \"csr_output_file\": \"%s\"}", key, csr);
    mutls_output *output = run("create_csr", json);
    struct stat status;
    CHECK(stat(key, &status) == 0 && (status.st_mode & 0777) == 0600);
    mutls_output_free(output);
    output = NULL;
    FAILS(MUTLS_ERROR_BAD_OPTION, mutls_tool_run(config, TEXT("create_csr"), TEXT(json), &output, &e));
    CHECK(unlink(key) == 0 && unlink(csr) == 0 && rmdir(folder) == 0);
}

int main(void) {
    OK(mutls_config_new("{}", 2, &config, &e));
    files_are_told();
    bytes_go_round();
    a_question_to_a_server_is_cancelled();
    wrong_arguments_are_refused();
    threads_share_an_output();
    a_key_file_is_its_owners();
    mutls_config_free(config);
    return 0;
}
