/**
 * mutls: calls an HTTPS API that demands a client certificate.
 *
 * ```js
 * const client = new Client({ baseUrl: 'https://api.example/v1/', cert: 'cert.crt', key: 'key.pem', ca: 'ca.pem' });
 * const banks = (await client.request('banks')).json();
 * ```
 *
 * Durations are milliseconds. Every failure is an {@link MtlsError}; an error status is an answer.
 */
import type { Readable } from 'node:stream';
import type { Agent } from 'node:https';
import type { ClientOptions, Code, Family, Origin, Phase, TimeoutsOptions } from './options';

export type * from './options';

/** A plain object (a list repeats the name; `undefined` leaves it out), pairs, or `Headers`. Each character of a value is one byte (Latin-1). */
export type HeadersInput =
  | Iterable<readonly [string, string | number | Uint8Array]>
  | Record<string, string | number | Uint8Array | ReadonlyArray<string | number> | undefined>;

/** What gives the pieces of a body. It is read as fast as the server takes it, and told when no more are wanted. */
export type BodySource =
  | AsyncIterable<string | ArrayBufferView | ArrayBuffer>
  | Iterable<string | ArrayBufferView | ArrayBuffer>
  | ReadableStream
  | Readable;

/**
 * A request body. Text is sent as UTF-8. `URLSearchParams`, `FormData` and a `Blob` with a type set `Content-Type` where the
 * caller does not. Streams and iterables are sent chunked unless `contentLength` is given.
 */
export type BodyInput = string | ArrayBufferView | ArrayBuffer | URLSearchParams | FormData | Blob | BodySource;

/** What a single call may say. What it does not name is as the client has it. */
export interface CallOptions {
  /** Milliseconds for the whole call, body included, in place of every other limit. */
  timeout?: number;
  /** Limits of single phases in milliseconds, beside the client's own; `null` lifts one. */
  timeouts?: TimeoutsOptions;
  /** `false` leaves gzip and brotli bodies as they are. Default: the client's, which is `true`. */
  decompress?: boolean;
  /** Stops the call, or the body that is read: either fails with `signal.reason`, and the connection closes. */
  signal?: AbortSignal | null;
}

/** What {@link Client.request} takes. */
export interface RequestOptions extends CallOptions {
  /** Default `GET`. */
  method?: string;
  /** Beside the client's own, and in place of those of the same name. */
  headers?: HeadersInput | null;
  /** Appended to the URL's query. A list repeats its name; `undefined` and `null` leave it out. */
  query?: URLSearchParams | string | Iterable<readonly [string, string]> | Record<string, unknown>;
  /** The body; not beside `json`. */
  body?: BodyInput | null;
  /** A value to send as JSON, with its `Content-Type`. */
  json?: unknown;
  /** The length in bytes of a streamed body, which is sent chunked without it. A source that gives more or less fails the call with `body_source_failed`. */
  contentLength?: number;
  /** Which redirects are followed. Default: the client's, which is `same_origin`. */
  redirects?: 'none' | 'same_origin' | 'any';
}

/** A certificate's facts. */
export interface CertificateSummary {
  /** RFC 4514 text. */
  subject: string;
  /** RFC 4514 text. */
  issuer: string;
  /** Hexadecimal. */
  serial: string;
  /** RFC 3339, UTC. */
  notBefore: string;
  /** RFC 3339, UTC. */
  notAfter: string;
  /** Days until `notAfter`, negative when past, at the time of the handshake. */
  daysLeft: number;
  /** Subject alternative names. */
  names: string[];
  /** SHA-256 of the DER, hexadecimal. */
  sha256: string;
  /** Fit for `trust.pins`. */
  pin: string;
}

/** A TLS alert (RFC 8446 section 6) that ended a connection. */
export interface TlsAlert {
  /** The number on the wire, such as 48. */
  number: number;
  /** The name of RFC 8446, such as `unknown_ca`. */
  name: string;
  /** Whether the peer sent it. */
  received: boolean;
}

/**
 * Something that happened to the connections or the certificates of a client: docs/events.md. What does not apply is left out; nothing in it is secret.
 */
export interface ClientEvent {
  /** What happened. A later version may have others. */
  readonly event:
    | 'connected'
    | 'connect_failed'
    | 'handshake_failed'
    | 'retried'
    | 'identity_expiring'
    | 'server_expiring'
    | (string & {});
  readonly level: 'debug' | 'info' | 'warning' | 'error';
  /** The whole of it in one line, for a log. */
  readonly message: string;
  /** The host of the URL. */
  readonly host?: string;
  /** The port of the URL. */
  readonly port?: number;
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly version?: string;
  /** Whether an earlier session was resumed. */
  readonly resumed?: boolean;
  /** The name of our identity: the one that was sent, or that expires. */
  readonly identity?: string;
  /** Days until our certificate, or the one that expires, ends; negative when past. */
  readonly daysLeft?: number;
  /** Days until the server's certificate ends. */
  readonly serverDaysLeft?: number;
  /** Whose certificate expires, RFC 4514 text. */
  readonly subject?: string;
  /** When it expires, RFC 3339. */
  readonly notAfter?: string;
  /** Its SHA-256, hexadecimal. */
  readonly sha256?: string;
  /** How long it took, in milliseconds. */
  readonly durationMs?: number;
  /** The code of the error. */
  readonly code?: Code;
  /** Where in the call it came up. */
  readonly phase?: Phase;
  /** Who ended it. */
  readonly origin?: Origin;
  /** What to do. */
  readonly hint?: string;
}

/** What a connection's handshake showed. `null` where it did not get that far. */
export interface HandshakeReport {
  host: string;
  port: number;
  /** The address that the TCP connection was made to. */
  address: string | null;
  /** The proxy in between, without credentials. */
  proxy: string | null;
  /** The name sent as SNI and expected in the certificate. */
  serverName: string | null;
  /** `TLSv1.2` or `TLSv1.3`. */
  version: string | null;
  cipherSuite: string | null;
  /** The key exchange group, such as `X25519MLKEM768`. */
  group: string | null;
  /** Whether an earlier session was resumed, in which case no certificate was shown by either side. */
  resumed: boolean;
  completed: boolean;
  /** The server's certificates as it sent them, leaf first. */
  serverChain: CertificateSummary[];
  /** Days until the server's own certificate ends, negative when past; known in a resumed session too. */
  serverDaysLeft: number | null;
  serverVerified: boolean | null;
  /** Why the server's certificate was not accepted. */
  serverProblem: string | null;
  /** What was forgiven so that it was accepted: names of `trust.allow`, and `expired_crl`. */
  serverExceptions: string[];
  /** Our side of the mutual part. */
  clientCertificate: {
    /** Whether the server asked. */
    requested: boolean | null;
    /** Whether a certificate was sent. */
    offered: boolean;
    /** `sent`, `not requested`, `requested, not offered`, `resumed` or `unknown`. */
    summary: string;
    /** Why none was sent, or what is doubtful about the one that was. */
    reason: string | null;
    /** The name of the identity that was chosen. */
    identity: string | null;
    /** Days until our certificate ends, negative when past: of the one that was sent, or of the only one for this host. */
    daysLeft: number | null;
    /** The certificates sent, leaf first. */
    chain: CertificateSummary[];
    /** The names of the CAs that the server says it accepts. */
    acceptableCas: string[];
    acceptableSchemes: string[];
  };
  alert: TlsAlert | null;
  /** Milliseconds. */
  timings: { dnsMs: number | null; connectMs: number | null; proxyMs: number | null; handshakeMs: number | null };
}

/** What every answer tells of its head. */
export interface ResponseHead {
  /** The status code. An error status is an answer, not an error. */
  readonly status: number;
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  /** The URL that answered, after redirects. */
  readonly url: string;
  /** By lower-case name; repeated ones joined by a comma, `set-cookie` as a list. Each byte of a value is one character (Latin-1). */
  readonly headers: Record<string, string | undefined> & { 'set-cookie'?: string[] };
  /** By lower-case name, every value in order. */
  readonly headersDistinct: Record<string, string[] | undefined>;
  /** Names and values in turn, one pair for each header line. */
  readonly rawHeaders: string[];
  /** The length of the body in bytes where the head announces it and it is not decoded on the way. */
  readonly contentLength: number | undefined;
  /** Whether the connection had served an earlier request. */
  readonly connectionReused: boolean;
  readonly httpVersion: '1.0' | '1.1';
  /** What the connection's handshake showed. */
  readonly handshake: HandshakeReport;
  /** Throws a {@link StatusError} for a status of 400 or more; else returns the answer. */
  raiseForStatus(): this;
}

/** An answer that was read to its end. */
export class MtlsResponse implements ResponseHead {
  private constructor();
  /** All of the body. */
  readonly body: Buffer;
  /** The body as UTF-8; other bytes become U+FFFD. */
  text(): string;
  /** The body parsed. @throws SyntaxError if it is not JSON. */
  json<T = any>(): T;
  readonly status: number;
  readonly ok: boolean;
  readonly url: string;
  readonly headers: ResponseHead['headers'];
  readonly headersDistinct: ResponseHead['headersDistinct'];
  readonly rawHeaders: string[];
  readonly contentLength: number | undefined;
  readonly connectionReused: boolean;
  readonly httpVersion: '1.0' | '1.1';
  readonly handshake: HandshakeReport;
  raiseForStatus(): this;
}

/** An answer whose body streams. One that is left before its end closes its connection. */
export class MtlsStreamedResponse implements ResponseHead, AsyncIterable<Buffer>, Disposable, AsyncDisposable {
  private constructor();
  /** The body. It asks the server for no more than is read; a body that is cut short ends in an `'error'`. */
  readonly body: Readable;
  /** Reads the rest of the body. */
  bytes(): Promise<Buffer>;
  /** Reads the rest of the body as UTF-8. */
  text(): Promise<string>;
  /** Reads the rest of the body as JSON. */
  json<T = any>(): Promise<T>;
  /** Ends the answer: the connection closes unless the body was read to its end. */
  close(): void;
  [Symbol.asyncIterator](): AsyncIterator<Buffer>;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
  readonly status: number;
  readonly ok: boolean;
  readonly url: string;
  readonly headers: ResponseHead['headers'];
  readonly headersDistinct: ResponseHead['headersDistinct'];
  readonly rawHeaders: string[];
  readonly contentLength: number | undefined;
  readonly connectionReused: boolean;
  readonly httpVersion: '1.0' | '1.1';
  readonly handshake: HandshakeReport;
  raiseForStatus(): this;
}

/** What {@link ResponseHead.raiseForStatus} throws. */
export class StatusError extends Error {
  private constructor();
  readonly name: 'StatusError';
  readonly status: number;
  readonly response: MtlsResponse | MtlsStreamedResponse;
}

/**
 * Everything that mutls itself throws. It says what happened and what to do about it, and never carries a passphrase, a key or a
 * header's value.
 */
export class MtlsError extends Error {
  /** For tests of code that handles errors. Core makes the real ones. */
  constructor(message: string, facts?: Partial<Omit<MtlsError, 'name' | 'message' | 'stack' | 'toJSON' | 'handshake'>>);
  readonly name: 'MtlsError';
  /** The stable name in the catalogue, such as `client_cert_rejected`: see docs/errors.md. */
  readonly code: Code;
  /** The stable number in the catalogue. */
  readonly number: number;
  /** The group that the code belongs to. */
  readonly family: Family;
  /** Where in the life of the call. */
  readonly phase: Phase;
  /** Who ended it: `local` (we refused), `peer` (they refused), `network` or `caller`. */
  readonly origin: Origin;
  /** What to do, in one sentence. */
  readonly hint: string;
  /** True if the peer cannot have acted on the request, so that any request may be repeated. */
  readonly notProcessed: boolean;
  /** True if the same call may well succeed a moment later. */
  readonly transient: boolean;
  /** The TLS alert, where one was seen. */
  readonly tlsAlert: TlsAlert | null;
  /** What lies below, nearest first. The same as the chain of `cause`. */
  readonly causes: string[];
  /** What lies below; for `body_source_failed`, what the source of the body threw. */
  readonly cause?: unknown;
  /** What was seen of the handshake, if the call got that far. */
  readonly handshake: HandshakeReport | undefined;
  /** Everything but the handshake report, as plain values. */
  toJSON(): Record<string, unknown>;
}

/** What {@link Client.fetch} takes beside the standard's `RequestInit`. `cache`, `credentials`, `mode`, `referrer` and the like change nothing; `agent`, `dispatcher` and `integrity` are refused. */
export interface FetchInit extends CallOptions {
  method?: string;
  headers?: HeadersInput | null;
  body?: BodyInput | null;
  /** The length in bytes of a streamed body, which is sent chunked without it. */
  contentLength?: number;
  /** `follow` (default): as the client's `redirects` says. `manual`: the redirect itself is the answer. `error`: a redirect fails with `redirect_refused`. */
  redirect?: 'follow' | 'manual' | 'error';
  duplex?: 'half';
  cache?: string;
  credentials?: string;
  keepalive?: boolean;
  mode?: string;
  priority?: string;
  referrer?: string;
  referrerPolicy?: string;
  window?: null;
}

/** The global `Response`, with what mutls knows beside it. */
export interface MtlsFetchResponse extends Response {
  /** What the connection's handshake showed. */
  readonly handshake: HandshakeReport;
  /** Whether the connection had served an earlier request. */
  readonly connectionReused: boolean;
}

/** How a diagnosis is made. */
export interface DiagnoseOptions {
  /** Headers of the request at the end. */
  headers?: Record<string, string> | Iterable<[string, string]>;
  /** Send a GET at the end, since some servers say what they think of a certificate in HTTP alone. Default true. */
  probe?: boolean;
  /** Ends it early; it rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** One step of the way. */
export interface DiagnosisStep {
  name: 'options' | 'identity' | 'trust' | 'proxy' | 'dns' | 'connect' | 'handshake' | 'without_identity' | 'answer';
  state: 'ok' | 'warning' | 'failed';
  /** What was found, in a sentence. */
  finding: string;
  /** The facts that the finding rests on. */
  evidence: string[];
  /** What to do about it. */
  cure: string | null;
  /** The error that a call would end with. */
  error: { code: Code; number: number; phase: Phase; origin: Origin; message: string; hint: string } | null;
  /** How long it took, in milliseconds. */
  ms: number | null;
}

/** What is wrong with calls to a URL, found by walking their way. It holds no secret; `toString()` gives it as text. */
export class Diagnosis {
  private constructor();
  /** The URL, without user and query. */
  readonly url: string;
  /** When it was made: RFC 3339, UTC. */
  readonly time: string;
  /** How it came out as a whole: as its worst step. */
  readonly state: 'ok' | 'warning' | 'failed';
  /** In a sentence: what is the matter. */
  readonly summary: string;
  /** The code of the error that calls fail with. */
  readonly code: Code | null;
  readonly steps: DiagnosisStep[];
  /** A page that needs nothing else, made to be sent to a partner's support desk. */
  readonly html: string;
  toString(): string;
  /** All of it, the reports of both handshakes included. */
  toJSON(): unknown;
}

/**
 * Finds out why calls to a URL fail, with the options of a {@link Client}, which may be one that cannot be made: walks options,
 * certificate and key, CA bundle, proxy, name, every address, the handshake with the certificate and without it, and at last a GET.
 * What is wrong is in the diagnosis; it rejects for options that do not exist, and with the signal's reason.
 */
export function diagnose(url: string | URL, options?: ClientOptions, how?: DiagnoseOptions): Promise<Diagnosis>;

/**
 * Calls an API over mutual TLS. It takes any number of calls at once and keeps its connections: make one, and keep it.
 *
 * An idle client does not hold the process; calls in flight do. It may be used in worker threads, each with clients of its own.
 */
export class Client implements Disposable, AsyncDisposable {
  /**
   * Reads and checks everything that the options name.
   * @throws MtlsError whose `code` says what cannot be used: `identity_unreadable`, `passphrase_wrong`, `ca_empty`, `bad_option` and so on.
   */
  constructor(options?: ClientOptions);

  /** A client from a config document in JSON, such as a profile file holds. `{"ref": "name"}` stands for the bytes in `attachments`. @throws MtlsError */
  static fromJson(
    document: string,
    attachments?: Record<string, string | ArrayBufferView | ArrayBuffer>,
    how?: Pick<ClientOptions, 'onEvent'>,
  ): Client;

  /** Reads identity and trust anew and swaps them in. Calls in flight finish on the old ones; on an error the old ones stay. @throws MtlsError */
  reload(options: ClientOptions): void;

  /**
   * Sends a request and reads its answer to the end: the shortest path. The URL may be relative to `baseUrl`.
   *
   * Rejects with an {@link MtlsError} if there is no complete answer, or with `signal.reason`.
   */
  request(url: string | URL, options?: RequestOptions): Promise<MtlsResponse>;
  /** {@link request} with GET. */
  get(url: string | URL, options?: Omit<RequestOptions, 'method'>): Promise<MtlsResponse>;
  /** {@link request} with POST. */
  post(url: string | URL, options?: Omit<RequestOptions, 'method'>): Promise<MtlsResponse>;
  /** {@link request} with PUT. */
  put(url: string | URL, options?: Omit<RequestOptions, 'method'>): Promise<MtlsResponse>;
  /** {@link request} with PATCH. */
  patch(url: string | URL, options?: Omit<RequestOptions, 'method'>): Promise<MtlsResponse>;
  /** {@link request} with DELETE. */
  delete(url: string | URL, options?: Omit<RequestOptions, 'method'>): Promise<MtlsResponse>;
  /** {@link request} with HEAD. */
  head(url: string | URL, options?: Omit<RequestOptions, 'method'>): Promise<MtlsResponse>;
  /** {@link request} with OPTIONS. */
  options(url: string | URL, options?: Omit<RequestOptions, 'method'>): Promise<MtlsResponse>;

  /** Like {@link request}, but resolves when the head has come; the body streams. */
  stream(url: string | URL, options?: RequestOptions): Promise<MtlsStreamedResponse>;

  /**
   * The Fetch standard's call, answering a real `Response` over a byte stream. The URL may be relative to `baseUrl`.
   *
   * Rejects with an {@link MtlsError}, or with `signal.reason`; the body's stream fails likewise. See {@link createFetch} for a
   * function that fails as the global `fetch` does.
   */
  fetch(input: string | URL | Request, init?: FetchInit): Promise<MtlsFetchResponse>;

  /** What the latest handshake showed that a call of this client met; `undefined` before. */
  readonly handshake: HandshakeReport | undefined;

  /** Finds out why calls to a URL fail: see {@link diagnose}. Reads the files anew, and uses none of this client's connections. */
  diagnose(url: string | URL, options?: DiagnoseOptions): Promise<Diagnosis>;

  /**
   * Refuses new calls, waits for those in flight (bodies included), then closes every connection. Resolves to whether all had finished.
   * @param options.drainMs How long to wait, in milliseconds. Default 30000; 0 does not wait.
   */
  close(options?: { drainMs?: number }): Promise<boolean>;
  /** Closes at once. */
  [Symbol.dispose](): void;
  /** As {@link close}. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Every code: its number and its family. */
export const CODES: Readonly<Record<Code, { readonly number: number; readonly family: Family }>>;

/**
 * A `fetch` for code that takes one. It fails as the global one does: with a `TypeError` whose `cause` is the {@link MtlsError}.
 *
 * @param client A client, or its options. Without either, an `agent` (`https.Agent`) given to a call, as node-fetch takes it, says
 *   who we are; calls without one have no identity.
 */
export function createFetch(
  client?: Client | ClientOptions,
): (input: string | URL | Request, init?: FetchInit & { agent?: Agent | ((url: URL) => Agent) }) => Promise<MtlsFetchResponse>;

/** The version of this package. */
export const version: string;

/** What a tool reads: a file's path or `file:` URL, PEM text, or the bytes of any format; or several of them. */
export type ToolInput = string | URL | ArrayBufferView | ArrayBuffer;
export type ToolInputs = ToolInput | readonly ToolInput[];

/** What opens encrypted keys and stores. */
export interface OpeningOptions {
  passphrase?: string | Uint8Array;
  passphraseEnv?: string;
  passphraseFile?: string;
  /** That of the key in a store, where it is another. */
  keyPassphrase?: string | Uint8Array;
  keyPassphraseEnv?: string;
  keyPassphraseFile?: string;
  /** Which key of a store that holds several. */
  alias?: string;
}

/** Where something goes, and what protects it. */
export interface WritingOptions extends OpeningOptions {
  newPassphrase?: string | Uint8Array;
  newPassphraseEnv?: string;
  newPassphraseFile?: string;
  /** Replace files that are there. */
  overwrite?: boolean;
}

/** A server to ask. */
export interface ServerOptions {
  url?: string;
  /** How to reach it, and whom to trust. */
  client?: ClientOptions;
}

export interface CheckOptions extends OpeningOptions, ServerOptions {
  /** CA certificates that complete the chain. */
  ca?: ToolInputs;
  /** How soon an end of validity is worth a warning, such as `30d`. */
  within?: string;
}

export interface BundleOptions extends OpeningOptions {
  ca?: ToolInputs;
  root?: boolean;
  outputFile?: string;
  overwrite?: boolean;
}

export interface CsrOptions extends WritingOptions {
  /** `{ commonName, organization, country, ... }`, or text such as `CN=...,O=...`. */
  subject?: string | Record<string, string | readonly string[]>;
  /** Subject alternative names: host names, addresses, URIs, e-mail addresses. */
  names?: readonly string[];
  /** The kind of the new key. Default `rsa-2048`. */
  key?: 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'p-256' | 'p-384' | 'ed25519';
  /** A partner's rules, such as `trulioo`. */
  profile?: string;
  keyOutputFile?: string;
  csrOutputFile?: string;
}

export interface ConvertOptions extends WritingOptions {
  to: 'pem' | 'der' | 'pkcs7' | 'pkcs7_der' | 'pkcs8' | 'pkcs12' | 'jks';
  only?: 'key' | 'certificate' | 'chain' | 'certificates';
  /** For old Windows and Java: PKCS#12 with 3DES and SHA-1. */
  legacy?: boolean;
  /** PKCS#12 whose integrity rests on PBMAC1 (RFC 9579), where FIPS 140-3 asks for it. */
  pbmac1?: boolean;
  truststore?: boolean;
  /** The alias in the store. */
  name?: string;
  /** Write a key that was protected without protection. */
  unencrypted?: boolean;
  ca?: ToolInputs;
  root?: boolean;
  outputFile?: string;
}

/** A tool's report, as docs/identity-files.md describes it. */
export type ToolReport = Record<string, any>;

/** What a tool made: a report, and what was not written to a file, by name. */
export interface ToolOutput<Part extends string = string> {
  report: ToolReport;
  parts: Partial<Record<Part, Buffer>>;
}

/** Tells what files hold, or with `url` what a server presents. */
export function inspect(input: ToolInputs, options?: OpeningOptions): Promise<ToolReport>;
export function inspect(options: ServerOptions & { url: string }): Promise<ToolReport>;

/** Looks for what will go wrong with an identity: `ok`, and `findings` with severity, code, message and hint. */
export function check(input: ToolInputs, options?: CheckOptions): Promise<ToolReport>;

/** Tells whether certificates, keys and requests belong together: `matches`. */
export function match(input: ToolInputs, options?: OpeningOptions): Promise<ToolReport>;

/** Tells whether a certificate expires within `within` (default `30d`): `needs_renewal`. */
export function needsRenewal(input: ToolInputs, options?: OpeningOptions & ServerOptions & { within?: string }): Promise<ToolReport>;
export function needsRenewal(options: ServerOptions & { url: string; within?: string }): Promise<ToolReport>;

/** Puts a chain in order, leaf first, and completes it from `ca`. Makes `bundle`. */
export function bundle(input: ToolInputs, options?: BundleOptions): Promise<ToolOutput<'bundle'>>;

/** Makes a key and a certificate signing request, `csr` and `key`; or a request for the key that `input` is. */
export function createCsr(options: CsrOptions): Promise<ToolOutput<'csr' | 'key'>>;
export function createCsr(input: ToolInputs, options: CsrOptions): Promise<ToolOutput<'csr' | 'key'>>;

/** Writes certificates and keys in another format. Makes `output`. */
export function convert(input: ToolInputs, options: ConvertOptions): Promise<ToolOutput<'output'>>;
