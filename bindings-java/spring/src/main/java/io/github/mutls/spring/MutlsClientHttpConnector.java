package io.github.mutls.spring;

import io.github.mutls.MutlsClient;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import reactor.core.publisher.Mono;

/**
 * Makes the requests of a {@code WebClient} by mutls.
 *
 * <pre>{@code
 * WebClient webClient = WebClient.builder().clientConnector(new MutlsClientHttpConnector(client)).build();
 * }</pre>
 *
 * <p>Bodies stream both ways with back-pressure, and cancelling closes the connection, also within a body. Redirects are not followed
 * unless {@link #setRedirects} says so.
 */
public final class MutlsClientHttpConnector implements ClientHttpConnector {
    private final MutlsClient client;
    private volatile String redirects = "none";
    private volatile Duration readTimeout;

    /**
     * A connector on a client.
     *
     * @param client which makes the requests, and stays the caller's to close
     */
    public MutlsClientHttpConnector(MutlsClient client) {
        this.client = Objects.requireNonNull(client, "client");
    }

    /**
     * Which redirects are followed.
     *
     * @param follow {@code none} (the default), {@code same_origin} or {@code any}
     */
    public void setRedirects(String follow) {
        redirects = Objects.requireNonNull(follow, "follow");
    }

    /**
     * How long to wait for the head of the answer, and for each piece of its body.
     *
     * @param timeout in place of the client's own; null for those
     */
    public void setReadTimeout(Duration timeout) {
        readTimeout = timeout;
    }

    @Override
    public Mono<ClientHttpResponse> connect(
            HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
        ReactiveRequest request = new ReactiveRequest(method, uri);
        return requestCallback.apply(request)
                .then(Mono.defer(() -> Mono.fromFuture(client.streamAsync(request.outgoing(redirects, readTimeout)))))
                .map(ReactiveResponse::new);
    }
}
