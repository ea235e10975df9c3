// Generated from include/mutls-options.json by `make generate`.

package io.github.mutls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The options of a client. What is not set stays as by default; a value of {@code null} is not set, but for durations, where it is
 * no limit. docs/config.md lists them in every language.
 *
 * @param <T> what the options belong to
 */
public abstract class Options<T extends Options<T>> extends Part<T> {
    Options() {}

    /**
     * The URL that relative URLs are joined to, as RFC 3986 says: end it with a slash to keep its last segment. Its origin is the scope of the credentials.
     *
     * @param value the text
     * @return this
     */
    public T baseUrl(String value) {
        return set("base_url", value);
    }

    /**
     * Further hosts ({@code host} or {@code host:port}; {@code *.example.com} for every name below it) that may see the headers, auth and identity of this client.
     *
     * @param values the list; each call adds to it
     * @return this
     */
    public T hosts(String... values) {
        return list("hosts", values);
    }

    /**
     * Headers sent with every request within the scope, each with one value or a list.
     *
     * @param values each a String or a list of them
     * @return this
     */
    public T headers(Map<String, ?> values) {
        return entries("headers", values);
    }

    /**
     * HTTP authentication sent with every request within the scope.
     *
     * @param auth fills it in
     * @return this
     */
    public T auth(Consumer<Auth> auth) {
        return part("auth", Auth.class, Auth::new, auth);
    }

    /**
     * Who we are: one certificate with its key, or several, or none.
     *
     * @param identity fills it in; each call adds one
     * @return this
     */
    public T identity(Consumer<Identity> identity) {
        return append("identity", new Identity(), identity);
    }

    /**
     * Whom we accept.
     *
     * @param trust fills it in
     * @return this
     */
    public T trust(Consumer<Trust> trust) {
        return part("trust", Trust.class, Trust::new, trust);
    }

    /**
     * TLS versions and names.
     *
     * @param tls fills it in
     * @return this
     */
    public T tls(Consumer<Tls> tls) {
        return part("tls", Tls.class, Tls::new, tls);
    }

    /**
     * How long each phase may take.
     *
     * @param timeouts fills it in
     * @return this
     */
    public T timeouts(Consumer<Timeouts> timeouts) {
        return part("timeouts", Timeouts.class, Timeouts::new, timeouts);
    }

    /**
     * An HTTP proxy: a URL, an object, {@code "none"}, or {@code "environment"} (the default: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY} in either case).
     *
     * @param value the URL or word
     * @return this
     */
    public T proxy(String value) {
        return set("proxy", value);
    }

    /**
     * An HTTP proxy: a URL, an object, {@code "none"}, or {@code "environment"} (the default: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY} in either case).
     *
     * @param proxy fills it in
     * @return this
     */
    public T proxy(Consumer<Proxy> proxy) {
        return part("proxy", Proxy.class, Proxy::new, proxy);
    }

    /**
     * Which redirects are followed.
     *
     * @param redirects fills it in
     * @return this
     */
    public T redirects(Consumer<Redirects> redirects) {
        return part("redirects", Redirects.class, Redirects::new, redirects);
    }

    /**
     * Which connections are kept for the next request.
     *
     * @param pool fills it in
     * @return this
     */
    public T pool(Consumer<Pool> pool) {
        return part("pool", Pool.class, Pool::new, pool);
    }

    /**
     * The threads behind asynchronous calls.
     *
     * @param workers fills it in
     * @return this
     */
    public T workers(Consumer<Workers> workers) {
        return part("workers", Workers.class, Workers::new, workers);
    }

    /**
     * Name lookup.
     *
     * @param dns fills it in
     * @return this
     */
    public T dns(Consumer<Dns> dns) {
        return part("dns", Dns.class, Dns::new, dns);
    }

    /**
     * Addresses to use instead of a lookup, by {@code host:port} or {@code host}, as curl's {@code --resolve}.
     *
     * @param values each an address or a list of them
     * @return this
     */
    public T resolve(Map<String, ?> values) {
        return entries("resolve", values);
    }

    /**
     * Decode gzip and brotli bodies, and offer them in {@code Accept-Encoding}. Default true.
     *
     * @param value whether
     * @return this
     */
    public T decompress(boolean value) {
        return set("decompress", value);
    }

    /**
     * Keep cookies between the requests of this client. Default false.
     *
     * @param value whether
     * @return this
     */
    public T cookies(boolean value) {
        return set("cookies", value);
    }

    /**
     * Refuse a response body larger than this many bytes, after decoding. Default none.
     *
     * @param value how many
     * @return this
     */
    public T maxBodyBytes(long value) {
        return set("max_body_bytes", value);
    }

    /**
     * Warn of a certificate, ours or a server's, this many days before it ends: an event, once a day for each. 0 never warns. Default: 30, or the last third of its life where that is less.
     *
     * @param value how many
     * @return this
     */
    public T expiryWarningDays(int value) {
        return set("expiry_warning_days", (long) value);
    }

    /**
     * The {@code User-Agent}; {@code ""} sends none. Default {@code mutls/VERSION}.
     *
     * @param value the text
     * @return this
     */
    public T userAgent(String value) {
        return set("user_agent", value);
    }

    /**
     * Short for {@code identity.cert_file}, or {@code identity.cert_pem} where it holds PEM text.
     *
     * @param value the path, or PEM text
     * @return this
     */
    public T cert(String value) {
        return set("cert", pathOrText(value));
    }

    /**
     * Short for {@code identity.cert_file}, or {@code identity.cert_pem} where it holds PEM text.
     *
     * @param value the file
     * @return this
     */
    public T cert(Path value) {
        return set("cert", text(value));
    }

    /**
     * Short for {@code identity.cert_file}, or {@code identity.cert_pem} where it holds PEM text.
     *
     * @param value PEM text or a store
     * @return this
     */
    public T cert(byte[] value) {
        return set("cert", secret(value));
    }

    /**
     * Short for {@code identity.key_file}, or {@code identity.key_pem} where it holds PEM text.
     *
     * @param value the path, or PEM text
     * @return this
     */
    public T key(String value) {
        return set("key", pathOrText(value));
    }

    /**
     * Short for {@code identity.key_file}, or {@code identity.key_pem} where it holds PEM text.
     *
     * @param value the file
     * @return this
     */
    public T key(Path value) {
        return set("key", text(value));
    }

    /**
     * Short for {@code identity.key_file}, or {@code identity.key_pem} where it holds PEM text.
     *
     * @param value PEM text or a store
     * @return this
     */
    public T key(byte[] value) {
        return set("key", secret(value));
    }

    /**
     * Short for {@code trust.ca_file}, or {@code trust.ca_pem} where it holds PEM text.
     *
     * @param value the path, or PEM text
     * @return this
     */
    public T ca(String value) {
        return set("ca", pathOrText(value));
    }

    /**
     * Short for {@code trust.ca_file}, or {@code trust.ca_pem} where it holds PEM text.
     *
     * @param value the file
     * @return this
     */
    public T ca(Path value) {
        return set("ca", text(value));
    }

    /**
     * Short for {@code trust.ca_file}, or {@code trust.ca_pem} where it holds PEM text.
     *
     * @param value PEM text or a store
     * @return this
     */
    public T ca(byte[] value) {
        return set("ca", secret(value));
    }

    /**
     * Short for {@code identity.cert_file}.
     *
     * @param value the path
     * @return this
     */
    public T certFile(String value) {
        return set("cert_file", value);
    }

    /**
     * Short for {@code identity.cert_file}.
     *
     * @param value the file
     * @return this
     */
    public T certFile(Path value) {
        return set("cert_file", text(value));
    }

    /**
     * Short for {@code identity.key_file}.
     *
     * @param value the path
     * @return this
     */
    public T keyFile(String value) {
        return set("key_file", value);
    }

    /**
     * Short for {@code identity.key_file}.
     *
     * @param value the file
     * @return this
     */
    public T keyFile(Path value) {
        return set("key_file", text(value));
    }

    /**
     * Short for {@code identity.chain_file}.
     *
     * @param value the path
     * @return this
     */
    public T chainFile(String value) {
        return set("chain_file", value);
    }

    /**
     * Short for {@code identity.chain_file}.
     *
     * @param value the file
     * @return this
     */
    public T chainFile(Path value) {
        return set("chain_file", text(value));
    }

    /**
     * Short for {@code identity.pkcs12_file}.
     *
     * @param value the path
     * @return this
     */
    public T pkcs12File(String value) {
        return set("pkcs12_file", value);
    }

    /**
     * Short for {@code identity.pkcs12_file}.
     *
     * @param value the file
     * @return this
     */
    public T pkcs12File(Path value) {
        return set("pkcs12_file", text(value));
    }

    /**
     * Short for {@code identity.passphrase}.
     *
     * @param value the secret; core zeroes its copy
     * @return this
     */
    public T passphrase(String value) {
        return set("passphrase", secret(value));
    }

    /**
     * Short for {@code identity.passphrase}.
     *
     * @param value the secret, which is copied
     * @return this
     */
    public T passphrase(char[] value) {
        return set("passphrase", secret(value));
    }

    /**
     * Short for {@code identity.passphrase_env}.
     *
     * @param value the text
     * @return this
     */
    public T passphraseEnv(String value) {
        return set("passphrase_env", value);
    }

    /**
     * Short for {@code identity.passphrase_file}.
     *
     * @param value the path
     * @return this
     */
    public T passphraseFile(String value) {
        return set("passphrase_file", value);
    }

    /**
     * Short for {@code identity.passphrase_file}.
     *
     * @param value the file
     * @return this
     */
    public T passphraseFile(Path value) {
        return set("passphrase_file", text(value));
    }

    /**
     * Short for {@code trust.ca_file}.
     *
     * @param values the paths; each call adds to them
     * @return this
     */
    public T caFile(String... values) {
        return list("ca_file", values);
    }

    /**
     * Short for {@code trust.ca_file}.
     *
     * @param value the file; each call adds one
     * @return this
     */
    public T caFile(Path value) {
        return add("ca_file", text(value));
    }

    /** HTTP authentication: one of the two. */
    public static final class Auth extends Part<Auth> {
        Auth() {}

        /**
         * RFC 7617, sent without waiting for a challenge.
         *
         * @param basic fills it in
         * @return this
         */
        public Auth basic(Consumer<BasicAuth> basic) {
            return part("basic", BasicAuth.class, BasicAuth::new, basic);
        }

        /**
         * RFC 6750.
         *
         * @param bearer fills it in
         * @return this
         */
        public Auth bearer(Consumer<BearerAuth> bearer) {
            return part("bearer", BearerAuth.class, BearerAuth::new, bearer);
        }
    }

    /** A user and a password, by RFC 7617. */
    public static final class BasicAuth extends Part<BasicAuth> {
        BasicAuth() {}

        /**
         * The user name; it cannot hold a colon.
         *
         * @param value the text
         * @return this
         */
        public BasicAuth username(String value) {
            return set("username", value);
        }

        /**
         * The password.
         *
         * @param value the secret; core zeroes its copy
         * @return this
         */
        public BasicAuth password(String value) {
            return set("password", secret(value));
        }

        /**
         * The password.
         *
         * @param value the secret, which is copied
         * @return this
         */
        public BasicAuth password(char[] value) {
            return set("password", secret(value));
        }
    }

    /** A token, by RFC 6750. */
    public static final class BearerAuth extends Part<BearerAuth> {
        BearerAuth() {}

        /**
         * The token, without the word {@code Bearer}.
         *
         * @param value the secret; core zeroes its copy
         * @return this
         */
        public BearerAuth token(String value) {
            return set("token", secret(value));
        }

        /**
         * The token, without the word {@code Bearer}.
         *
         * @param value the secret, which is copied
         * @return this
         */
        public BearerAuth token(char[] value) {
            return set("token", secret(value));
        }
    }

    /** A certificate chain and its private key, which may lie in one file or in several, in any order. */
    public static final class Identity extends Part<Identity> {
        Identity() {}

        /**
         * A name for reports and logs. Default: the file's name.
         *
         * @param value the text
         * @return this
         */
        public Identity name(String value) {
            return set("name", value);
        }

        /**
         * The certificate, PEM or DER, or a store (PKCS#12, JKS, JCEKS), or a zip archive of such files. May hold the chain and the key too.
         *
         * @param value the path
         * @return this
         */
        public Identity certFile(String value) {
            return set("cert_file", value);
        }

        /**
         * The certificate, PEM or DER, or a store (PKCS#12, JKS, JCEKS), or a zip archive of such files. May hold the chain and the key too.
         *
         * @param value the file
         * @return this
         */
        public Identity certFile(Path value) {
            return set("cert_file", text(value));
        }

        /**
         * The intermediates, PEM, DER or PKCS#7 ({@code .p7b}), where they are not in {@code cert_file}.
         *
         * @param value the path
         * @return this
         */
        public Identity chainFile(String value) {
            return set("chain_file", value);
        }

        /**
         * The intermediates, PEM, DER or PKCS#7 ({@code .p7b}), where they are not in {@code cert_file}.
         *
         * @param value the file
         * @return this
         */
        public Identity chainFile(Path value) {
            return set("chain_file", text(value));
        }

        /**
         * The private key, PEM or DER. Default: {@code cert_file}.
         *
         * @param value the path
         * @return this
         */
        public Identity keyFile(String value) {
            return set("key_file", value);
        }

        /**
         * The private key, PEM or DER. Default: {@code cert_file}.
         *
         * @param value the file
         * @return this
         */
        public Identity keyFile(Path value) {
            return set("key_file", text(value));
        }

        /**
         * In-memory twin of {@code cert_file}.
         *
         * @param value PEM text
         * @return this
         */
        public Identity certPem(String value) {
            return set("cert_pem", secret(value));
        }

        /**
         * In-memory twin of {@code cert_file}.
         *
         * @param value PEM text
         * @return this
         */
        public Identity certPem(byte[] value) {
            return set("cert_pem", secret(value));
        }

        /**
         * In-memory twin of {@code chain_file}.
         *
         * @param value PEM text
         * @return this
         */
        public Identity chainPem(String value) {
            return set("chain_pem", secret(value));
        }

        /**
         * In-memory twin of {@code chain_file}.
         *
         * @param value PEM text
         * @return this
         */
        public Identity chainPem(byte[] value) {
            return set("chain_pem", secret(value));
        }

        /**
         * In-memory twin of {@code key_file}.
         *
         * @param value PEM text
         * @return this
         */
        public Identity keyPem(String value) {
            return set("key_pem", secret(value));
        }

        /**
         * In-memory twin of {@code key_file}.
         *
         * @param value PEM text
         * @return this
         */
        public Identity keyPem(byte[] value) {
            return set("key_pem", secret(value));
        }

        /**
         * A store with key and chain: PKCS#12 ({@code .p12}, {@code .pfx}), JKS or JCEKS.
         *
         * @param value the path
         * @return this
         */
        public Identity pkcs12File(String value) {
            return set("pkcs12_file", value);
        }

        /**
         * A store with key and chain: PKCS#12 ({@code .p12}, {@code .pfx}), JKS or JCEKS.
         *
         * @param value the file
         * @return this
         */
        public Identity pkcs12File(Path value) {
            return set("pkcs12_file", text(value));
        }

        /**
         * In-memory twin of {@code pkcs12_file}: an attachment.
         *
         * @param value what is in the store
         * @return this
         */
        public Identity pkcs12(byte[] value) {
            return set("pkcs12", secret(value));
        }

        /**
         * Which key of a store that holds several. Case does not matter.
         *
         * @param value the text
         * @return this
         */
        public Identity alias(String value) {
            return set("alias", value);
        }

        /**
         * The passphrase of the private key, or of the store.
         *
         * @param value the secret; core zeroes its copy
         * @return this
         */
        public Identity passphrase(String value) {
            return set("passphrase", secret(value));
        }

        /**
         * The passphrase of the private key, or of the store.
         *
         * @param value the secret, which is copied
         * @return this
         */
        public Identity passphrase(char[] value) {
            return set("passphrase", secret(value));
        }

        /**
         * The environment variable that holds the passphrase.
         *
         * @param value the text
         * @return this
         */
        public Identity passphraseEnv(String value) {
            return set("passphrase_env", value);
        }

        /**
         * The file that holds the passphrase, in its first line.
         *
         * @param value the path
         * @return this
         */
        public Identity passphraseFile(String value) {
            return set("passphrase_file", value);
        }

        /**
         * The file that holds the passphrase, in its first line.
         *
         * @param value the file
         * @return this
         */
        public Identity passphraseFile(Path value) {
            return set("passphrase_file", text(value));
        }

        /**
         * The passphrase of the key, where it differs from the store's.
         *
         * @param value the secret; core zeroes its copy
         * @return this
         */
        public Identity keyPassphrase(String value) {
            return set("key_passphrase", secret(value));
        }

        /**
         * The passphrase of the key, where it differs from the store's.
         *
         * @param value the secret, which is copied
         * @return this
         */
        public Identity keyPassphrase(char[] value) {
            return set("key_passphrase", secret(value));
        }

        /**
         * The environment variable that holds the key's passphrase.
         *
         * @param value the text
         * @return this
         */
        public Identity keyPassphraseEnv(String value) {
            return set("key_passphrase_env", value);
        }

        /**
         * The file that holds the key's passphrase, in its first line.
         *
         * @param value the path
         * @return this
         */
        public Identity keyPassphraseFile(String value) {
            return set("key_passphrase_file", value);
        }

        /**
         * The file that holds the key's passphrase, in its first line.
         *
         * @param value the file
         * @return this
         */
        public Identity keyPassphraseFile(Path value) {
            return set("key_passphrase_file", text(value));
        }

        /**
         * Refuse a key or a store that asks for more work than this to be opened: iterations of PBKDF2 and its like, rounds of scrypt. Default: ten million, which take some seconds.
         *
         * @param value how many
         * @return this
         */
        public Identity maxKdfIterations(int value) {
            return set("max_kdf_iterations", (long) value);
        }

        /**
         * The hosts that this identity is for ({@code host}, {@code host:port}, {@code *.example.com}). Default: every host within the client's scope.
         *
         * @param values the list; each call adds to it
         * @return this
         */
        public Identity hosts(String... values) {
            return list("hosts", values);
        }

        /**
         * Send the certificate even outside its dates, and let the server decide.
         *
         * @param value whether
         * @return this
         */
        public Identity allowExpired(boolean value) {
            return set("allow_expired", value);
        }
    }

    /** Whom we accept. A bundle means exactly that bundle; without one, the system's roots. */
    public static final class Trust extends Part<Trust> {
        Trust() {}

        /**
         * CA certificates: PEM, DER or PKCS#7; one file or several.
         *
         * @param values the paths; each call adds to them
         * @return this
         */
        public Trust caFile(String... values) {
            return list("ca_file", values);
        }

        /**
         * CA certificates: PEM, DER or PKCS#7; one file or several.
         *
         * @param value the file; each call adds one
         * @return this
         */
        public Trust caFile(Path value) {
            return add("ca_file", text(value));
        }

        /**
         * In-memory twin of {@code ca_file}.
         *
         * @param value PEM text; each call adds one
         * @return this
         */
        public Trust caPem(String value) {
            return add("ca_pem", secret(value));
        }

        /**
         * In-memory twin of {@code ca_file}.
         *
         * @param value PEM text; each call adds one
         * @return this
         */
        public Trust caPem(byte[] value) {
            return add("ca_pem", secret(value));
        }

        /**
         * Folders of CA certificates: those under the names that {@code openssl rehash} gives ({@code 1a2b3c4d.0}), with the revocation lists beside them ({@code 1a2b3c4d.r0}); where no file has such a name, every {@code .pem}, {@code .crt}, {@code .cer} and {@code .der}.
         *
         * @param value the text
         * @return this
         */
        public Trust caDir(String value) {
            return set("ca_dir", value);
        }

        /**
         * A truststore (PKCS#12, JKS or JCEKS).
         *
         * @param value the path
         * @return this
         */
        public Trust truststoreFile(String value) {
            return set("truststore_file", value);
        }

        /**
         * A truststore (PKCS#12, JKS or JCEKS).
         *
         * @param value the file
         * @return this
         */
        public Trust truststoreFile(Path value) {
            return set("truststore_file", text(value));
        }

        /**
         * In-memory twin of {@code truststore_file}: an attachment.
         *
         * @param value what is in the store
         * @return this
         */
        public Trust truststore(byte[] value) {
            return set("truststore", secret(value));
        }

        /**
         * The truststore's passphrase.
         *
         * @param value the secret; core zeroes its copy
         * @return this
         */
        public Trust truststorePassphrase(String value) {
            return set("truststore_passphrase", secret(value));
        }

        /**
         * The truststore's passphrase.
         *
         * @param value the secret, which is copied
         * @return this
         */
        public Trust truststorePassphrase(char[] value) {
            return set("truststore_passphrase", secret(value));
        }

        /**
         * The environment variable that holds the truststore's passphrase.
         *
         * @param value the text
         * @return this
         */
        public Trust truststorePassphraseEnv(String value) {
            return set("truststore_passphrase_env", value);
        }

        /**
         * The file that holds the truststore's passphrase, in its first line.
         *
         * @param value the path
         * @return this
         */
        public Trust truststorePassphraseFile(String value) {
            return set("truststore_passphrase_file", value);
        }

        /**
         * The file that holds the truststore's passphrase, in its first line.
         *
         * @param value the file
         * @return this
         */
        public Trust truststorePassphraseFile(Path value) {
            return set("truststore_passphrase_file", text(value));
        }

        /**
         * Refuse a truststore that asks for more iterations than this to be opened. Default: ten million.
         *
         * @param value how many
         * @return this
         */
        public Trust maxKdfIterations(int value) {
            return set("max_kdf_iterations", (long) value);
        }

        /**
         * Trust the system's roots. Default: only when no bundle is given.
         *
         * @param value whether
         * @return this
         */
        public Trust systemRoots(boolean value) {
            return set("system_roots", value);
        }

        /**
         * Accept only chains that hold one of these keys: {@code sha256/} and the base64 of the SHA-256 of the SubjectPublicKeyInfo (RFC 7469). The chain must be trusted as well.
         *
         * @param values the list; each call adds to it
         * @return this
         */
        public Trust pins(String... values) {
            return list("pins", values);
        }

        /**
         * Certificates of the server itself: exactly these are accepted, whoever issued them, within their dates and for their names. They stand in place of CA certificates, not beside them.
         *
         * @param values the paths; each call adds to them
         * @return this
         */
        public Trust serverCertFile(String... values) {
            return list("server_cert_file", values);
        }

        /**
         * Certificates of the server itself: exactly these are accepted, whoever issued them, within their dates and for their names. They stand in place of CA certificates, not beside them.
         *
         * @param value the file; each call adds one
         * @return this
         */
        public Trust serverCertFile(Path value) {
            return add("server_cert_file", text(value));
        }

        /**
         * In-memory twin of {@code server_cert_file}.
         *
         * @param value PEM text; each call adds one
         * @return this
         */
        public Trust serverCertPem(String value) {
            return add("server_cert_pem", secret(value));
        }

        /**
         * In-memory twin of {@code server_cert_file}.
         *
         * @param value PEM text; each call adds one
         * @return this
         */
        public Trust serverCertPem(byte[] value) {
            return add("server_cert_pem", secret(value));
        }

        /**
         * Revocation lists (CRLs), PEM or DER. A server whose certificate, or one of whose CAs, is on one is refused; so is a chain with a certificate whose issuer has no list here.
         *
         * @param values the paths; each call adds to them
         * @return this
         */
        public Trust crlFile(String... values) {
            return list("crl_file", values);
        }

        /**
         * Revocation lists (CRLs), PEM or DER. A server whose certificate, or one of whose CAs, is on one is refused; so is a chain with a certificate whose issuer has no list here.
         *
         * @param value the file; each call adds one
         * @return this
         */
        public Trust crlFile(Path value) {
            return add("crl_file", text(value));
        }

        /**
         * In-memory twin of {@code crl_file}.
         *
         * @param value PEM text; each call adds one
         * @return this
         */
        public Trust crlPem(String value) {
            return add("crl_pem", secret(value));
        }

        /**
         * In-memory twin of {@code crl_file}.
         *
         * @param value PEM text; each call adds one
         * @return this
         */
        public Trust crlPem(byte[] value) {
            return add("crl_pem", secret(value));
        }

        /**
         * Which certificates the lists are asked about: the server's own ({@code "leaf"}), or it and the CAs between it and the trusted one ({@code "chain"}, the default).
         *
         * @param value the word
         * @return this
         */
        public Trust crlCheck(String value) {
            return set("crl_check", value);
        }

        /**
         * Use a revocation list even after the date by which the next one was due.
         *
         * @param value whether
         * @return this
         */
        public Trust allowExpiredCrl(boolean value) {
            return set("allow_expired_crl", value);
        }

        /**
         * Faults of a server's certificate that are forgiven, each by its name; the handshake report says where one was. {@code "v1"} (X.509 version 1) and {@code "ca_leaf"} (marked as a CA's) want the very certificate to be given, as {@code server_cert_file} or in the CA bundle. {@code "common_name"}: without alternative names, the subject's CN counts.
         *
         * @param values the list; each call adds to it
         * @return this
         */
        public Trust allow(String... values) {
            return list("allow", values);
        }
    }

    /** TLS versions and names. */
    public static final class Tls extends Part<Tls> {
        Tls() {}

        /**
         * The lowest version: {@code "1.2"} (default) or {@code "1.3"}.
         *
         * @param value the word
         * @return this
         */
        public Tls minVersion(String value) {
            return set("min_version", value);
        }

        /**
         * The highest version: {@code "1.2"} or {@code "1.3"} (default).
         *
         * @param value the word
         * @return this
         */
        public Tls maxVersion(String value) {
            return set("max_version", value);
        }

        /**
         * The name sent as SNI and expected in the server's certificate, in place of the URL's host.
         *
         * @param value the text
         * @return this
         */
        public Tls serverName(String value) {
            return set("server_name", value);
        }

        /**
         * Append the session keys to this file in NSS format, for a network analyser. Who has the file can read the traffic. {@code "SSLKEYLOGFILE"} takes the path from that environment variable. Default none.
         *
         * @param value the path
         * @return this
         */
        public Tls keyLogFile(String value) {
            return set("key_log_file", value);
        }

        /**
         * Append the session keys to this file in NSS format, for a network analyser. Who has the file can read the traffic. {@code "SSLKEYLOGFILE"} takes the path from that environment variable. Default none.
         *
         * @param value the file
         * @return this
         */
        public Tls keyLogFile(Path value) {
            return set("key_log_file", text(value));
        }
    }

    /** How long each phase may take; {@code null} is no limit. */
    public static final class Timeouts extends Part<Timeouts> {
        Timeouts() {}

        /**
         * Waiting for a worker (submitted calls).
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Timeouts queue(Duration value) {
            return limit("queue_ms", value);
        }

        /**
         * Name lookup. Default 5 seconds.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Timeouts dns(Duration value) {
            return limit("dns_ms", value);
        }

        /**
         * TCP connection, over all addresses, and the proxy's answer. Default 10 seconds.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Timeouts connect(Duration value) {
            return limit("connect_ms", value);
        }

        /**
         * TLS handshake. Default 10 seconds.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Timeouts handshake(Duration value) {
            return limit("handshake_ms", value);
        }

        /**
         * Sending the whole request.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Timeouts send(Duration value) {
            return limit("send_ms", value);
        }

        /**
         * From the end of the request to the head of the response. Default 30 seconds.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Timeouts firstByte(Duration value) {
            return limit("first_byte_ms", value);
        }

        /**
         * Between two reads of the response body. Default 30 seconds.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Timeouts read(Duration value) {
            return limit("read_ms", value);
        }

        /**
         * The whole call, from the queue to the last byte of the body.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Timeouts total(Duration value) {
            return limit("total_ms", value);
        }

        /**
         * Waiting for {@code 100 Continue} before the body is sent anyway. Default 1 seconds.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Timeouts expectContinue(Duration value) {
            return limit("expect_continue_ms", value);
        }
    }

    /** An HTTP proxy that tunnels by CONNECT. */
    public static final class Proxy extends Part<Proxy> {
        Proxy() {}

        /**
         * {@code http://host:port}; user and password may be in it.
         *
         * @param value the text
         * @return this
         */
        public Proxy url(String value) {
            return set("url", value);
        }

        /**
         * The user name, where it is not in the URL.
         *
         * @param value the text
         * @return this
         */
        public Proxy username(String value) {
            return set("username", value);
        }

        /**
         * The password, where it is not in the URL.
         *
         * @param value the secret; core zeroes its copy
         * @return this
         */
        public Proxy password(String value) {
            return set("password", secret(value));
        }

        /**
         * The password, where it is not in the URL.
         *
         * @param value the secret, which is copied
         * @return this
         */
        public Proxy password(char[] value) {
            return set("password", secret(value));
        }

        /**
         * Hosts that are called without the proxy: names, {@code .suffix}, addresses, networks ({@code 10.0.0.0/8}), {@code *}.
         *
         * @param values the list; each call adds to it
         * @return this
         */
        public Proxy noProxy(String... values) {
            return list("no_proxy", values);
        }
    }

    /** Which redirects are followed. */
    public static final class Redirects extends Part<Redirects> {
        Redirects() {}

        /**
         * {@code same_origin} (default), {@code any} or {@code none}. The identity and the credentials never follow to a host outside the scope.
         *
         * @param value the word
         * @return this
         */
        public Redirects follow(String value) {
            return set("follow", value);
        }

        /**
         * How many in a row. Default 10.
         *
         * @param value how many
         * @return this
         */
        public Redirects max(int value) {
            return set("max", (long) value);
        }
    }

    /** Which connections are kept for the next request. */
    public static final class Pool extends Part<Pool> {
        Pool() {}

        /**
         * How many idle connections are kept. Default 64; 0 closes each one after its answer.
         *
         * @param value how many
         * @return this
         */
        public Pool maxIdle(int value) {
            return set("max_idle", (long) value);
        }

        /**
         * How long an idle one is kept. Default 60 seconds.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Pool idle(Duration value) {
            return limit("idle_ms", value);
        }

        /**
         * How old a connection may become. Default no limit.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Pool maxAge(Duration value) {
            return limit("max_age_ms", value);
        }
    }

    /** The threads behind asynchronous calls. */
    public static final class Workers extends Part<Workers> {
        Workers() {}

        /**
         * How many calls run at once. Default 2048. Idle threads end by themselves.
         *
         * @param value how many
         * @return this
         */
        public Workers max(int value) {
            return set("max", (long) value);
        }

        /**
         * How many further calls may wait; one more is {@code overloaded}. Default 65536.
         *
         * @param value how many
         * @return this
         */
        public Workers queue(int value) {
            return set("queue", (long) value);
        }
    }

    /** Name lookup. */
    public static final class Dns extends Part<Dns> {
        Dns() {}

        /**
         * How long an answer is kept. Default 30 seconds; 0 keeps none.
         *
         * @param value how long; {@code null} is no limit
         * @return this
         */
        public Dns cache(Duration value) {
            return limit("cache_ms", value);
        }
    }
}
