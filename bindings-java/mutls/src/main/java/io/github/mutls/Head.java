package io.github.mutls;

import java.net.http.HttpHeaders;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The head of an answer. An error status is an answer, not an exception. */
public abstract class Head {
    private static final Pattern CHARSET = Pattern.compile(";\\s*charset=\"?([^\\s\";]+)", Pattern.CASE_INSENSITIVE);

    private final int status;
    private final int minor;
    private final String url;
    private final boolean reused;
    private final byte[] block;
    private final Connection connection;
    private HttpHeaders headers;

    /** Copies what the native answer says of its head, which is then not needed any more. */
    Head(long response, MutlsClient client, Scratch out) {
        Abi abi = Natives.abi;
        abi.responseStatus(response, out.at(Scratch.NUMBER), 0);
        status = out.getInt(Scratch.NUMBER);
        abi.responseHttpMinorVersion(response, out.at(Scratch.NUMBER), 0);
        minor = out.getInt(Scratch.NUMBER);
        abi.responseConnectionReused(response, out.at(Scratch.NUMBER), 0);
        reused = out.getInt(Scratch.NUMBER) == 1;
        abi.responseUrl(response, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
        url = out.text();
        abi.responseHeaderBlock(response, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
        block = out.view();
        connection = client.connection(response, out);
    }

    Head(Head other) {
        status = other.status;
        minor = other.minor;
        url = other.url;
        reused = other.reused;
        block = other.block;
        connection = other.connection;
    }

    /**
     * The status code.
     *
     * @return such as 200
     */
    public int status() {
        return status;
    }

    /**
     * The header lines. Each character of a value is a byte as it came (Latin-1).
     *
     * @return the headers, whose names may be asked for in any case
     */
    public synchronized HttpHeaders headers() {
        if (headers == null) {
            headers = HttpHeaders.of(lines(), (name, value) -> true);
        }
        return headers;
    }

    private Map<String, List<String>> lines() {
        Map<String, List<String>> lines = new TreeMap<>();
        String text = new String(block, StandardCharsets.ISO_8859_1);
        for (int from = 0; from < text.length(); ) {
            int end = text.indexOf("\r\n", from);
            int colon = text.indexOf(": ", from);
            lines.computeIfAbsent(text.substring(from, colon), name -> new ArrayList<>()).add(text.substring(colon + 2, end));
            from = end + 2;
        }
        return lines;
    }

    /**
     * The URL that answered, after redirects.
     *
     * @return the absolute URL
     */
    public String url() {
        return url;
    }

    /**
     * The version of HTTP.
     *
     * @return {@code 1.1} or {@code 1.0}
     */
    public String httpVersion() {
        return "1." + minor;
    }

    /**
     * Whether the connection had served an earlier request.
     *
     * @return true if it had
     */
    public boolean connectionReused() {
        return reused;
    }

    /**
     * The length of the body where the head tells it.
     *
     * @return in bytes
     */
    public OptionalLong contentLength() {
        return headers().firstValueAsLong("content-length");
    }

    /**
     * What was negotiated, and who showed which certificate.
     *
     * @return the handshake report of the connection
     */
    public HandshakeReport handshake() {
        return connection.report();
    }

    Connection connection() {
        return connection;
    }

    /** The charset that the answer names, else UTF-8. */
    Charset charset() {
        Matcher named = CHARSET.matcher(headers().firstValue("content-type").orElse(""));
        try {
            return named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + status + " " + url + "]";
    }
}
