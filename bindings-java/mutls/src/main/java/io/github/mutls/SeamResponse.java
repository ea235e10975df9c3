package io.github.mutls;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** An answer as java.net.http shows it. */
final class SeamResponse<T> implements HttpResponse<T>, HttpResponse.ResponseInfo {
    private final HttpRequest request;
    private final Head head;
    private final T body;

    SeamResponse(HttpRequest request, Head head, T body) {
        this.request = request;
        this.head = head;
        this.body = body;
    }

    @Override
    public int statusCode() {
        return head.status();
    }

    @Override
    public HttpRequest request() {
        return request;
    }

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
        return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
        return head.headers();
    }

    @Override
    public T body() {
        return body;
    }

    @Override
    public Optional<SSLSession> sslSession() {
        boolean secure = head.url().startsWith("https:");
        return secure ? Optional.of(new SeamSession(head)) : Optional.empty();
    }

    @Override
    public URI uri() {
        return URI.create(head.url());
    }

    @Override
    public HttpClient.Version version() {
        return HttpClient.Version.HTTP_1_1;
    }

    @Override
    public String toString() {
        return "(" + request.method() + " " + uri() + ") " + statusCode();
    }
}
