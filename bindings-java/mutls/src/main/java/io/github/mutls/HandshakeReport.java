package io.github.mutls;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * One connection: where it led, what was negotiated, who showed which certificate, how long it took. Values are null where the
 * connection did not get that far.
 */
public final class HandshakeReport {
    private final String json;
    private final Map<String, Object> facts;

    private HandshakeReport(String json) {
        this.json = json;
        facts = Json.object(Json.parse(json));
    }

    static HandshakeReport parse(String json) {
        return new HandshakeReport(json);
    }

    private static String text(Map<String, Object> facts, String name) {
        Object value = facts.get(name);
        return value == null ? null : value.toString();
    }

    private static OptionalLong days(Map<String, Object> facts, String name) {
        Object days = facts.get(name);
        return days instanceof Number ? OptionalLong.of(((Number) days).longValue()) : OptionalLong.empty();
    }

    private static boolean yes(Map<String, Object> facts, String name) {
        return Boolean.TRUE.equals(facts.get(name));
    }

    private static List<String> texts(Map<String, Object> facts, String name) {
        return Json.list(facts.get(name)).stream().map(Object::toString).collect(Collectors.toUnmodifiableList());
    }

    private static List<Certificate> certificates(Map<String, Object> facts, String name) {
        return Json.list(facts.get(name)).stream().map(one -> new Certificate(Json.object(one))).collect(Collectors.toUnmodifiableList());
    }

    /**
     * The host that was called.
     *
     * @return a name or an address
     */
    public String host() {
        return text(facts, "host");
    }

    /**
     * The port that was called.
     *
     * @return the number
     */
    public int port() {
        return facts.get("port") instanceof Long ? ((Long) facts.get("port")).intValue() : 0;
    }

    /**
     * The address that was connected to.
     *
     * @return such as {@code 127.0.0.1:443}
     */
    public String address() {
        return text(facts, "address");
    }

    /**
     * The proxy that was used.
     *
     * @return null without one
     */
    public String proxy() {
        return text(facts, "proxy");
    }

    /**
     * The name that was sent as SNI and expected in the certificate.
     *
     * @return null without TLS
     */
    public String serverName() {
        return text(facts, "server_name");
    }

    /**
     * The version of TLS.
     *
     * @return such as {@code 1.3}
     */
    public String version() {
        return text(facts, "version");
    }

    /**
     * The cipher suite.
     *
     * @return its IANA name
     */
    public String cipherSuite() {
        return text(facts, "cipher_suite");
    }

    /**
     * The group of the key exchange.
     *
     * @return its IANA name
     */
    public String group() {
        return text(facts, "group");
    }

    /**
     * Whether an earlier session was resumed.
     *
     * @return true if it was
     */
    public boolean resumed() {
        return yes(facts, "resumed");
    }

    /**
     * Whether the handshake came to its end.
     *
     * @return true if it did
     */
    public boolean completed() {
        return yes(facts, "completed");
    }

    /**
     * Whether we accepted the server's certificate.
     *
     * @return true if we did
     */
    public boolean serverVerified() {
        return yes(facts, "server_verified");
    }

    /**
     * What was wrong with the server's certificate.
     *
     * @return null if nothing was
     */
    public String serverProblem() {
        return text(facts, "server_problem");
    }

    /**
     * Which faults of the server's certificate were forgiven, as {@code trust.allow} names them.
     *
     * @return most often none
     */
    public List<String> serverExceptions() {
        return texts(facts, "server_exceptions");
    }

    /**
     * Days until the server's own certificate ends, in a resumed session too.
     *
     * @return negative when past; empty where it is not known
     */
    public OptionalLong serverDaysLeft() {
        return days(facts, "server_days_left");
    }

    /**
     * The server's certificates as it sent them.
     *
     * @return leaf first
     */
    public List<Certificate> serverChain() {
        return certificates(facts, "server_chain");
    }

    /**
     * Our side of the mutual part.
     *
     * @return what the server asked for, and what it got
     */
    public ClientCertificate clientCertificate() {
        return new ClientCertificate(Json.object(facts.get("client_certificate")));
    }

    /**
     * The alert that ended the connection.
     *
     * @return the alert, where one was seen
     */
    public Optional<TlsAlert> alert() {
        return Optional.ofNullable(TlsAlert.of(Json.object(facts.get("alert"))));
    }

    /**
     * How long a phase took.
     *
     * @param phase {@code dns}, {@code connect}, {@code proxy} or {@code handshake}
     * @return milliseconds, unless it did not happen
     */
    public OptionalDouble timing(String phase) {
        Map<String, Object> timings = Json.object(facts.get("timings"));
        Object value = timings == null ? null : timings.get(phase + "_ms");
        return value instanceof Number ? OptionalDouble.of(((Number) value).doubleValue()) : OptionalDouble.empty();
    }

    /**
     * The whole report.
     *
     * @return JSON
     */
    public String toJson() {
        return json;
    }

    @Override
    public String toString() {
        return json;
    }

    /** The facts of a certificate that help to tell it from another. */
    public static final class Certificate {
        private final Map<String, Object> facts;

        private Certificate(Map<String, Object> facts) {
            this.facts = facts;
        }

        /**
         * Whose it is.
         *
         * @return RFC 4514 text
         */
        public String subject() {
            return text(facts, "subject");
        }

        /**
         * Who issued it.
         *
         * @return RFC 4514 text
         */
        public String issuer() {
            return text(facts, "issuer");
        }

        /**
         * Its serial number.
         *
         * @return hexadecimal
         */
        public String serial() {
            return text(facts, "serial");
        }

        /**
         * When it begins to be valid.
         *
         * @return RFC 3339
         */
        public String notBefore() {
            return text(facts, "not_before");
        }

        /**
         * When it ends.
         *
         * @return RFC 3339
         */
        public String notAfter() {
            return text(facts, "not_after");
        }

        /**
         * Its subject alternative names.
         *
         * @return names and addresses
         */
        public List<String> names() {
            return texts(facts, "names");
        }

        /**
         * The fingerprint of its DER.
         *
         * @return hexadecimal
         */
        public String sha256() {
            return text(facts, "sha256");
        }

        /**
         * Its key, fit for {@code pins}.
         *
         * @return such as {@code sha256/...}
         */
        public String pin() {
            return text(facts, "pin");
        }
    }

    /** Whether the server asked for a certificate, and what it got. */
    public static final class ClientCertificate {
        private final Map<String, Object> facts;

        private ClientCertificate(Map<String, Object> facts) {
            this.facts = facts == null ? Map.of() : facts;
        }

        /**
         * Whether the server asked for one.
         *
         * @return empty if the handshake did not get that far or was resumed
         */
        public Optional<Boolean> requested() {
            return Optional.ofNullable((Boolean) facts.get("requested"));
        }

        /**
         * Whether one was sent.
         *
         * @return true if it was
         */
        public boolean offered() {
            return yes(facts, "offered");
        }

        /**
         * Both in words.
         *
         * @return {@code sent}, {@code not requested}, {@code requested, not offered}, {@code resumed} or {@code unknown}
         */
        public String summary() {
            return text(facts, "summary");
        }

        /**
         * Why none was sent.
         *
         * @return null where there is nothing to explain
         */
        public String reason() {
            return text(facts, "reason");
        }

        /**
         * The name of the identity.
         *
         * @return null without one
         */
        public String identity() {
            return text(facts, "identity");
        }

        /**
         * Days until our certificate ends: the one that was sent, or the only one for this host.
         *
         * @return negative when past; empty where it is not known
         */
        public OptionalLong daysLeft() {
            return days(facts, "days_left");
        }

        /**
         * The CAs that the server named.
         *
         * @return RFC 4514 texts
         */
        public List<String> acceptableCas() {
            return texts(facts, "acceptable_cas");
        }

        /**
         * The certificates that were sent.
         *
         * @return leaf first
         */
        public List<Certificate> chain() {
            return certificates(facts, "chain");
        }
    }
}
