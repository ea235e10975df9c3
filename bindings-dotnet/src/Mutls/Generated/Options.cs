// Generated from include/mutls-options.json by `make generate`.

using System;
using System.Collections.Generic;

namespace Mutls
{
    /// <summary>Describes a client: where it calls, who it is, whom it trusts, how long it waits. What is null or empty is as by default.</summary>
    public sealed class MutlsClientOptions : DocumentPart
    {
        /// <summary>The URL that relative URLs are joined to, as RFC 3986 says: end it with a slash to keep its last segment. Its origin is the scope of the credentials.</summary>
        public string BaseUrl { get; set; }

        /// <summary>Further hosts (<c>host</c> or <c>host:port</c>; <c>*.example.com</c> for every name below it) that may see the headers, auth and identity of this client.</summary>
        public IList<string> Hosts { get; set; } = new List<string>();

        /// <summary>Headers sent with every request within the scope, each with one value or a list.</summary>
        public MutlsHeaders Headers { get; set; } = new MutlsHeaders();

        /// <summary>HTTP authentication sent with every request within the scope.</summary>
        public MutlsAuth Auth { get; set; }

        /// <summary>Who we are: one certificate with its key, or several, or none.</summary>
        public IList<MutlsIdentity> Identity { get; set; } = new List<MutlsIdentity>();

        /// <summary>Whom we accept.</summary>
        public MutlsTrust Trust { get; set; }

        /// <summary>TLS versions and names.</summary>
        public MutlsTls Tls { get; set; }

        /// <summary>How long each phase may take.</summary>
        public MutlsTimeouts Timeouts { get; set; }

        /// <summary>An HTTP proxy: a URL, an object, <c>"none"</c>, or <c>"environment"</c> (the default: <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c> in either case).</summary>
        public MutlsProxy Proxy { get; set; }

        /// <summary>Which redirects are followed.</summary>
        public MutlsRedirects Redirects { get; set; }

        /// <summary>Which connections are kept for the next request.</summary>
        public MutlsPool Pool { get; set; }

        /// <summary>The threads behind asynchronous calls.</summary>
        public MutlsWorkers Workers { get; set; }

        /// <summary>Name lookup.</summary>
        public MutlsDns Dns { get; set; }

        /// <summary>Addresses to use instead of a lookup, by <c>host:port</c> or <c>host</c>, as curl's <c>--resolve</c>.</summary>
        public IDictionary<string, string[]> Resolve { get; set; } = new Dictionary<string, string[]>();

        /// <summary>Decode gzip and brotli bodies, and offer them in <c>Accept-Encoding</c>. Default true.</summary>
        public bool? Decompress { get; set; }

        /// <summary>Keep cookies between the requests of this client. Default false.</summary>
        public bool? Cookies { get; set; }

        /// <summary>Refuse a response body larger than this many bytes, after decoding. Default none.</summary>
        public long? MaxBodyBytes { get; set; }

        /// <summary>Warn of a certificate, ours or a server's, this many days before it ends: an event, once a day for each. 0 never warns. Default: 30, or the last third of its life where that is less.</summary>
        public int? ExpiryWarningDays { get; set; }

        /// <summary>The <c>User-Agent</c>; <c>""</c> sends none. Default <c>mutls/VERSION</c>.</summary>
        public string UserAgent { get; set; }

        /// <summary>Short for <c>identity.cert_file</c>, or <c>identity.cert_pem</c> where it holds PEM text.</summary>
        public MutlsSecret Cert { get; set; }

        /// <summary>Short for <c>identity.key_file</c>, or <c>identity.key_pem</c> where it holds PEM text.</summary>
        public MutlsSecret Key { get; set; }

        /// <summary>Short for <c>trust.ca_file</c>, or <c>trust.ca_pem</c> where it holds PEM text.</summary>
        public MutlsSecret Ca { get; set; }

        /// <summary>Short for <c>identity.cert_file</c>.</summary>
        public string CertFile { get; set; }

        /// <summary>Short for <c>identity.key_file</c>.</summary>
        public string KeyFile { get; set; }

        /// <summary>Short for <c>identity.chain_file</c>.</summary>
        public string ChainFile { get; set; }

        /// <summary>Short for <c>identity.pkcs12_file</c>.</summary>
        public string Pkcs12File { get; set; }

        /// <summary>Short for <c>identity.passphrase</c>.</summary>
        public MutlsSecret Passphrase { get; set; }

        /// <summary>Short for <c>identity.passphrase_env</c>.</summary>
        public string PassphraseEnv { get; set; }

        /// <summary>Short for <c>identity.passphrase_file</c>.</summary>
        public string PassphraseFile { get; set; }

        /// <summary>Short for <c>trust.ca_file</c>.</summary>
        public string CaFile { get; set; }

        internal override void Write(Document document)
        {
            document.Text("base_url", BaseUrl);
            document.List("hosts", Hosts);
            document.Headers("headers", Headers);
            document.Object("auth", Auth);
            document.Objects("identity", Identity);
            document.Object("trust", Trust);
            document.Object("tls", Tls);
            document.Object("timeouts", Timeouts);
            document.Proxy("proxy", Proxy);
            document.Object("redirects", Redirects);
            document.Object("pool", Pool);
            document.Object("workers", Workers);
            document.Object("dns", Dns);
            document.Lists("resolve", Resolve);
            document.Flag("decompress", Decompress);
            document.Flag("cookies", Cookies);
            document.Number("max_body_bytes", MaxBodyBytes);
            document.Number("expiry_warning_days", ExpiryWarningDays);
            document.Text("user_agent", UserAgent);
            document.PlaceOrSecret("cert", Cert);
            document.PlaceOrSecret("key", Key);
            document.PlaceOrSecret("ca", Ca);
            document.Text("cert_file", CertFile);
            document.Text("key_file", KeyFile);
            document.Text("chain_file", ChainFile);
            document.Text("pkcs12_file", Pkcs12File);
            document.Secret("passphrase", Passphrase);
            document.Text("passphrase_env", PassphraseEnv);
            document.Text("passphrase_file", PassphraseFile);
            document.Text("ca_file", CaFile);
        }
    }

    /// <summary>HTTP authentication: one of the two.</summary>
    public sealed class MutlsAuth : DocumentPart
    {
        /// <summary>RFC 7617, sent without waiting for a challenge.</summary>
        public MutlsBasicAuth Basic { get; set; }

        /// <summary>RFC 6750.</summary>
        public MutlsBearerAuth Bearer { get; set; }

        internal override void Write(Document document)
        {
            document.Object("basic", Basic);
            document.Object("bearer", Bearer);
        }
    }

    /// <summary>RFC 7617, sent without waiting for a challenge.</summary>
    public sealed class MutlsBasicAuth : DocumentPart
    {
        /// <summary>The user name; it cannot hold a colon.</summary>
        public string Username { get; set; }

        /// <summary>The password.</summary>
        public MutlsSecret Password { get; set; }

        internal override void Write(Document document)
        {
            document.Text("username", Username);
            document.Secret("password", Password);
        }
    }

    /// <summary>RFC 6750.</summary>
    public sealed class MutlsBearerAuth : DocumentPart
    {
        /// <summary>The token, without the word <c>Bearer</c>.</summary>
        public MutlsSecret Token { get; set; }

        internal override void Write(Document document)
        {
            document.Secret("token", Token);
        }
    }

    /// <summary>A certificate chain and its private key, which may lie in one file or in several, in any order.</summary>
    public sealed class MutlsIdentity : DocumentPart
    {
        /// <summary>A name for reports and logs. Default: the file's name.</summary>
        public string Name { get; set; }

        /// <summary>The certificate, PEM or DER, or a store (PKCS#12, JKS, JCEKS), or a zip archive of such files. May hold the chain and the key too.</summary>
        public string CertFile { get; set; }

        /// <summary>The intermediates, PEM, DER or PKCS#7 (<c>.p7b</c>), where they are not in <c>cert_file</c>.</summary>
        public string ChainFile { get; set; }

        /// <summary>The private key, PEM or DER. Default: <c>cert_file</c>.</summary>
        public string KeyFile { get; set; }

        /// <summary>In-memory twin of <c>cert_file</c>.</summary>
        public MutlsSecret CertPem { get; set; }

        /// <summary>In-memory twin of <c>chain_file</c>.</summary>
        public MutlsSecret ChainPem { get; set; }

        /// <summary>In-memory twin of <c>key_file</c>.</summary>
        public MutlsSecret KeyPem { get; set; }

        /// <summary>A store with key and chain: PKCS#12 (<c>.p12</c>, <c>.pfx</c>), JKS or JCEKS.</summary>
        public string Pkcs12File { get; set; }

        /// <summary>In-memory twin of <c>pkcs12_file</c>: an attachment.</summary>
        public MutlsSecret Pkcs12 { get; set; }

        /// <summary>Which key of a store that holds several. Case does not matter.</summary>
        public string Alias { get; set; }

        /// <summary>The passphrase of the private key, or of the store.</summary>
        public MutlsSecret Passphrase { get; set; }

        /// <summary>The environment variable that holds the passphrase.</summary>
        public string PassphraseEnv { get; set; }

        /// <summary>The file that holds the passphrase, in its first line.</summary>
        public string PassphraseFile { get; set; }

        /// <summary>The passphrase of the key, where it differs from the store's.</summary>
        public MutlsSecret KeyPassphrase { get; set; }

        /// <summary>The environment variable that holds the key's passphrase.</summary>
        public string KeyPassphraseEnv { get; set; }

        /// <summary>The file that holds the key's passphrase, in its first line.</summary>
        public string KeyPassphraseFile { get; set; }

        /// <summary>Refuse a key or a store that asks for more work than this to be opened: iterations of PBKDF2 and its like, rounds of scrypt. Default: ten million, which take some seconds.</summary>
        public int? MaxKdfIterations { get; set; }

        /// <summary>The hosts that this identity is for (<c>host</c>, <c>host:port</c>, <c>*.example.com</c>). Default: every host within the client's scope.</summary>
        public IList<string> Hosts { get; set; } = new List<string>();

        /// <summary>Send the certificate even outside its dates, and let the server decide.</summary>
        public bool? AllowExpired { get; set; }

        internal override void Write(Document document)
        {
            document.Text("name", Name);
            document.Text("cert_file", CertFile);
            document.Text("chain_file", ChainFile);
            document.Text("key_file", KeyFile);
            document.Secret("cert_pem", CertPem);
            document.Secret("chain_pem", ChainPem);
            document.Secret("key_pem", KeyPem);
            document.Text("pkcs12_file", Pkcs12File);
            document.Secret("pkcs12", Pkcs12);
            document.Text("alias", Alias);
            document.Secret("passphrase", Passphrase);
            document.Text("passphrase_env", PassphraseEnv);
            document.Text("passphrase_file", PassphraseFile);
            document.Secret("key_passphrase", KeyPassphrase);
            document.Text("key_passphrase_env", KeyPassphraseEnv);
            document.Text("key_passphrase_file", KeyPassphraseFile);
            document.Number("max_kdf_iterations", MaxKdfIterations);
            document.List("hosts", Hosts);
            document.Flag("allow_expired", AllowExpired);
        }
    }

    /// <summary>Whom we accept. A bundle means exactly that bundle; without one, the system's roots.</summary>
    public sealed class MutlsTrust : DocumentPart
    {
        /// <summary>CA certificates: PEM, DER or PKCS#7; one file or several.</summary>
        public IList<string> CaFile { get; set; } = new List<string>();

        /// <summary>In-memory twin of <c>ca_file</c>.</summary>
        public MutlsSecret CaPem { get; set; }

        /// <summary>Folders of CA certificates: those under the names that <c>openssl rehash</c> gives (<c>1a2b3c4d.0</c>), with the revocation lists beside them (<c>1a2b3c4d.r0</c>); where no file has such a name, every <c>.pem</c>, <c>.crt</c>, <c>.cer</c> and <c>.der</c>.</summary>
        public string CaDir { get; set; }

        /// <summary>A truststore (PKCS#12, JKS or JCEKS).</summary>
        public string TruststoreFile { get; set; }

        /// <summary>In-memory twin of <c>truststore_file</c>: an attachment.</summary>
        public MutlsSecret Truststore { get; set; }

        /// <summary>The truststore's passphrase.</summary>
        public MutlsSecret TruststorePassphrase { get; set; }

        /// <summary>The environment variable that holds the truststore's passphrase.</summary>
        public string TruststorePassphraseEnv { get; set; }

        /// <summary>The file that holds the truststore's passphrase, in its first line.</summary>
        public string TruststorePassphraseFile { get; set; }

        /// <summary>Refuse a truststore that asks for more iterations than this to be opened. Default: ten million.</summary>
        public int? MaxKdfIterations { get; set; }

        /// <summary>Trust the system's roots. Default: only when no bundle is given.</summary>
        public bool? SystemRoots { get; set; }

        /// <summary>Accept only chains that hold one of these keys: <c>sha256/</c> and the base64 of the SHA-256 of the SubjectPublicKeyInfo (RFC 7469). The chain must be trusted as well.</summary>
        public IList<string> Pins { get; set; } = new List<string>();

        /// <summary>Certificates of the server itself: exactly these are accepted, whoever issued them, within their dates and for their names. They stand in place of CA certificates, not beside them.</summary>
        public string ServerCertFile { get; set; }

        /// <summary>In-memory twin of <c>server_cert_file</c>.</summary>
        public MutlsSecret ServerCertPem { get; set; }

        /// <summary>Revocation lists (CRLs), PEM or DER. A server whose certificate, or one of whose CAs, is on one is refused; so is a chain with a certificate whose issuer has no list here.</summary>
        public string CrlFile { get; set; }

        /// <summary>In-memory twin of <c>crl_file</c>.</summary>
        public MutlsSecret CrlPem { get; set; }

        /// <summary>Which certificates the lists are asked about: the server's own (<c>"leaf"</c>), or it and the CAs between it and the trusted one (<c>"chain"</c>, the default).</summary>
        public string CrlCheck { get; set; }

        /// <summary>Use a revocation list even after the date by which the next one was due.</summary>
        public bool? AllowExpiredCrl { get; set; }

        /// <summary>Faults of a server's certificate that are forgiven, each by its name; the handshake report says where one was. <c>"v1"</c> (X.509 version 1) and <c>"ca_leaf"</c> (marked as a CA's) want the very certificate to be given, as <c>server_cert_file</c> or in the CA bundle. <c>"common_name"</c>: without alternative names, the subject's CN counts.</summary>
        public IList<string> Allow { get; set; } = new List<string>();

        internal override void Write(Document document)
        {
            document.List("ca_file", CaFile);
            document.Secret("ca_pem", CaPem);
            document.Text("ca_dir", CaDir);
            document.Text("truststore_file", TruststoreFile);
            document.Secret("truststore", Truststore);
            document.Secret("truststore_passphrase", TruststorePassphrase);
            document.Text("truststore_passphrase_env", TruststorePassphraseEnv);
            document.Text("truststore_passphrase_file", TruststorePassphraseFile);
            document.Number("max_kdf_iterations", MaxKdfIterations);
            document.Flag("system_roots", SystemRoots);
            document.List("pins", Pins);
            document.Text("server_cert_file", ServerCertFile);
            document.Secret("server_cert_pem", ServerCertPem);
            document.Text("crl_file", CrlFile);
            document.Secret("crl_pem", CrlPem);
            document.Text("crl_check", CrlCheck);
            document.Flag("allow_expired_crl", AllowExpiredCrl);
            document.List("allow", Allow);
        }
    }

    /// <summary>TLS versions and names.</summary>
    public sealed class MutlsTls : DocumentPart
    {
        /// <summary>The lowest version: <c>"1.2"</c> (default) or <c>"1.3"</c>.</summary>
        public MutlsTlsVersion? MinVersion { get; set; }

        /// <summary>The highest version: <c>"1.2"</c> or <c>"1.3"</c> (default).</summary>
        public MutlsTlsVersion? MaxVersion { get; set; }

        /// <summary>The name sent as SNI and expected in the server's certificate, in place of the URL's host.</summary>
        public string ServerName { get; set; }

        /// <summary>Append the session keys to this file in NSS format, for a network analyser. Who has the file can read the traffic. <c>"SSLKEYLOGFILE"</c> takes the path from that environment variable. Default none.</summary>
        public string KeyLogFile { get; set; }

        internal override void Write(Document document)
        {
            document.Version("min_version", MinVersion);
            document.Version("max_version", MaxVersion);
            document.Text("server_name", ServerName);
            document.Text("key_log_file", KeyLogFile);
        }
    }

    /// <summary>How long each phase may take; <c>Timeout.InfiniteTimeSpan</c> is no limit.</summary>
    public sealed class MutlsTimeouts : DocumentPart
    {
        /// <summary>Waiting for a worker (submitted calls).</summary>
        public TimeSpan? Queue { get; set; }

        /// <summary>Name lookup. Default 5 seconds.</summary>
        public TimeSpan? Dns { get; set; }

        /// <summary>TCP connection, over all addresses, and the proxy's answer. Default 10 seconds.</summary>
        public TimeSpan? Connect { get; set; }

        /// <summary>TLS handshake. Default 10 seconds.</summary>
        public TimeSpan? Handshake { get; set; }

        /// <summary>Sending the whole request.</summary>
        public TimeSpan? Send { get; set; }

        /// <summary>From the end of the request to the head of the response. Default 30 seconds.</summary>
        public TimeSpan? FirstByte { get; set; }

        /// <summary>Between two reads of the response body. Default 30 seconds.</summary>
        public TimeSpan? Read { get; set; }

        /// <summary>The whole call, from the queue to the last byte of the body.</summary>
        public TimeSpan? Total { get; set; }

        /// <summary>Waiting for <c>100 Continue</c> before the body is sent anyway. Default 1 seconds.</summary>
        public TimeSpan? ExpectContinue { get; set; }

        internal override void Write(Document document)
        {
            document.Duration("queue_ms", Queue);
            document.Duration("dns_ms", Dns);
            document.Duration("connect_ms", Connect);
            document.Duration("handshake_ms", Handshake);
            document.Duration("send_ms", Send);
            document.Duration("first_byte_ms", FirstByte);
            document.Duration("read_ms", Read);
            document.Duration("total_ms", Total);
            document.Duration("expect_continue_ms", ExpectContinue);
        }
    }

    /// <summary>An HTTP proxy that tunnels by CONNECT. A string converts to one; "none" and "environment" (the default) may stand in place of a URL.</summary>
    public sealed partial class MutlsProxy : DocumentPart
    {
        /// <summary><c>http://host:port</c>; user and password may be in it.</summary>
        public string Url { get; set; }

        /// <summary>The user name, where it is not in the URL.</summary>
        public string Username { get; set; }

        /// <summary>The password, where it is not in the URL.</summary>
        public MutlsSecret Password { get; set; }

        /// <summary>Hosts that are called without the proxy: names, <c>.suffix</c>, addresses, networks (<c>10.0.0.0/8</c>), <c>*</c>.</summary>
        public IList<string> NoProxy { get; set; } = new List<string>();

        internal override void Write(Document document)
        {
            document.Text("url", Url);
            document.Text("username", Username);
            document.Secret("password", Password);
            document.List("no_proxy", NoProxy);
        }
    }

    /// <summary>Which redirects are followed.</summary>
    public sealed class MutlsRedirects : DocumentPart
    {
        /// <summary><c>same_origin</c> (default), <c>any</c> or <c>none</c>. The identity and the credentials never follow to a host outside the scope.</summary>
        public MutlsFollow? Follow { get; set; }

        /// <summary>How many in a row. Default 10.</summary>
        public int? Max { get; set; }

        internal override void Write(Document document)
        {
            document.Follow("follow", Follow);
            document.Number("max", Max);
        }
    }

    /// <summary>Which connections are kept for the next request.</summary>
    public sealed class MutlsPool : DocumentPart
    {
        /// <summary>How many idle connections are kept. Default 64; 0 closes each one after its answer.</summary>
        public int? MaxIdle { get; set; }

        /// <summary>How long an idle one is kept. Default 60 seconds.</summary>
        public TimeSpan? Idle { get; set; }

        /// <summary>How old a connection may become. Default no limit.</summary>
        public TimeSpan? MaxAge { get; set; }

        internal override void Write(Document document)
        {
            document.Number("max_idle", MaxIdle);
            document.Duration("idle_ms", Idle);
            document.Duration("max_age_ms", MaxAge);
        }
    }

    /// <summary>The threads behind waiting calls.</summary>
    public sealed class MutlsWorkers : DocumentPart
    {
        /// <summary>How many calls run at once. Default 2048. Idle threads end by themselves.</summary>
        public int? Max { get; set; }

        /// <summary>How many further calls may wait; one more is <c>overloaded</c>. Default 65536.</summary>
        public int? Queue { get; set; }

        internal override void Write(Document document)
        {
            document.Number("max", Max);
            document.Number("queue", Queue);
        }
    }

    /// <summary>Name lookup.</summary>
    public sealed class MutlsDns : DocumentPart
    {
        /// <summary>How long an answer is kept. Default 30 seconds; 0 keeps none.</summary>
        public TimeSpan? Cache { get; set; }

        internal override void Write(Document document)
        {
            document.Duration("cache_ms", Cache);
        }
    }
}
