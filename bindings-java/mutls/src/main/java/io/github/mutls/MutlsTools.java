package io.github.mutls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is done to certificates, keys and stores besides using them. Say what is read and how, then which tool: docs/identity-files.md
 * describes each. An option that does not belong to the tool is refused.
 *
 * <pre>{@code
 * ToolOutput seen = MutlsTools.of("cert.crt").inspect();
 * boolean soon = MutlsTools.of("cert.crt").within(Duration.ofDays(30)).needsRenewal();
 * byte[] store = MutlsTools.of("cert.crt", "key.pem").ca("ca.pem").to("pkcs12").newPassphrase(word).convert().part("output");
 * }</pre>
 *
 * <p>They wait: they read files and derive keys, and with {@link #url} they ask a server, which an interrupt ends. May be used any number
 * of times, by one thread at a time.
 */
public final class MutlsTools extends Part<MutlsTools> {
    private MutlsTools() {}

    /**
     * Without files: for a server, a new key, or bytes.
     *
     * @return tools for them
     */
    public static MutlsTools of() {
        return new MutlsTools();
    }

    /**
     * Files by their paths, or PEM text: any format, any order.
     *
     * @param inputs what is read
     * @return tools for them
     */
    public static MutlsTools of(String... inputs) {
        MutlsTools tools = new MutlsTools();
        for (String input : inputs) {
            tools.add("input", pathOrText(input));
        }
        return tools;
    }

    /**
     * Files of any format.
     *
     * @param files in any order
     * @return tools for them
     */
    public static MutlsTools of(Path... files) {
        MutlsTools tools = new MutlsTools();
        for (Path file : files) {
            tools.add("input", text(file));
        }
        return tools;
    }

    /**
     * Adds a file by its bytes.
     *
     * @param content of any format; it is copied
     * @return this
     */
    public MutlsTools and(byte[] content) {
        return add("input", secret(content));
    }

    /**
     * What opens an encrypted key or a store.
     *
     * @param value the passphrase
     * @return this
     */
    public MutlsTools passphrase(String value) {
        return set("passphrase", secret(value));
    }

    /**
     * What opens an encrypted key or a store.
     *
     * @param value the passphrase; it is copied
     * @return this
     */
    public MutlsTools passphrase(char[] value) {
        return set("passphrase", secret(value));
    }

    /**
     * The environment variable that holds the passphrase.
     *
     * @param name its name
     * @return this
     */
    public MutlsTools passphraseEnv(String name) {
        return set("passphrase_env", name);
    }

    /**
     * The file whose first line is the passphrase.
     *
     * @param file its path
     * @return this
     */
    public MutlsTools passphraseFile(Path file) {
        return set("passphrase_file", text(file));
    }

    /**
     * What opens the key in a store, where that is another passphrase.
     *
     * @param value the passphrase
     * @return this
     */
    public MutlsTools keyPassphrase(String value) {
        return set("key_passphrase", secret(value));
    }

    /**
     * What opens the key in a store, where that is another passphrase.
     *
     * @param value the passphrase; it is copied
     * @return this
     */
    public MutlsTools keyPassphrase(char[] value) {
        return set("key_passphrase", secret(value));
    }

    /**
     * The environment variable that holds the key's passphrase.
     *
     * @param name its name
     * @return this
     */
    public MutlsTools keyPassphraseEnv(String name) {
        return set("key_passphrase_env", name);
    }

    /**
     * The file whose first line is the key's passphrase.
     *
     * @param file its path
     * @return this
     */
    public MutlsTools keyPassphraseFile(Path file) {
        return set("key_passphrase_file", text(file));
    }

    /**
     * Which key of a store that holds several.
     *
     * @param value its alias
     * @return this
     */
    public MutlsTools alias(String value) {
        return set("alias", value);
    }

    /**
     * For {@link #inspect}, {@link #check} and {@link #needsRenewal}: a server to ask.
     *
     * @param value such as {@code https://partner.example} or {@code host:port}
     * @return this
     */
    public MutlsTools url(String value) {
        return set("url", value);
    }

    /**
     * How the server of {@link #url} is reached, and whom to trust there.
     *
     * @param options fills in the options of a client; its timeouts bound the wait
     * @return this
     */
    public MutlsTools client(Consumer<MutlsClient.Builder> options) {
        return part("client", MutlsClient.Builder.class, MutlsClient::builder, options);
    }

    /**
     * For {@link #check}, {@link #bundle} and {@link #convert}: CA certificates that complete the chain.
     *
     * @param inputs paths, or PEM text; each call adds to them
     * @return this
     */
    public MutlsTools ca(String... inputs) {
        for (String input : inputs) {
            add("ca", pathOrText(input));
        }
        return this;
    }

    /**
     * For {@link #check} and {@link #needsRenewal}: how soon an end of validity counts. The default is 30 days.
     *
     * @param value whole hours, rounded up
     * @return this
     */
    public MutlsTools within(Duration value) {
        return set("within", (value.toHours() + (value.toSeconds() % 3600 > 0 ? 1 : 0)) + "h");
    }

    /**
     * For {@link #bundle} and {@link #convert}: write the root of the chain too.
     *
     * @param value whether
     * @return this
     */
    public MutlsTools root(boolean value) {
        return set("root", value);
    }

    /**
     * For {@link #createCsr}: whom the certificate is for.
     *
     * @param values such as {@code common_name}, {@code organization}, {@code country}; each a String or a list of them
     * @return this
     */
    public MutlsTools subject(Map<String, ?> values) {
        return entries("subject", values);
    }

    /**
     * For {@link #createCsr}: whom the certificate is for.
     *
     * @param distinguishedName such as {@code "CN=services.company.com,C=CA"}
     * @return this
     */
    public MutlsTools subject(String distinguishedName) {
        return set("subject", distinguishedName);
    }

    /**
     * For {@link #createCsr}: subject alternative names.
     *
     * @param values hosts, addresses, URIs, e-mail addresses; each call adds to them
     * @return this
     */
    public MutlsTools names(String... values) {
        return list("names", values);
    }

    /**
     * For {@link #createCsr}: the kind of the new key.
     *
     * @param kind {@code rsa-2048} (the default), {@code rsa-3072}, {@code rsa-4096}, {@code p-256}, {@code p-384} or {@code ed25519}
     * @return this
     */
    public MutlsTools key(String kind) {
        return set("key", kind);
    }

    /**
     * For {@link #createCsr}: a partner's rules.
     *
     * @param name such as {@code trulioo}
     * @return this
     */
    public MutlsTools profile(String name) {
        return set("profile", name);
    }

    /**
     * For {@link #createCsr}: where the key goes, in place of the part {@code key}; with mode 0600.
     *
     * @param file its path
     * @return this
     */
    public MutlsTools keyOutputFile(Path file) {
        return set("key_output_file", text(file));
    }

    /**
     * For {@link #createCsr}: where the request goes, in place of the part {@code csr}.
     *
     * @param file its path
     * @return this
     */
    public MutlsTools csrOutputFile(Path file) {
        return set("csr_output_file", text(file));
    }

    /**
     * For {@link #convert}: what to write.
     *
     * @param format {@code pem}, {@code der}, {@code pkcs7}, {@code pkcs7_der}, {@code pkcs8}, {@code pkcs12} or {@code jks}
     * @return this
     */
    public MutlsTools to(String format) {
        return set("to", format);
    }

    /**
     * For {@link #convert}: a part of what was read.
     *
     * @param part {@code key}, {@code certificate}, {@code chain} or {@code certificates}
     * @return this
     */
    public MutlsTools only(String part) {
        return set("only", part);
    }

    /**
     * For {@link #convert}: PKCS#12 with 3DES and SHA-1, for old Windows and Java.
     *
     * @param value whether
     * @return this
     */
    public MutlsTools legacy(boolean value) {
        return set("legacy", value);
    }

    /**
     * For {@link #convert}: PKCS#12 whose integrity rests on PBMAC1 (RFC 9579), where FIPS 140-3 asks for it.
     *
     * @param value whether
     * @return this
     */
    public MutlsTools pbmac1(boolean value) {
        return set("pbmac1", value);
    }

    /**
     * For {@link #convert}: a store of trusted certificates; by default where no private key is given.
     *
     * @param value whether
     * @return this
     */
    public MutlsTools truststore(boolean value) {
        return set("truststore", value);
    }

    /**
     * For {@link #convert}: the alias in the store.
     *
     * @param alias a name
     * @return this
     */
    public MutlsTools name(String alias) {
        return set("name", alias);
    }

    /**
     * For {@link #convert}: write a key that was protected without protection.
     *
     * @param value whether
     * @return this
     */
    public MutlsTools unencrypted(boolean value) {
        return set("unencrypted", value);
    }

    /**
     * For {@link #createCsr} and {@link #convert}: what protects the key or store that is written.
     *
     * @param value the passphrase
     * @return this
     */
    public MutlsTools newPassphrase(String value) {
        return set("new_passphrase", secret(value));
    }

    /**
     * For {@link #createCsr} and {@link #convert}: what protects the key or store that is written.
     *
     * @param value the passphrase; it is copied
     * @return this
     */
    public MutlsTools newPassphrase(char[] value) {
        return set("new_passphrase", secret(value));
    }

    /**
     * The environment variable that holds the new passphrase.
     *
     * @param name its name
     * @return this
     */
    public MutlsTools newPassphraseEnv(String name) {
        return set("new_passphrase_env", name);
    }

    /**
     * The file whose first line is the new passphrase.
     *
     * @param file its path
     * @return this
     */
    public MutlsTools newPassphraseFile(Path file) {
        return set("new_passphrase_file", text(file));
    }

    /**
     * For {@link #bundle} and {@link #convert}: where it goes, in place of the part {@code bundle} or {@code output}.
     *
     * @param file its path
     * @return this
     */
    public MutlsTools outputFile(Path file) {
        return set("output_file", text(file));
    }

    /**
     * Replace files that are there.
     *
     * @param value whether
     * @return this
     */
    public MutlsTools overwrite(boolean value) {
        return set("overwrite", value);
    }

    /**
     * Tells what files hold, or what the server of {@link #url} presents.
     *
     * @return a report
     * @throws MutlsException if something cannot be read, or the server not be asked
     */
    public ToolOutput inspect() throws MutlsException {
        return run("inspect");
    }

    /**
     * Looks for what will go wrong with an identity. The report has {@code ok}, and {@code findings} with {@code severity}, {@code code},
     * {@code message} and {@code hint}.
     *
     * @return a report
     * @throws MutlsException if a file cannot be read, or the server not be asked
     */
    public ToolOutput check() throws MutlsException {
        return run("check");
    }

    /**
     * Tells whether certificates, keys and requests belong together.
     *
     * @return whether they do
     * @throws MutlsException if something cannot be read
     */
    public boolean matches() throws MutlsException {
        return Boolean.TRUE.equals(run("match").report().get("matches"));
    }

    /**
     * Tells whether a certificate expires soon.
     *
     * @return whether one of them does
     * @throws MutlsException if something cannot be read
     */
    public boolean needsRenewal() throws MutlsException {
        return Boolean.TRUE.equals(run("needs_renewal").report().get("needs_renewal"));
    }

    /**
     * Puts a chain in order, leaf first, and completes it from {@link #ca}.
     *
     * @return with the part {@code bundle}
     * @throws MutlsException if something cannot be read or written
     */
    public ToolOutput bundle() throws MutlsException {
        return run("bundle");
    }

    /**
     * Makes a key and a certificate signing request; or a request for the key that is given.
     *
     * @return with the parts {@code csr} and {@code key}
     * @throws MutlsException if something is refused, or cannot be written
     */
    public ToolOutput createCsr() throws MutlsException {
        return run("create_csr");
    }

    /**
     * Writes certificates and keys in another format.
     *
     * @return with the part {@code output}
     * @throws MutlsException if something cannot be read or written
     */
    public ToolOutput convert() throws MutlsException {
        return run("convert");
    }

    private ToolOutput run(String tool) throws MutlsException {
        Map<String, byte[]> attachments = new LinkedHashMap<>();
        String document = Json.write(document("", attachments));
        ToolOutput[] made = new ToolOutput[1];
        new NativeConfig("{}", attachments).use((config, out) -> made[0] = ToolOutput.of(tool, document, config, out));
        return made[0];
    }
}
