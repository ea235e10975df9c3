// Generated from core/src/error/catalogue.rs and include/mutls-options.json by `make generate`.

import type { ClientEvent } from './index';

/** What went wrong: the stable names of the catalogue. docs/errors.md says more about each. */
export type Code =
  | 'bad_option'
  | 'bad_url'
  | 'bad_header'
  | 'scope_refused'
  | 'identity_not_found'
  | 'identity_unreadable'
  | 'passphrase_required'
  | 'passphrase_wrong'
  | 'key_mismatch'
  | 'identity_expired'
  | 'identity_not_yet_valid'
  | 'identity_unsupported'
  | 'ca_unreadable'
  | 'ca_empty'
  | 'crl_unreadable'
  | 'crl_expired'
  | 'server_untrusted_issuer'
  | 'server_missing_intermediate'
  | 'server_wrong_host'
  | 'server_expired'
  | 'server_not_yet_valid'
  | 'server_revoked'
  | 'server_pin_mismatch'
  | 'server_cert_unsupported'
  | 'server_revocation_unknown'
  | 'host_not_found'
  | 'connect_refused'
  | 'unreachable'
  | 'proxy_refused'
  | 'connection_reset'
  | 'client_cert_required'
  | 'client_cert_rejected'
  | 'client_cert_not_sent'
  | 'renegotiation_required'
  | 'no_common_version'
  | 'no_common_cipher'
  | 'handshake_failed'
  | 'timeout'
  | 'overloaded'
  | 'connect_timeout'
  | 'protocol_error'
  | 'redirect_refused'
  | 'body_truncated'
  | 'body_too_large'
  | 'body_source_failed'
  | 'cancelled'
  | 'closed'
  | 'internal';

/** The group that a code belongs to. */
export type Family =
  | 'config'
  | 'identity'
  | 'trust'
  | 'connect'
  | 'handshake'
  | 'timeout'
  | 'protocol'
  | 'body'
  | 'cancelled'
  | 'internal';

/** Where in the life of a call. */
export type Phase =
  | 'config'
  | 'queue'
  | 'dns'
  | 'connect'
  | 'proxy'
  | 'handshake'
  | 'send'
  | 'receive'
  | 'body';

/** Who ended it. */
export type Origin =
  | 'local'
  | 'peer'
  | 'network'
  | 'caller';

/** Text or bytes, or the name of one of the `attachments`. Goes to core apart from the other options, into memory that it zeroes. */
export type Secret = string | ArrayBufferView | ArrayBuffer | { ref: string };

/** What a client is made of: the config document (docs/config.md) in camelCase. Durations are milliseconds; `null` lifts a limit. */
export interface ClientOptions {
  /** The URL that relative URLs are joined to, as RFC 3986 says: end it with a slash to keep its last segment. Its origin is the scope of the credentials. */
  baseUrl?: string | URL;
  /** Further hosts (`host` or `host:port`; `*.example.com` for every name below it) that may see the headers, auth and identity of this client. */
  hosts?: readonly string[];
  /** Headers sent with every request within the scope, each with one value or a list. */
  headers?: Record<string, string | readonly string[]>;
  /** HTTP authentication sent with every request within the scope. */
  auth?: AuthOptions;
  /** Who we are: one certificate with its key, or several, or none. */
  identity?: IdentityOptions | readonly IdentityOptions[];
  /** Whom we accept. */
  trust?: TrustOptions;
  /** TLS versions and names. */
  tls?: TLSOptions;
  /** How long each phase may take. */
  timeouts?: number | TimeoutsOptions;
  /** An HTTP proxy: a URL, an object, `"none"`, or `"environment"` (the default: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case). */
  proxy?: string | URL | ProxyOptions | null;
  /** Which redirects are followed. */
  redirects?: RedirectsOptions;
  /** Which connections are kept for the next request. */
  pool?: PoolOptions;
  /** The threads behind asynchronous calls. */
  workers?: WorkersOptions;
  /** Name lookup. */
  dns?: DNSOptions;
  /** Addresses to use instead of a lookup, by `host:port` or `host`, as curl's `--resolve`. */
  resolve?: Record<string, string | readonly string[]>;
  /** Decode gzip and brotli bodies, and offer them in `Accept-Encoding`. Default true. */
  decompress?: boolean;
  /** Keep cookies between the requests of this client. Default false. */
  cookies?: boolean;
  /** Refuse a response body larger than this many bytes, after decoding. Default none. */
  maxBodyBytes?: number;
  /** Warn of a certificate, ours or a server's, this many days before it ends: an event, once a day for each. 0 never warns. Default: 30, or the last third of its life where that is less. */
  expiryWarningDays?: number;
  /** The `User-Agent`; `""` sends none. Default `mutls/VERSION`. */
  userAgent?: string;
  /** Short for `identity.certFile`, or `identity.certPem` where it holds PEM text. */
  cert?: Secret;
  /** Short for `identity.keyFile`, or `identity.keyPem` where it holds PEM text. */
  key?: Secret;
  /** Short for `trust.caFile`, or `trust.caPem` where it holds PEM text. */
  ca?: Secret;
  /** Short for `identity.certFile`. */
  certFile?: string | URL;
  /** Short for `identity.keyFile`. */
  keyFile?: string | URL;
  /** Short for `identity.chainFile`. */
  chainFile?: string | URL;
  /** Short for `identity.pkcs12File`. */
  pkcs12File?: string | URL;
  /** Short for `identity.passphrase`. */
  passphrase?: Secret;
  /** Short for `identity.passphraseEnv`. */
  passphraseEnv?: string;
  /** Short for `identity.passphraseFile`. */
  passphraseFile?: string | URL;
  /** Short for `trust.caFile`. */
  caFile?: string | URL | ReadonlyArray<string | URL>;
  /** Bytes that `{ ref: name }` stands for. */
  attachments?: Record<string, string | ArrayBufferView | ArrayBuffer>;
  /** Told what happens to connections and certificates, as the diagnostics channel `mutls:event` is. What it throws becomes a warning of the process. */
  onEvent?: (event: ClientEvent) => void;
}

/** HTTP authentication sent with every request within the scope. */
export interface AuthOptions {
  /** RFC 7617, sent without waiting for a challenge. */
  basic?: BasicOptions;
  /** RFC 6750. */
  bearer?: BearerOptions;
}

/** RFC 7617, sent without waiting for a challenge. */
export interface BasicOptions {
  /** The user name; it cannot hold a colon. */
  username?: string;
  /** The password. */
  password?: Secret;
}

/** RFC 6750. */
export interface BearerOptions {
  /** The token, without the word `Bearer`. */
  token?: Secret;
}

/** Who we are: one certificate with its key, or several, or none. */
export interface IdentityOptions {
  /** A name for reports and logs. Default: the file's name. */
  name?: string;
  /** The certificate, PEM or DER, or a store (PKCS#12, JKS, JCEKS), or a zip archive of such files. May hold the chain and the key too. */
  certFile?: string | URL;
  /** The intermediates, PEM, DER or PKCS#7 (`.p7b`), where they are not in `certFile`. */
  chainFile?: string | URL;
  /** The private key, PEM or DER. Default: `certFile`. */
  keyFile?: string | URL;
  /** In-memory twin of `certFile`. */
  certPem?: Secret;
  /** In-memory twin of `chainFile`. */
  chainPem?: Secret;
  /** In-memory twin of `keyFile`. */
  keyPem?: Secret;
  /** A store with key and chain: PKCS#12 (`.p12`, `.pfx`), JKS or JCEKS. */
  pkcs12File?: string | URL;
  /** In-memory twin of `pkcs12File`: an attachment. */
  pkcs12?: Secret;
  /** Which key of a store that holds several. Case does not matter. */
  alias?: string;
  /** The passphrase of the private key, or of the store. */
  passphrase?: Secret;
  /** The environment variable that holds the passphrase. */
  passphraseEnv?: string;
  /** The file that holds the passphrase, in its first line. */
  passphraseFile?: string | URL;
  /** The passphrase of the key, where it differs from the store's. */
  keyPassphrase?: Secret;
  /** The environment variable that holds the key's passphrase. */
  keyPassphraseEnv?: string;
  /** The file that holds the key's passphrase, in its first line. */
  keyPassphraseFile?: string | URL;
  /** Refuse a key or a store that asks for more work than this to be opened: iterations of PBKDF2 and its like, rounds of scrypt. Default: ten million, which take some seconds. */
  maxKdfIterations?: number;
  /** The hosts that this identity is for (`host`, `host:port`, `*.example.com`). Default: every host within the client's scope. */
  hosts?: readonly string[];
  /** Send the certificate even outside its dates, and let the server decide. */
  allowExpired?: boolean;
}

/** Whom we accept. */
export interface TrustOptions {
  /** CA certificates: PEM, DER or PKCS#7; one file or several. */
  caFile?: string | URL | ReadonlyArray<string | URL>;
  /** In-memory twin of `caFile`. */
  caPem?: Secret | readonly Secret[];
  /** Folders of CA certificates: those under the names that `openssl rehash` gives (`1a2b3c4d.0`), with the revocation lists beside them (`1a2b3c4d.r0`); where no file has such a name, every `.pem`, `.crt`, `.cer` and `.der`. */
  caDir?: string | readonly string[];
  /** A truststore (PKCS#12, JKS or JCEKS). */
  truststoreFile?: string | URL;
  /** In-memory twin of `truststoreFile`: an attachment. */
  truststore?: Secret;
  /** The truststore's passphrase. */
  truststorePassphrase?: Secret;
  /** The environment variable that holds the truststore's passphrase. */
  truststorePassphraseEnv?: string;
  /** The file that holds the truststore's passphrase, in its first line. */
  truststorePassphraseFile?: string | URL;
  /** Refuse a truststore that asks for more iterations than this to be opened. Default: ten million. */
  maxKdfIterations?: number;
  /** Trust the system's roots. Default: only when no bundle is given. */
  systemRoots?: boolean;
  /** Accept only chains that hold one of these keys: `sha256/` and the base64 of the SHA-256 of the SubjectPublicKeyInfo (RFC 7469). The chain must be trusted as well. */
  pins?: readonly string[];
  /** Certificates of the server itself: exactly these are accepted, whoever issued them, within their dates and for their names. They stand in place of CA certificates, not beside them. */
  serverCertFile?: string | URL | ReadonlyArray<string | URL>;
  /** In-memory twin of `serverCertFile`. */
  serverCertPem?: Secret | readonly Secret[];
  /** Revocation lists (CRLs), PEM or DER. A server whose certificate, or one of whose CAs, is on one is refused; so is a chain with a certificate whose issuer has no list here. */
  crlFile?: string | URL | ReadonlyArray<string | URL>;
  /** In-memory twin of `crlFile`. */
  crlPem?: Secret | readonly Secret[];
  /** Which certificates the lists are asked about: the server's own (`"leaf"`), or it and the CAs between it and the trusted one (`"chain"`, the default). */
  crlCheck?: 'chain' | 'leaf';
  /** Use a revocation list even after the date by which the next one was due. */
  allowExpiredCrl?: boolean;
  /** Faults of a server's certificate that are forgiven, each by its name; the handshake report says where one was. `"v1"` (X.509 version 1) and `"ca_leaf"` (marked as a CA's) want the very certificate to be given, as `serverCertFile` or in the CA bundle. `"common_name"`: without alternative names, the subject's CN counts. */
  allow?: readonly string[];
}

/** TLS versions and names. */
export interface TLSOptions {
  /** The lowest version: `"1.2"` (default) or `"1.3"`. */
  minVersion?: '1.2' | '1.3';
  /** The highest version: `"1.2"` or `"1.3"` (default). */
  maxVersion?: '1.2' | '1.3';
  /** The name sent as SNI and expected in the server's certificate, in place of the URL's host. */
  serverName?: string;
  /** Append the session keys to this file in NSS format, for a network analyser. Who has the file can read the traffic. `"SSLKEYLOGFILE"` takes the path from that environment variable. Default none. */
  keyLogFile?: string | URL;
}

/** How long each phase may take. */
export interface TimeoutsOptions {
  /** Waiting for a worker (submitted calls). */
  queueMs?: number | null;
  /** Name lookup. Default 5000. */
  dnsMs?: number | null;
  /** TCP connection, over all addresses, and the proxy's answer. Default 10000. */
  connectMs?: number | null;
  /** TLS handshake. Default 10000. */
  handshakeMs?: number | null;
  /** Sending the whole request. */
  sendMs?: number | null;
  /** From the end of the request to the head of the response. Default 30000. */
  firstByteMs?: number | null;
  /** Between two reads of the response body. Default 30000. */
  readMs?: number | null;
  /** The whole call, from the queue to the last byte of the body. */
  totalMs?: number | null;
  /** Waiting for `100 Continue` before the body is sent anyway. Default 1000. */
  expectContinueMs?: number | null;
}

/** An HTTP proxy: a URL, an object, `"none"`, or `"environment"` (the default: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case). */
export interface ProxyOptions {
  /** `http://host:port`; user and password may be in it. */
  url?: string;
  /** The user name, where it is not in the URL. */
  username?: string;
  /** The password, where it is not in the URL. */
  password?: Secret;
  /** Hosts that are called without the proxy: names, `.suffix`, addresses, networks (`10.0.0.0/8`), `*`. */
  noProxy?: readonly string[];
}

/** Which redirects are followed. */
export interface RedirectsOptions {
  /** `same_origin` (default), `any` or `none`. The identity and the credentials never follow to a host outside the scope. */
  follow?: 'none' | 'same_origin' | 'any';
  /** How many in a row. Default 10. */
  max?: number;
}

/** Which connections are kept for the next request. */
export interface PoolOptions {
  /** How many idle connections are kept. Default 64; 0 closes each one after its answer. */
  maxIdle?: number;
  /** How long an idle one is kept. Default 60000. */
  idleMs?: number | null;
  /** How old a connection may become. Default no limit. */
  maxAgeMs?: number | null;
}

/** The threads behind asynchronous calls. */
export interface WorkersOptions {
  /** How many calls run at once. Default 2048. Idle threads end by themselves. */
  max?: number;
  /** How many further calls may wait; one more is `overloaded`. Default 65536. */
  queue?: number;
}

/** Name lookup. */
export interface DNSOptions {
  /** How long an answer is kept, in milliseconds. Default 30000; 0 keeps none. */
  cacheMs?: number | null;
}
