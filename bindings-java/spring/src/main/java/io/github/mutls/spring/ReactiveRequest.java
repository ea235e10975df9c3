package io.github.mutls.spring;

import io.github.mutls.MutlsRequest;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.AbstractClientHttpRequest;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A request of WebClient's. */
final class ReactiveRequest extends AbstractClientHttpRequest {
    /** Bodies up to this size are gathered first, and can be sent again. */
    private static final int IN_MEMORY = 64 * 1024;

    private final HttpMethod method;
    private final URI uri;
    private byte[] whole;
    private BodyPublisher streamed;

    ReactiveRequest(HttpMethod method, URI uri) {
        this.method = method;
        this.uri = uri;
    }

    /** What goes out, once Spring has made it. */
    MutlsRequest outgoing(String redirects, Duration readTimeout) {
        MutlsRequest.Builder request = Headers.request(method, uri, getHeaders()).redirects(redirects);
        if (readTimeout != null) {
            request.timeouts(timeouts -> timeouts.firstByte(readTimeout).read(readTimeout));
        }
        if (whole != null) {
            request.body(whole);
        } else if (streamed != null) {
            request.body(streamed);
        }
        return request.build();
    }

    @Override
    public HttpMethod getMethod() {
        return method;
    }

    @Override
    public URI getURI() {
        return uri;
    }

    @Override
    public DataBufferFactory bufferFactory() {
        return DefaultDataBufferFactory.sharedInstance;
    }

    /** There is none before it is sent. */
    @Override
    public <T> T getNativeRequest() {
        throw new UnsupportedOperationException("mutls makes the request when Spring has filled it in");
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return doCommit(() -> {
            long length = getHeaders().getContentLength();
            if (length >= 0 && length <= IN_MEMORY) {
                return DataBufferUtils.join(body).doOnNext(joined -> whole = bytes(joined)).then();
            }
            Flux<ByteBuffer> pieces = Flux.from(body).map(piece -> ByteBuffer.wrap(bytes(piece)));
            var publisher = JdkFlowAdapter.publisherToFlowPublisher(pieces);
            streamed = length > 0 ? BodyPublishers.fromPublisher(publisher, length) : BodyPublishers.fromPublisher(publisher);
            return Mono.empty();
        });
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return writeWith(Flux.from(body).concatMap(piece -> piece));
    }

    @Override
    public Mono<Void> setComplete() {
        return doCommit();
    }

    /** They are read when the request is made. */
    @Override
    protected void applyHeaders() {}

    @Override
    protected void applyCookies() {
        String cookies = getCookies().values().stream().flatMap(java.util.List::stream).map(Object::toString).collect(Collectors.joining("; "));
        if (!cookies.isEmpty()) {
            getHeaders().add(HttpHeaders.COOKIE, cookies);
        }
    }
}
