package io.github.mutls.spring;

import io.github.mutls.MutlsStream;
import java.io.InputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/** An answer as Spring reads it. */
final class MutlsClientHttpResponse implements ClientHttpResponse {
    private final MutlsStream stream;
    private final HttpHeaders headers;

    MutlsClientHttpResponse(MutlsStream stream) {
        this.stream = stream;
        headers = Headers.answer(stream.headers());
    }

    @Override
    public HttpStatusCode getStatusCode() {
        return HttpStatusCode.valueOf(stream.status());
    }

    /** The code's usual text: the server's own words are not kept. */
    @Override
    public String getStatusText() {
        HttpStatus known = HttpStatus.resolve(stream.status());
        return known == null ? "" : known.getReasonPhrase();
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    @Override
    public InputStream getBody() {
        return stream.inputStream();
    }

    /** What was not read closes the connection. */
    @Override
    public void close() {
        stream.close();
    }
}
