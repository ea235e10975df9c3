'use strict';
// A dispatcher of undici's that makes its calls with a client of ours: one transaction each, bytes as they are.

const { EventEmitter } = require('node:events');
const { STATUS_CODES } = require('node:http');
const { Client } = require('./client.js');
const { Failure, Reason } = require('./call.js');
const { fromFacts } = require('./errors.js');
const { callOptions } = require('./document.js');
const { rawHeaders, distinct } = require('./head.js');
const { errorClasses, explain } = require('./undici-errors.js');
const outgoing = require('./outgoing.js');

/** undici itself, where it is installed: its own errors and methods are better than ones like them. */
let undici;
try {
  undici = require('undici');
} catch {
  // It is not there, or not for this Node.
}
const errors = errorClasses(undici?.errors);

/** For `fetch(url, { dispatcher })` of Node's own, which needs no more. */
class Base extends EventEmitter {
  compose(...given) {
    let dispatch = this.dispatch.bind(this);
    for (const interceptor of given.flat()) if (interceptor) dispatch = interceptor(dispatch);
    return new Proxy(this, { get: (target, key) => (key === 'dispatch' ? dispatch : target[key]) });
  }
}

function* headerPairs(headers) {
  if (headers === undefined || headers === null) return;
  if (Array.isArray(headers) && !Array.isArray(headers[0])) {
    if (headers.length % 2 !== 0) throw new errors.InvalidArgumentError('headers array must be even');
    for (let at = 0; at < headers.length; at += 2) yield* one(headers[at], headers[at + 1]);
    return;
  }
  const pairs = typeof headers[Symbol.iterator] === 'function' ? headers : Object.entries(headers);
  for (const [name, value] of pairs) yield* one(name, value);
}

function* one(name, value) {
  if (value === undefined || value === null) return;
  for (const each of Array.isArray(value) ? value : [value]) yield [latin1(name), latin1(each)];
}

const latin1 = (value) => (Buffer.isBuffer(value) ? value.latin1Slice() : String(value));

/** What is sent, in the shape of `Call`. */
function prepare(opts) {
  const refuse = (what) => {
    throw new errors.NotSupportedError(`mutls: ${what}`);
  };
  if (opts.upgrade) refuse('a connection cannot be upgraded');
  if (opts.method === 'CONNECT') refuse('CONNECT is made by `proxy` of the client');
  if (opts.reset) refuse('`reset` cannot be honoured: connections are the client’s own matter (`pool`)');
  if (opts.servername) refuse('`servername` is an option of the client (`tls.serverName`)');
  if (typeof opts.path !== 'string') throw new errors.InvalidArgumentError('path must be a string');
  let announced;
  const headers = [];
  for (const [name, value] of headerPairs(opts.headers)) {
    switch (name.toLowerCase()) {
      // These follow from the body and the connection.
      case 'content-length':
        announced = Number(value);
        if (!Number.isSafeInteger(announced) || announced < 0) throw new errors.InvalidArgumentError('invalid content-length header');
        break;
      case 'connection':
        if (value.toLowerCase() !== 'keep-alive') refuse(`the header \`connection: ${value}\` cannot be honoured`);
        break;
      case 'transfer-encoding':
        if (value.toLowerCase() !== 'chunked') throw new errors.InvalidArgumentError('invalid transfer-encoding header');
        break;
      case 'keep-alive':
      case 'upgrade':
        throw new errors.InvalidArgumentError(`invalid ${name.toLowerCase()} header`);
      default:
        headers.push([name, value]);
    }
  }
  if (opts.expectContinue) headers.push(['expect', '100-continue']);
  let body;
  try {
    body = outgoing.body(opts.body, announced);
  } catch (error) {
    throw new errors.InvalidArgumentError(error.message);
  }
  const length = body?.bytes?.length ?? body?.length;
  if (announced !== undefined && length !== undefined && length >= 0 && length !== announced) {
    throw new errors.RequestContentLengthMismatchError();
  }
  const path = /^https?:\/\//.test(opts.path) ? opts.path : `${String(opts.origin ?? '').replace(/\/$/, '')}${opts.path}`;
  const url = opts.query ? outgoing.withQuery(path, opts.query) : path;
  const limit = (ms) => (ms === undefined || ms === null ? undefined : ms === 0 ? null : ms);
  const timeouts = { firstByteMs: limit(opts.headersTimeout), readMs: limit(opts.bodyTimeout) };
  const options = callOptions({
    decompress: false,
    redirects: 'none',
    timeouts: timeouts.firstByteMs === undefined && timeouts.readMs === undefined ? undefined : timeouts,
  });
  return { ...outgoing.head(opts.method ?? 'GET', url, headers, body?.type), body, options };
}

/** As undici gives headers: repeated ones are a list. */
function parsed(raw) {
  const found = distinct(raw);
  for (const name in found) if (found[name].length === 1) [found[name]] = found[name];
  return found;
}

/** undici's older handlers, as the newer ones are called. */
function modern(handler) {
  if (typeof handler.onRequestStart === 'function') return handler;
  if (typeof handler.onConnect !== 'function' || typeof handler.onError !== 'function') {
    throw new errors.InvalidArgumentError('invalid handler: it has neither onRequestStart nor onConnect');
  }
  return {
    onRequestStart: (controller, context) => handler.onConnect((reason) => controller.abort(reason), context),
    onResponseStarted: () => handler.onResponseStarted?.(),
    onResponseStart(controller, status, _headers, statusText) {
      const go = handler.onHeaders?.(status, controller.rawHeaders, () => controller.resume(), statusText);
      if (go === false) controller.pause();
    },
    onResponseData(controller, piece) {
      if (handler.onData?.(piece) === false) controller.pause();
    },
    onResponseEnd: () => handler.onComplete?.([]),
    onResponseError: (_controller, error) => handler.onError(error),
    onBodySent: (piece) => handler.onBodySent?.(piece),
    onRequestSent: () => handler.onRequestSent?.(),
  };
}

/** One transaction, and what undici calls its controller. */
class Exchange {
  rawHeaders = null;
  rawTrailers = null;
  #handler;
  #call;
  #paused = false;
  #ended = false;
  #aborted = false;
  #reason = null;
  #reading = false;

  constructor(handler) {
    this.#handler = handler;
  }

  get paused() {
    return this.#paused;
  }

  get aborted() {
    return this.#aborted;
  }

  get reason() {
    return this.#reason;
  }

  pause() {
    this.#paused = true;
  }

  resume() {
    if (!this.#paused) return;
    this.#paused = false;
    this.#read();
  }

  abort(reason) {
    if (this.#aborted || this.#ended) return;
    this.#aborted = true;
    this.#stop(reason ?? new errors.RequestAbortedError());
  }

  #stop(reason) {
    this.#reason ??= reason;
    this.#call?.abort(reason);
  }

  /** Calls a method of the handler; what it throws ends the exchange. */
  #tell(name, ...more) {
    try {
      this.#handler[name]?.(...more);
    } catch (error) {
      this.#stop(error);
    }
  }

  #fail(error) {
    if (this.#ended) return;
    this.#ended = true;
    if (typeof this.#handler.onResponseError === 'function') this.#handler.onResponseError(this, error);
    else throw error;
  }

  async run(client, request) {
    this.#tell('onRequestStart', this, {});
    if (this.#reason !== null) return queueMicrotask(() => this.#fail(this.#reason));
    const { body } = request;
    request.onUpload = (_sent, piece) => this.#tell('onBodySent', piece);
    request.onUploaded = () => this.#tell('onRequestSent');
    const coming = client._begin(request, false, (begun) => (this.#call = begun));
    if (body?.source === undefined) {
      if (body !== undefined) this.#tell('onBodySent', body.bytes);
      this.#tell('onRequestSent');
    }
    const head = await coming;
    if (head instanceof Reason) return this.#fail(head.reason);
    if (head instanceof Failure) return this.#fail(explain(errors, fromFacts(head.facts, head.cause)));
    this.#call.watch(undefined, this);
    const raw = rawHeaders(head);
    this.rawHeaders = raw.map((text) => Buffer.from(text, 'latin1'));
    // A handler may pause and resume while it is told of the head.
    this.#reading = true;
    this.#tell('onResponseStarted');
    this.#tell('onResponseStart', this, head.status, parsed(raw), STATUS_CODES[head.status] ?? '');
    this.#reading = false;
    this.#read();
  }

  /** Hands over what is here, as long as it is taken. */
  #read() {
    // A handler may resume while it is told of data.
    if (this.#reading) return;
    this.#reading = true;
    const call = this.#call;
    try {
      for (;;) {
        if (this.#ended || (this.#paused && call.failed === undefined)) return;
        const piece = call.next();
        if (piece === undefined) {
          call.onReadable = () => this.#read();
          return;
        }
        if (piece !== null) {
          this.#tell('onResponseData', this, piece);
          continue;
        }
        const { failed } = call;
        if (failed instanceof Reason) return this.#fail(failed.reason);
        if (failed instanceof Failure) return this.#fail(explain(errors, fromFacts(failed.facts, failed.cause)));
        try {
          this.#handler.onResponseEnd?.(this, {});
          this.#ended = true;
        } catch (error) {
          // As in undici: that is how its own retry handler asks for another attempt.
          this.#fail(error);
        }
        return;
      }
    } finally {
      this.#reading = false;
    }
  }

  /** What failed while the handler is paused is told at once. */
  onFailed() {
    this.#read();
  }
}

class Dispatcher extends (undici?.Dispatcher ?? Base) {
  #client;
  #closed = false;
  #destroyed = false;
  #running = new Set();

  constructor(client) {
    super();
    this.#client = client instanceof Client ? client : new Client(client);
  }

  get client() {
    return this.#client;
  }

  get closed() {
    return this.#closed;
  }

  get destroyed() {
    return this.#destroyed;
  }

  dispatch(opts, handler) {
    if (handler === null || typeof handler !== 'object') throw new errors.InvalidArgumentError('handler must be an object');
    const told = modern(handler);
    try {
      if (opts === null || typeof opts !== 'object') throw new errors.InvalidArgumentError('opts must be an object.');
      if (this.#destroyed) throw new errors.ClientDestroyedError();
      if (this.#closed) throw new errors.ClientClosedError();
      const exchange = new Exchange(told);
      const running = exchange.run(this.#client, prepare(opts)).finally(() => this.#running.delete(exchange));
      this.#running.add(exchange);
      // Only what a handler throws comes here, and belongs to whoever wrote it.
      running.catch((error) => queueMicrotask(() => { throw error; }));
    } catch (error) {
      if (typeof told.onResponseError !== 'function') throw error;
      told.onResponseError(null, error);
    }
    return true;
  }

  close(callback) {
    this.#closed = true;
    return called(this.#client.close().then(() => null), callback);
  }

  destroy(error, callback) {
    const [reason, then] = typeof error === 'function' ? [null, error] : [error, callback];
    this.#closed = true;
    this.#destroyed = true;
    for (const exchange of this.#running) exchange.abort(reason ?? new errors.ClientDestroyedError());
    return called(this.#client.close({ drainMs: 0 }).then(() => null), then);
  }
}

/** As undici does: a promise, or a callback. */
function called(promise, callback) {
  if (callback === undefined) return promise;
  promise.then((value) => callback(null, value), callback);
}

module.exports = { Dispatcher };
