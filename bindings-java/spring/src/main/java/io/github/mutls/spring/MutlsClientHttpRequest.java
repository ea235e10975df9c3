package io.github.mutls.spring;

import io.github.mutls.MutlsClient;
import io.github.mutls.MutlsException;
import io.github.mutls.MutlsRequest;
import io.github.mutls.MutlsStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.AbstractClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;

/** A request of Spring's: its body lies in memory, or streams where the converter can do that. */
final class MutlsClientHttpRequest extends AbstractClientHttpRequest implements StreamingHttpOutputMessage {
    private final MutlsClient client;
    private final URI uri;
    private final HttpMethod method;
    private final String redirects;
    private final Duration readTimeout;
    private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
    private boolean written;
    private Body streamed;

    MutlsClientHttpRequest(MutlsClient client, URI uri, HttpMethod method, String redirects, Duration readTimeout) {
        this.client = client;
        this.uri = uri;
        this.method = method;
        this.redirects = redirects;
        this.readTimeout = readTimeout;
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
    public void setBody(Body body) {
        streamed = body;
    }

    @Override
    protected OutputStream getBodyInternal(HttpHeaders headers) {
        written = true;
        return whole;
    }

    @Override
    protected ClientHttpResponse executeInternal(HttpHeaders headers) throws IOException {
        MutlsRequest.Builder request = Headers.request(method, uri, headers).redirects(redirects);
        if (readTimeout != null) {
            request.timeouts(timeouts -> timeouts.firstByte(readTimeout).read(readTimeout));
        }
        if (streamed != null) {
            return stream(request, headers.getContentLength());
        }
        if (written) {
            request.body(whole.toByteArray());
        }
        return new MutlsClientHttpResponse(client.stream(request.build()));
    }

    /** The converter writes on this thread, as fast as the bytes are sent. */
    private ClientHttpResponse stream(MutlsRequest.Builder request, long length) throws IOException {
        Pipe pipe = new Pipe(length);
        CompletableFuture<MutlsStream> answer = client.streamAsync(request.body(pipe).build());
        answer.whenComplete((stream, failure) -> pipe.over());
        try {
            OutputStream out = pipe.output();
            streamed.writeTo(out);
            out.close();
        } catch (Pipe.Over e) {
            // The request has ended, and its future says why.
            return await(answer);
        } catch (IOException | RuntimeException e) {
            answer.thenAccept(MutlsStream::close);
            answer.cancel(true);
            throw e;
        }
        return await(answer);
    }

    private static ClientHttpResponse await(CompletableFuture<MutlsStream> answer) throws IOException {
        try {
            return new MutlsClientHttpResponse(answer.get());
        } catch (InterruptedException e) {
            answer.thenAccept(MutlsStream::close);
            answer.cancel(true);
            Thread.currentThread().interrupt();
            IOException interrupted = new InterruptedIOException("the call was cancelled by an interrupt");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MutlsException failure ? failure : new IOException(e.getCause());
        }
    }
}
