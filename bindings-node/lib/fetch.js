'use strict';
// The Fetch standard's call: a real `Response` over a byte stream.

const { Failure, Reason } = require('./call.js');
const { badOption, fromFacts } = require('./errors.js');
const { callOptions } = require('./document.js');
const { rawHeaders } = require('./head.js');
const outgoing = require('./outgoing.js');
const { STATUS_CODES } = require('node:http');

const NULL_BODY = new Set([101, 103, 204, 205, 304]);
const REDIRECT = new Set([301, 302, 303, 307, 308]);
/** The standard writes these in capitals, and leaves every other method as it is. */
const NORMALIZED = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);
/** How much of a `Request`'s body is looked at for its end, which gives it a length. */
const PEEKED = 64 * 1024;
/** Of `init`, what Node's own fetch has no use for either. */
const HARMLESS = new Set(['cache', 'credentials', 'duplex', 'keepalive', 'mode', 'priority', 'referrer', 'referrerPolicy', 'window']);
const KNOWN = new Set(['method', 'headers', 'body', 'redirect', 'signal', 'timeout', 'timeouts', 'decompress', 'contentLength']);

let made;

/** The global's subclass, once somebody needs it: Node loads its fetch lazily. */
function responseClass() {
  made ??= class MtlsFetchResponse extends Response {
    #head;
    #redirected;

    constructor(body, init, head, redirected) {
      super(body, init);
      this.#head = head;
      this.#redirected = redirected;
    }

    get url() {
      return withoutFragment(this.#head.url);
    }

    get redirected() {
      return this.#redirected;
    }

    // A server may use numbers that the standard's constructor does not take. The constructor asks, too.
    get status() {
      return #head in this ? this.#head.status : super.status;
    }

    get ok() {
      return this.status >= 200 && this.status < 300;
    }

    get type() {
      return 'basic';
    }

    get handshake() {
      return this.#head.report.value;
    }

    get connectionReused() {
      return this.#head.connectionReused;
    }

    clone() {
      const copy = super.clone();
      const { status, statusText, headers } = copy;
      const init = { status, statusText, headers };
      return new MtlsFetchResponse(copy.body, init, this.#head, this.#redirected);
    }
  };
  return made;
}

/** What a body's reader gets of what failed. */
function explain(failed) {
  return failed instanceof Failure ? fromFacts(failed.facts, failed.cause) : failed.reason;
}

/** A byte stream that asks for no more than is read. */
function bodyStream(call, translate) {
  let controller;
  const failing = { onFailed: () => controller.error(translate(call.failed)) };
  const settle = (piece) => {
    if (piece !== null) {
      // The stream takes the memory over, which small pieces share.
      const own = piece.byteLength === piece.buffer.byteLength;
      controller.enqueue(own ? new Uint8Array(piece.buffer) : new Uint8Array(piece));
      return;
    }
    if (call.failed !== undefined) {
      controller.error(translate(call.failed));
      return;
    }
    controller.close();
    controller.byobRequest?.respond(0);
  };
  const stream = new ReadableStream({
    type: 'bytes',
    start: (given) => void (controller = given),
    pull() {
      const piece = call.next();
      if (piece !== undefined) return settle(piece);
      return new Promise((resolve) => {
        call.onReadable = () => {
          settle(call.next());
          resolve();
        };
      });
    },
    cancel() {
      call.onReadable = undefined;
      call.close();
    },
  });
  call.watch(stream, failing);
  // The stream's owner keeps what is told of failures alive, and nobody else does.
  kept.set(stream, failing);
  return stream;
}
const kept = new WeakMap();

/** A `Request`'s body: bytes if it ends soon, else a stream of what was read and what follows. */
async function ofRequest(stream) {
  const reader = stream.getReader();
  const pieces = [];
  let length = 0;
  while (length <= PEEKED) {
    const { done, value } = await reader.read();
    if (done) return { bytes: Buffer.concat(pieces) };
    pieces.push(value);
    length += value.byteLength;
  }
  async function* all() {
    let ended = false;
    try {
      yield* pieces;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        yield value;
      }
      ended = true;
    } finally {
      if (!ended) reader.cancel().catch(() => {});
    }
  }
  return { source: all(), length: -1 };
}

/** `input` and `init` as one set of facts. */
async function read(input, init) {
  for (const name in init) {
    if (KNOWN.has(name) || HARMLESS.has(name) || init[name] === undefined || init[name] === null) continue;
    if (name === 'integrity' && init[name] === '') continue;
    throw badOption(`fetch cannot honour \`${name}\``, 'Leave it out; what belongs to the connection is given to the client.');
  }
  const given = typeof Request === 'function' && input instanceof Request ? input : undefined;
  const of = (name) => init?.[name] ?? given?.[name];
  let method = String(of('method') ?? 'GET');
  if (NORMALIZED.has(method.toUpperCase())) method = method.toUpperCase();
  const { body } = init ?? {};
  let sent = outgoing.body(body, init?.contentLength);
  if (sent === undefined && given?.body && body === undefined) {
    if (given.bodyUsed) throw new TypeError('the body of the Request is used already');
    sent = await ofRequest(given.body);
  }
  if (sent !== undefined && (method === 'GET' || method === 'HEAD')) {
    throw new TypeError(`a request with ${method} cannot have a body`);
  }
  const type = sent?.type ?? (sent?.text ? 'text/plain;charset=UTF-8' : undefined);
  const redirect = of('redirect') ?? 'follow';
  if (!['follow', 'manual', 'error'].includes(redirect)) throw new TypeError(`\`redirect\` is ${redirect}`);
  const { head, headers } = outgoing.head(method, given ? given.url : String(input), of('headers'), type);
  const { timeout, timeouts, decompress } = init ?? {};
  // How far redirects are followed is the client's to say.
  const redirects = redirect === 'follow' ? undefined : 'none';
  const options = callOptions({ timeout, timeouts, decompress, redirects });
  return { request: { head, headers, body: sent, signal: of('signal') ?? undefined, options }, redirect, method };
}

/** Resolves to a `Response`, a `Failure` or a `Reason`. `translate` makes exceptions of what fails in the body. */
async function fetch(client, input, init, translate = explain) {
  const { request, redirect, method } = await read(input, init);
  let call;
  const head = await client._begin(request, false, (begun) => (call = begun));
  if (head instanceof Failure || head instanceof Reason) return head;
  if (redirect === 'error' && REDIRECT.has(head.status) && rawHeaders(head).includes('location')) {
    call.close();
    return new Failure({
      message: `${head.url} answers with a redirect`,
      code: 'redirect_refused',
      phase: 'receive',
      origin: 'caller',
      hint: 'It was asked for with `redirect: "error"`.',
      not_processed: false,
      transient: false,
      causes: [],
    });
  }
  const raw = rawHeaders(head);
  const headers = [];
  for (let at = 0; at < raw.length; at += 2) headers.push([raw[at], raw[at + 1]]);
  const { status } = head;
  const known = status >= 200 && status <= 599;
  const init_ = { status: known ? status : 200, statusText: STATUS_CODES[status] ?? '', headers };
  let body = null;
  if (NULL_BODY.has(status) || method === 'HEAD') {
    call.close();
  } else {
    // What is here already needs no stream of ours.
    const whole = call.arrived();
    body = whole === undefined ? bodyStream(call, translate) : whole;
  }
  return new (responseClass())(body, init_, head, isElsewhere(client, request, head));
}

/** Whether another URL answered than the one that was asked. */
function isElsewhere(client, request, head) {
  const asked = request.head.split('\0', 2)[1];
  return asked !== head.url && withoutFragment(client._resolve(asked)) !== withoutFragment(head.url);
}

function withoutFragment(url) {
  return url.split('#', 1)[0];
}

module.exports = { fetch, explain };
