package io.github.mutls.spring;

import io.github.mutls.MutlsStream;
import java.net.HttpCookie;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.http.client.reactive.AbstractClientHttpResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import reactor.adapter.JdkFlowAdapter;

/** An answer as WebClient reads it. A body that is cancelled closes the connection. */
final class ReactiveResponse extends AbstractClientHttpResponse {
    ReactiveResponse(MutlsStream stream) {
        this(stream, Headers.answer(stream.headers()));
    }

    private ReactiveResponse(MutlsStream stream, HttpHeaders headers) {
        super(HttpStatusCode.valueOf(stream.status()), headers, cookies(headers),
                JdkFlowAdapter.flowPublisherToFlux(stream.publisher()).map(DefaultDataBufferFactory.sharedInstance::wrap));
    }

    private static MultiValueMap<String, ResponseCookie> cookies(HttpHeaders headers) {
        MultiValueMap<String, ResponseCookie> cookies = new LinkedMultiValueMap<>();
        for (String line : headers.getOrEmpty(HttpHeaders.SET_COOKIE)) {
            try {
                for (HttpCookie one : HttpCookie.parse(line)) {
                    cookies.add(one.getName(), ResponseCookie.from(one.getName(), one.getValue())
                            .domain(one.getDomain()).path(one.getPath()).maxAge(one.getMaxAge())
                            .secure(one.getSecure()).httpOnly(one.isHttpOnly()).sameSite(sameSite(line)).build());
                }
            } catch (IllegalArgumentException e) {
                // No cookie that Java knows; the header is there as it came.
                continue;
            }
        }
        return cookies;
    }

    /** The one attribute that Java's own cookies do not have. */
    private static String sameSite(String line) {
        for (String part : line.split(";")) {
            String[] pair = part.trim().split("=", 2);
            if (pair.length == 2 && pair[0].equalsIgnoreCase("samesite")) {
                return pair[1];
            }
        }
        return null;
    }
}
