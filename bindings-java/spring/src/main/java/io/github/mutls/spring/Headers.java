package io.github.mutls.spring;

import io.github.mutls.MutlsRequest;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/** Headers of Spring's, on their way out and back. */
final class Headers {
    /** Headers that core makes itself. */
    private static final Set<String> OURS = Set.of("connection", "content-length", "transfer-encoding");

    private Headers() {}

    static MutlsRequest.Builder request(HttpMethod method, URI uri, HttpHeaders headers) {
        MutlsRequest.Builder request = MutlsRequest.newBuilder(method.name(), uri.toString());
        headers.forEach((name, values) -> {
            if (!OURS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value == null ? "" : value));
            }
        });
        if (headers.containsKey(HttpHeaders.ACCEPT_ENCODING)) {
            // Who asks for a coding gets it.
            request.decompress(false);
        }
        return request;
    }

    static HttpHeaders answer(java.net.http.HttpHeaders headers) {
        HttpHeaders all = new HttpHeaders();
        for (Map.Entry<String, java.util.List<String>> line : headers.map().entrySet()) {
            all.addAll(line.getKey(), line.getValue());
        }
        return HttpHeaders.readOnlyHttpHeaders(all);
    }
}
