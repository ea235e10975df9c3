/* libcurl: an easy handle for each thread, used again and again. */
#include <curl/curl.h>

#include "load.h"

static size_t discard(char *bytes, size_t size, size_t count, void *unused) {
    (void)bytes, (void)unused;
    return size * count;
}

/* The body of an upload: the same byte again and again. */
static size_t supply(char *into, size_t size, size_t count, void *left) {
    uint64_t *rest = left;
    size_t part = *rest < size * count ? (size_t)*rest : size * count;
    memset(into, 'x', part);
    *rest -= part;
    return part;
}

static void *make(const struct plan *plan) {
    CURL *curl = curl_easy_init();
    char url[512];
    snprintf(url, sizeof url, "%s%s", plan->base, plan->path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_SSLCERT, plan->cert);
    curl_easy_setopt(curl, CURLOPT_SSLKEY, plan->key);
    if (plan->ca[0]) curl_easy_setopt(curl, CURLOPT_CAINFO, plan->ca);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    if (!strcmp(plan->mode, "download")) curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 65536L);
    return curl;
}

static int request(void *curl, const struct plan *plan) {
    uint64_t left = plan->upload_bytes;
    struct curl_slist *headers = NULL;
    if (!strcmp(plan->mode, "upload")) {
        headers = curl_slist_append(NULL, "Expect:");
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)left);
        curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 65536L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, supply);
        curl_easy_setopt(curl, CURLOPT_READDATA, &left);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    }
    CURLcode code = curl_easy_perform(curl);
    if (code) fprintf(stderr, "%s\n", curl_easy_strerror(code));
    curl_slist_free_all(headers);
    return code;
}

static void done(void *curl) { curl_easy_cleanup(curl); }

int main(int argc, char **argv) {
    struct plan plan = plan_read(argc, argv);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return load_run(&plan, &(struct load){make, request, done});
}
