/* Faults on purpose: run.sh checks that each of them is found, so that silence means something. */

#include "common.h"

/* So that the compiler does not find the fault first. */
static void (*volatile release)(void *) = free;

int main(int count, char **arguments) {
    const char *fault = count > 1 ? arguments[1] : "";
    mutls_config *config = NULL;
    mutls_error *error = NULL;
    const char *text = NULL;
    size_t length = 0;
    if (strcmp(fault, "rust") == 0) {
        /* The library reads what C has freed. */
        char *json = strdup("{\"user_agent\": \"x\"}");
        release(json);
        mutls_config_new(json, 19, &config, &error);
    } else if (strcmp(fault, "c") == 0) {
        /* C reads what the library has freed. */
        mutls_config_new("[", 1, &config, &error);
        mutls_error_message(error, &text, &length, NULL);
        mutls_error_free(error);
        putchar(text[0]);
    } else if (strcmp(fault, "leak") == 0) {
        mutls_config_new("{}", 2, &config, &error);
        config = NULL;
    }
    return 0;
}
