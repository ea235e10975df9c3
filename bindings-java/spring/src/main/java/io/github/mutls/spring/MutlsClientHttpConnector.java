package io.github.mutls.spring;

import io.github.mutls.MutlsClient;
import io.github.mutls.MutlsHttpClient;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import reactor.core.publisher.Mono;

/**
 * Makes the requests of a {@code WebClient} by mutls: Spring's own connector for {@code java.net.http}, on a {@link MutlsHttpClient}.
 *
 * <pre>{@code
 * WebClient webClient = WebClient.builder().clientConnector(new MutlsClientHttpConnector(client)).build();
 * }</pre>
 *
 * <p>Bodies stream both ways with back-pressure, and cancelling closes the connection. Redirects are not followed.
 */
public final class MutlsClientHttpConnector implements ClientHttpConnector {
    private final JdkClientHttpConnector connector;

    /**
     * A connector on a client.
     *
     * @param client which makes the requests, and stays the caller's to close
     */
    public MutlsClientHttpConnector(MutlsClient client) {
        connector = new JdkClientHttpConnector(MutlsHttpClient.of(client));
    }

    /**
     * Limits each whole call, in place of the client's own limits.
     *
     * @param timeout from the queue to the last byte of the body
     */
    public void setReadTimeout(Duration timeout) {
        connector.setReadTimeout(timeout);
    }

    @Override
    public Mono<ClientHttpResponse> connect(
            HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
        return connector.connect(method, uri, requestCallback);
    }
}
