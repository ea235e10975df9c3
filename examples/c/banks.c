/* Lists the banks of an open-banking partner: GET banks/v1 with a client certificate.
 *
 *     cc banks.c $(pkg-config --cflags --libs mutls) -o banks
 *     ./banks https://api.example/ cert.crt key.pem ca.pem APP_TOKEN
 */
#include <mutls.h>
#include <stdio.h>
#include <string.h>

static int fail(mutls_error *error)
{
    const char *message = "", *hint = "";
    size_t message_length = 0, hint_length = 0;

    mutls_error_message(error, &message, &message_length, NULL);
    mutls_error_hint(error, &hint, &hint_length, NULL);
    fprintf(stderr, "%.*s\nhint: %.*s\n", (int)message_length, message, (int)hint_length, hint);
    mutls_error_free(error);
    return 1;
}

int main(int argc, char **argv)
{
    mutls_config *config = NULL;
    mutls_client *client = NULL;
    mutls_request *request = NULL;
    mutls_response *response = NULL;
    mutls_bytes *body = NULL;
    mutls_error *error = NULL;
    const uint8_t *data = NULL;
    size_t length = 0;
    char json[4096];
    int result = 0;

    if (argc != 6) {
        fprintf(stderr, "usage: %s BASE_URL CERT KEY CA APP_TOKEN\n", argv[0]);
        return 2;
    }
    /* These values hold no quotes; use a JSON library for values that may. */
    snprintf(json, sizeof json,
             "{\"base_url\": \"%s\", \"cert\": \"%s\", \"key\": \"%s\", \"ca\": \"%s\","
             " \"headers\": {\"lean-app-token\": \"%s\"}}",
             argv[1], argv[2], argv[3], argv[4], argv[5]);

    if (mutls_config_new(json, strlen(json), &config, &error) == MUTLS_OK &&
        mutls_client_new(config, &client, &error) == MUTLS_OK &&
        mutls_request_new("GET", 3, "banks/v1", 8, &request, &error) == MUTLS_OK &&
        mutls_client_send(client, request, &response, &error) == MUTLS_OK &&
        mutls_response_read_all(response, 1 << 20, &body, &error) == MUTLS_OK &&
        mutls_bytes_view(body, &data, &length, &error) == MUTLS_OK)
        fwrite(data, 1, length, stdout);
    else
        result = fail(error);

    mutls_bytes_free(body);
    mutls_response_free(response);
    mutls_request_free(request);
    mutls_client_free(client);
    mutls_config_free(config);
    return result;
}
