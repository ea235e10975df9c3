'use strict';
// `Client`: options in, answers out. What happens in between is core's.

const native = require('./native.js');
const { queue, enter, hold, release } = require('./queue.js');
const { Call, Failure, Reason } = require('./call.js');
const { fromFacts, told, badOption } = require('./errors.js');
const { document, callOptions } = require('./document.js');
const outgoing = require('./outgoing.js');
const { MtlsResponse, MtlsStreamedResponse, dispose, asyncDispose } = require('./response.js');
const { Observer } = require('./events.js');
const { fetch } = require('./fetch.js');
const { examine, known } = require('./diagnosis.js');

/** How long `close` waits for calls in flight where the caller does not say. */
const DRAIN_MS = 30_000;

const OPTIONS = new Set([
  'method',
  'headers',
  'query',
  'body',
  'json',
  'contentLength',
  'timeout',
  'timeouts',
  'decompress',
  'redirects',
  'signal',
]);

/** What a caller wants, as `Call` takes it. */
function prepare(method, url, options) {
  for (const name in options) {
    if (!OPTIONS.has(name) && options[name] !== undefined) {
      throw badOption(`unknown option \`${name}\` of a request`, `Known here: ${[...OPTIONS].join(', ')}.`);
    }
  }
  let body = outgoing.body(options.body, options.contentLength);
  let type = body?.type;
  if (options.json !== undefined) {
    if (body !== undefined) throw badOption('`json` and `body` are both given', 'Keep one of them.');
    body = { bytes: Buffer.from(JSON.stringify(options.json)) };
    type = 'application/json';
  }
  const target = options.query === undefined ? String(url) : outgoing.withQuery(String(url), options.query);
  const { head, headers } = outgoing.head(method, target, options.headers, type);
  return { head, headers, body, signal: options.signal ?? undefined, options: callOptions(options) };
}

/** A document that is written already. */
class Document {
  constructor(text, attachments, onEvent) {
    this.onEvent = onEvent;
    const values = Object.values(attachments).map((value) => Buffer.from(value));
    this.parts = [text, Object.keys(attachments), values];
  }
}

/** Options, apart from the one that is no part of a document. */
function taken(options) {
  const { onEvent, ...rest } = options ?? {};
  // What is no object is refused there.
  return { parts: document(isObject(options) ? rest : options), onEvent };
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

class Client {
  #native;
  #observer;
  #report;
  #base;

  constructor(options = {}) {
    const { parts, onEvent } = options instanceof Document ? options : taken(options);
    this.#base = parts[0];
    this.#native = told(() => new native.Client(...parts));
    this.#observer = new Observer(this.#native);
    this.#observer.onEvent = onEvent;
  }

  static fromJson(text, attachments = {}, { onEvent } = {}) {
    return new this(new Document(text, attachments, onEvent));
  }

  reload(options) {
    const { parts, onEvent } = taken(options);
    told(() => this.#native.reload(...parts));
    this.#base = parts[0];
    if (onEvent !== undefined) this.#observer.onEvent = onEvent;
  }

  /**
   * Begins a call of which no more is known than that: for `fetch` and the seams. Resolves to the head of the answer, a
   * `Failure` or a `Reason`; `begun` gets the `Call`.
   */
  _begin(request, whole, begun) {
    this.#observer.look();
    return new Promise((resolve) => {
      const call = new Call(this.#native, request, whole, (outcome) => {
        const report = outcome.report ?? outcome.facts?.report;
        if (report !== undefined) this.#report = outcome;
        resolve(outcome);
      });
      begun?.(call);
    });
  }

  /** The whole URL that a call with `url` asks for. */
  _resolve(url) {
    if (this.#base?.startsWith('{')) this.#base = JSON.parse(this.#base).base_url ?? undefined;
    try {
      return new URL(url, this.#base).href;
    } catch {
      return url;
    }
  }

  get handshake() {
    const last = this.#report;
    if (last === undefined) return undefined;
    return last instanceof Failure ? fromFacts(last.facts).handshake : last.report.value;
  }

  async request(url, options = {}) {
    const outcome = await this._begin(prepare(options.method ?? 'GET', url, options), true);
    // Made here, so that its stack leads to the caller.
    if (outcome instanceof Failure) throw fromFacts(outcome.facts, outcome.cause);
    if (outcome instanceof Reason) throw outcome.reason;
    return new MtlsResponse(outcome);
  }

  async stream(url, options = {}) {
    let call;
    const outcome = await this._begin(prepare(options.method ?? 'GET', url, options), false, (begun) => (call = begun));
    if (outcome instanceof Failure) throw fromFacts(outcome.facts, outcome.cause);
    if (outcome instanceof Reason) throw outcome.reason;
    return new MtlsStreamedResponse(outcome, call);
  }

  async fetch(input, init) {
    const outcome = await fetch(this, input, init);
    if (outcome instanceof Failure) throw fromFacts(outcome.facts, outcome.cause);
    if (outcome instanceof Reason) throw outcome.reason;
    return outcome;
  }

  async diagnose(url, how = {}) {
    return examine(url, known(how), (...work) => this.#native.diagnose(...work));
  }

  close({ drainMs = DRAIN_MS } = {}) {
    if (typeof drainMs !== 'number' || !(drainMs >= 0)) {
      return Promise.reject(badOption(`\`drainMs\` is ${String(drainMs)}`, 'Give milliseconds, 0 or more.'));
    }
    return new Promise((resolve) => {
      hold();
      const onClosed = (finished) => {
        release();
        // Whoever waits for an answer that came before gets it before.
        setImmediate(resolve, finished);
      };
      this.#native.close(queue, enter({ onClosed }), drainMs);
    });
  }

  [dispose]() {
    void this.close({ drainMs: 0 });
  }

  async [asyncDispose]() {
    await this.close();
  }
}

for (const method of ['get', 'post', 'put', 'patch', 'delete', 'head', 'options']) {
  const verb = method.toUpperCase();
  // With a frame of its own in the stack, but without a promise of its own.
  const act = {
    [method](url, options) {
      return this.request(url, { ...options, method: verb });
    },
  }[method];
  Object.defineProperty(Client.prototype, method, { value: act, writable: true, configurable: true });
}

module.exports = { Client };
