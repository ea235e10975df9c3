package io.github.mutls.spring;

import io.github.mutls.MutlsClient;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Makes the requests of a {@code RestTemplate} or {@code RestClient} by mutls.
 *
 * <pre>{@code
 * restTemplate.setRequestFactory(new MutlsClientHttpRequestFactory(client));
 * }</pre>
 *
 * <p>Redirects are not followed unless {@link #setRedirects} says so. Bodies stream both ways; failures are those of
 * {@link io.github.mutls.MutlsException}, which Spring wraps in its {@code ResourceAccessException}. An interrupt ends the call, and stays set.
 */
public final class MutlsClientHttpRequestFactory implements ClientHttpRequestFactory {
    private final MutlsClient client;
    private volatile String redirects = "none";
    private volatile Duration readTimeout;

    /**
     * A factory on a client.
     *
     * @param client which makes the requests, and stays the caller's to close
     */
    public MutlsClientHttpRequestFactory(MutlsClient client) {
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
    public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
        return new MutlsClientHttpRequest(client, uri, method, redirects, readTimeout);
    }
}
