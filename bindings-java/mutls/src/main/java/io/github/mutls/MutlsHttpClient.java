package io.github.mutls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * A {@link HttpClient} whose requests are made by mutls.
 *
 * <pre>{@code
 * HttpClient client = MutlsHttpClient.newBuilder()        // was: HttpClient.newBuilder()
 *         .pkcs12File("myApp-keyStore.p12").passphrase(password)
 *         .trust(trust -> trust.truststoreFile("myApp-trustStore.p12").truststorePassphrase(trustPassword))
 *         .build();
 * }</pre>
 *
 * <p>Requests, body handlers, body publishers and exceptions are those of {@code java.net.http}; the {@link MutlsException} is the cause of
 * an {@code HttpTimeoutException}, and is thrown itself where there is no closer one. Cancelling a future closes the connection. docs/java.md
 * says what becomes of the host's own options.
 */
public final class MutlsHttpClient extends HttpClient implements AutoCloseable {
    private final Builder from;
    private final Map<String, MutlsClient> clients = new ConcurrentHashMap<>();
    private final MutlsClient client;
    private final Executor executor;

    private MutlsHttpClient(Builder from, MutlsClient client) {
        this.from = from;
        this.client = client;
        executor = client.executor();
    }

    /**
     * Begins a client: the options of mutls, and those of {@code java.net.http}.
     *
     * @return a builder
     */
    public static Builder newBuilder() {
        return new Builder();
    }

    /**
     * Puts a client behind {@code java.net.http}.
     *
     * @param client which makes the requests; closing this closes it
     * @return a client that follows no redirects
     */
    public static MutlsHttpClient of(MutlsClient client) {
        return new MutlsHttpClient(new Builder(), client);
    }

    /** The options of a client. */
    public static final class Builder extends ClientBuilder<Builder> implements HttpClient.Builder {
        private Redirect redirect = Redirect.NEVER;
        private CookieHandler cookies;
        private Duration connectTimeout;
        private ProxySelector proxies;
        private Executor chosen;
        private Version version = Version.HTTP_1_1;

        private Builder() {}

        @Override
        public Builder cookieHandler(CookieHandler cookieHandler) {
            cookies = Objects.requireNonNull(cookieHandler);
            return this;
        }

        @Override
        public Builder connectTimeout(Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException("Invalid duration: " + duration);
            }
            connectTimeout = duration;
            return timeouts(timeouts -> timeouts.dns(duration).connect(duration).handshake(duration));
        }

        /**
         * Refused: a context does not tell what is in it.
         *
         * @throws UnsupportedOperationException always
         */
        @Override
        public Builder sslContext(SSLContext sslContext) {
            throw new UnsupportedOperationException("mutls: an SSLContext does not tell which key and which CAs are in it."
                    + " Give what it was made of: pkcs12File and passphrase, keyStore, trustStore, or cert, key and ca.");
        }

        /**
         * Honoured for protocols; anything else that is set is refused.
         *
         * @throws UnsupportedOperationException for what cannot be honoured
         */
        @Override
        public Builder sslParameters(SSLParameters sslParameters) {
            return SslParameters.apply(sslParameters, this);
        }

        @Override
        public Builder executor(Executor executor) {
            chosen = executor;
            return super.executor(executor);
        }

        @Override
        public Builder followRedirects(Redirect policy) {
            redirect = Objects.requireNonNull(policy);
            return this;
        }

        /** Harmless: HTTP/1.1 is spoken, as with a server that has nothing newer. */
        @Override
        public Builder version(Version version) {
            this.version = Objects.requireNonNull(version);
            return this;
        }

        /** Harmless: it is about HTTP/2. */
        @Override
        public Builder priority(int priority) {
            if (priority < 1 || priority > 256) {
                throw new IllegalArgumentException("priority must be between 1 and 256");
            }
            return this;
        }

        @Override
        public Builder proxy(ProxySelector proxySelector) {
            proxies = Objects.requireNonNull(proxySelector);
            return this;
        }

        /**
         * Refused: challenges are not answered.
         *
         * @throws UnsupportedOperationException always
         */
        @Override
        public Builder authenticator(Authenticator authenticator) {
            throw new UnsupportedOperationException("mutls: an Authenticator is not asked. Use basicAuth or bearerAuth, which send the"
                    + " credentials to the origin of baseUrl and to hosts, without waiting for a challenge.");
        }

        /**
         * Makes the client. Everything that the options name is read and checked now.
         *
         * @throws UncheckedIOException whose cause is a {@link MutlsException}, if something cannot be used
         */
        @Override
        public MutlsHttpClient build() {
            if (cookies != null && redirect != Redirect.NEVER) {
                throw new UnsupportedOperationException("mutls: a cookieHandler does not see the redirects that are followed."
                        + " Use cookies(true) in its place, or follow redirects by yourself.");
            }
            try {
                return new MutlsHttpClient(this, clientFor(null));
            } catch (MutlsException e) {
                throw new UncheckedIOException(e);
            }
        }

        private MutlsClient clientFor(String proxy) throws MutlsException {
            return new MutlsClient(config(proxy), chosen, chosenOnEvent());
        }

        private NativeConfig config(String proxy) {
            return proxy == null ? config() : config(Map.of("proxy", proxy));
        }
    }

    /** The client for the proxy that the selector names. */
    private MutlsClient clientFor(URI uri) throws IOException {
        if (from.proxies == null) {
            return client;
        }
        List<java.net.Proxy> chosen = from.proxies.select(uri);
        java.net.Proxy proxy = chosen == null || chosen.isEmpty() ? java.net.Proxy.NO_PROXY : chosen.get(0);
        String name = "none";
        if (proxy.type() == java.net.Proxy.Type.HTTP) {
            InetSocketAddress address = (InetSocketAddress) proxy.address();
            name = "http://" + address.getHostString() + ":" + address.getPort();
        } else if (proxy.type() != java.net.Proxy.Type.DIRECT) {
            throw Failure.refused(Code.BAD_OPTION, "the proxy " + proxy + " is not supported", "Use an HTTP proxy.").exception();
        }
        MutlsClient known = clients.get(name);
        if (known == null) {
            synchronized (clients) {
                known = clients.get(name);
                if (known == null) {
                    known = from.clientFor(name);
                    clients.put(name, known);
                }
            }
        }
        return known;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Exchange<T> exchange = new Exchange<>(this, request, handler);
        try {
            return exchange.send(clientFor(request.uri()));
        } catch (MutlsException e) {
            if (e.code() == Code.CANCELLED && Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException(e.getMessage());
                interrupted.initCause(e);
                throw interrupted;
            }
            throw Exchange.translated(e);
        } catch (ExecutionException e) {
            throw Exchange.unwrapped(e.getCause());
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        Exchange<T> exchange = new Exchange<>(this, request, handler);
        try {
            return exchange.sendAsync(clientFor(request.uri()));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** As the other: HTTP/1.1 has no pushes. */
    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, HttpResponse.BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushes) {
        return sendAsync(request, handler);
    }

    /** What core does with redirects. */
    String follow() {
        return from.redirect == Redirect.NEVER ? "none" : "any";
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return Optional.ofNullable(from.cookies);
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return Optional.ofNullable(from.connectTimeout);
    }

    @Override
    public Redirect followRedirects() {
        return from.redirect;
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return Optional.ofNullable(from.proxies);
    }

    /** Java's own default, which has no part in what this client does. */
    @Override
    public SSLContext sslContext() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public SSLParameters sslParameters() {
        return new SSLParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return Optional.empty();
    }

    @Override
    public Version version() {
        return from.version;
    }

    @Override
    public Optional<Executor> executor() {
        return Optional.ofNullable(from.chosen);
    }

    Executor working() {
        return executor;
    }

    /** Refuses new requests, cancels those in flight, and closes every connection. */
    @Override
    public void close() {
        client.close();
        clients.values().forEach(MutlsClient::close);
    }
}
