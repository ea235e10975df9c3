package io.github.mutls;

import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** A request. It can be sent any number of times, unless its body is a stream. */
public final class MutlsRequest {
    private final byte[] method;
    private final byte[] url;
    private final byte[] block;
    private final List<String[]> odd;
    private final byte[] options;
    private final byte[] body;
    private final InputStream stream;
    private final BodyPublisher publisher;
    private final long length;
    private final CancelToken cancel;

    private MutlsRequest(Builder from) {
        method = from.method.getBytes(StandardCharsets.UTF_8);
        url = from.target().getBytes(StandardCharsets.UTF_8);
        odd = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        for (String[] header : from.headers) {
            if (fits(header[0], header[1])) {
                lines.append(header[0]).append(": ").append(header[1]).append("\r\n");
            } else {
                odd.add(header);
            }
        }
        block = lines.toString().getBytes(StandardCharsets.ISO_8859_1);
        options = from.options.isEmpty() ? null : Json.write(from.options).getBytes(StandardCharsets.UTF_8);
        body = from.body;
        stream = from.stream;
        publisher = from.publisher;
        length = from.length;
        cancel = from.cancel;
    }

    /** Whether the header survives in a block; of the others, core says what is wrong with them. */
    private static boolean fits(String name, String value) {
        return !name.isEmpty() && name.indexOf(':') < 0 && plain(name) && plain(value);
    }

    private static boolean plain(String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\r' || c == '\n' || c > 0xff) {
                return false;
            }
        }
        return true;
    }

    /**
     * Begins a request.
     *
     * @param method such as {@code GET}
     * @param url absolute, or relative to the client's {@code baseUrl}
     * @return a builder
     */
    public static Builder newBuilder(String method, String url) {
        return new Builder(method, url);
    }

    /** Makes the native request; whoever calls frees it. */
    long make(Scratch out) throws MutlsException {
        Abi abi = Natives.abi;
        long error = out.at(Scratch.ERROR);
        out.check(abi.requestNew(out.put(method), method.length, out.put(url), url.length, out.at(Scratch.REQUEST), error));
        long request = out.take(Scratch.REQUEST);
        try {
            if (block.length > 0) {
                out.check(abi.requestAddHeaderBlock(request, out.put(block), block.length, error));
            }
            for (String[] header : odd) {
                addOdd(abi, request, header, out);
            }
            if (body != null) {
                out.check(abi.requestSetBodyBytes(request, out.put(body), body.length, error));
            }
            if (options != null) {
                out.check(abi.requestSetOptions(request, out.put(options), options.length, error));
            }
            return request;
        } catch (MutlsException | RuntimeException | Error e) {
            abi.requestFree(request);
            throw e;
        }
    }

    private static void addOdd(Abi abi, long request, String[] header, Scratch out) throws MutlsException {
        if (header[1].chars().anyMatch(c -> c > 0xff)) {
            throw Failure.refused(
                            Code.BAD_HEADER, "the value of the header " + header[0] + " holds a character beyond Latin-1",
                            "Encode it first: a header's value is bytes, of which each character of the text is one.")
                    .exception();
        }
        byte[] name = header[0].getBytes(StandardCharsets.UTF_8);
        byte[] value = header[1].getBytes(StandardCharsets.ISO_8859_1);
        out.check(abi.requestAddHeader(request, out.put(name), name.length, out.put(value), value.length, out.at(Scratch.ERROR)));
    }

    /** Whether the body is produced while it is sent. */
    boolean streams() {
        return stream != null || publisher != null;
    }

    InputStream stream() {
        return stream;
    }

    BodyPublisher publisher() {
        return publisher;
    }

    CancelToken cancelToken() {
        return cancel;
    }

    /** Whether a call of it can wait in C: nobody else has to push or to cancel. */
    boolean isDirect() {
        return !streams() && cancel == null && Waiting.allowed();
    }

    /** Of a body that streams; -1 if it is not known. */
    long length() {
        return length;
    }

    @Override
    public String toString() {
        return new String(method, StandardCharsets.UTF_8) + " " + new String(url, StandardCharsets.UTF_8);
    }

    /** What a request is made of. */
    public static final class Builder {
        private final String method;
        private final String url;
        private final StringBuilder query = new StringBuilder();
        private final List<String[]> headers = new ArrayList<>();
        private final Map<String, Object> options = new LinkedHashMap<>();
        private byte[] body;
        private InputStream stream;
        private BodyPublisher publisher;
        private long length = -1;
        private CancelToken cancel;

        private Builder(String method, String url) {
            this.method = Objects.requireNonNull(method, "method");
            this.url = Objects.requireNonNull(url, "url");
        }

        private String target() {
            if (query.length() == 0) {
                return url;
            }
            int fragment = url.indexOf('#');
            String bare = fragment < 0 ? url : url.substring(0, fragment);
            return bare + (bare.indexOf('?') < 0 ? "?" : "&") + query;
        }

        /**
         * Adds a parameter to the URL's query.
         *
         * @param name its name, which is encoded
         * @param value its value, likewise
         * @return this
         */
        public Builder param(String name, String value) {
            query.append(query.length() == 0 ? "" : "&").append(encode(name)).append('=').append(encode(value));
            return this;
        }

        private static String encode(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        }

        /**
         * Adds a header; those of the same name that the client sends are replaced.
         *
         * @param name its name
         * @param value its value, each character of which is a byte (Latin-1)
         * @return this
         */
        public Builder header(String name, String value) {
            headers.add(new String[] {Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value")});
            return this;
        }

        /**
         * Sets the body. It can be sent again when a redirect or a retry asks for it.
         *
         * @param bytes which are not copied
         * @return this
         */
        public Builder body(byte[] bytes) {
            body = Objects.requireNonNull(bytes, "bytes");
            return this;
        }

        /**
         * Sets the body.
         *
         * @param text sent in UTF-8
         * @return this
         */
        public Builder body(String text) {
            return body(text.getBytes(StandardCharsets.UTF_8));
        }

        /**
         * Sets a body of JSON, and the {@code Content-Type} that tells so.
         *
         * @param text the JSON
         * @return this
         */
        public Builder json(String text) {
            return header("Content-Type", "application/json").body(text);
        }

        /**
         * Sets a body that is read while it is sent, and closed afterwards.
         *
         * @param source what is sent
         * @param length how many bytes it holds, or -1: it is sent chunked
         * @return this
         */
        public Builder body(InputStream source, long length) {
            stream = Objects.requireNonNull(source, "source");
            this.length = Math.max(length, -1);
            return this;
        }

        /**
         * Sets a body that is published while it is sent, as fast as that goes.
         *
         * @param source such as {@code HttpRequest.BodyPublishers.ofFile(path)}
         * @return this
         */
        public Builder body(BodyPublisher source) {
            publisher = Objects.requireNonNull(source, "source");
            length = source.contentLength() < 0 ? -1 : source.contentLength();
            return this;
        }

        /**
         * Limits the whole call, in place of every other limit.
         *
         * @param total from the queue to the last byte of the answer's body
         * @return this
         */
        public Builder timeout(Duration total) {
            options.put("timeout_ms", Part.milliseconds(total));
            return this;
        }

        /**
         * Limits phases of this call; those that are not named stay as the client has them.
         *
         * @param timeouts fills them in
         * @return this
         */
        public Builder timeouts(Consumer<Options.Timeouts> timeouts) {
            Options.Timeouts limits = new Options.Timeouts();
            timeouts.accept(limits);
            options.put("timeouts", limits.document("", new LinkedHashMap<>()));
            return this;
        }

        /**
         * Whether gzip and brotli are decoded, and offered.
         *
         * @param decode false leaves the body as it comes
         * @return this
         */
        public Builder decompress(boolean decode) {
            options.put("decompress", decode);
            return this;
        }

        /**
         * Which redirects are followed.
         *
         * @param follow {@code none}, {@code same_origin} or {@code any}
         * @return this
         */
        public Builder redirects(String follow) {
            options.put("redirects", Map.of("follow", follow));
            return this;
        }

        /**
         * Lets the call, its answer's body included, be ended from any thread.
         *
         * @param token what ends it
         * @return this
         */
        public Builder cancelToken(CancelToken token) {
            cancel = token;
            return this;
        }

        /**
         * Makes the request. Whether it can be sent shows then.
         *
         * @return a request
         * @throws IllegalStateException if it has two bodies
         */
        public MutlsRequest build() {
            int bodies = (body == null ? 0 : 1) + (stream == null ? 0 : 1) + (publisher == null ? 0 : 1);
            if (bodies > 1) {
                throw new IllegalStateException("mutls: a request has one body, and this one was given " + bodies);
            }
            return new MutlsRequest(this);
        }
    }
}
