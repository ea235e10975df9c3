'use strict';
// The answers of `client.request` and `client.stream`.

const { STATUS_CODES } = require('node:http');
const { Readable } = require('node:stream');
const { rawHeaders, distinct, joined } = require('./head.js');
const { fromFacts } = require('./errors.js');
const { Failure } = require('./call.js');

/** What `raiseForStatus` throws. */
class StatusError extends Error {
  constructor(response) {
    const { status, url } = response;
    super(`${status} ${STATUS_CODES[status] ?? ''}`.trimEnd() + ` from ${url}`);
    this.status = status;
    Object.defineProperty(this, 'response', { value: response });
  }

  get name() {
    return 'StatusError';
  }
}

class Head {
  #head;
  #raw;
  #headers;

  constructor(head) {
    this.#head = head;
  }

  get status() {
    return this.#head.status;
  }

  get ok() {
    return this.status >= 200 && this.status < 300;
  }

  get url() {
    return this.#head.url;
  }

  get rawHeaders() {
    this.#raw ??= rawHeaders(this.#head);
    return this.#raw;
  }

  get headers() {
    this.#headers ??= joined(this.rawHeaders);
    return this.#headers;
  }

  get headersDistinct() {
    return distinct(this.rawHeaders);
  }

  get contentLength() {
    return this.#head.contentLength;
  }

  get connectionReused() {
    return this.#head.connectionReused;
  }

  get httpVersion() {
    return this.#head.httpVersion;
  }

  get handshake() {
    return this.#head.report.value;
  }

  raiseForStatus() {
    if (this.status >= 400) throw new StatusError(this);
    return this;
  }
}

class MtlsResponse extends Head {
  #body;

  constructor(head) {
    super(head);
    this.#body = head.body;
  }

  get body() {
    return this.#body;
  }

  text() {
    const body = this.#body;
    // As `TextDecoder` does, which costs more.
    const from = body.length >= 3 && body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
    return body.utf8Slice(from, body.length);
  }

  json() {
    return JSON.parse(this.text());
  }
}

/** What a failed body is destroyed with. */
function reason(failed) {
  return failed instanceof Failure ? fromFacts(failed.facts, failed.cause) : failed.reason;
}

/** A body as a stream of Node's. `explain` makes an exception of what failed. */
class BodyStream extends Readable {
  #call;
  #explain;

  constructor(call, explain = reason) {
    super({ highWaterMark: 64 * 1024, emitClose: true });
    this.#call = call;
    this.#explain = explain;
    call.watch(this, this);
  }

  /** An error that nobody listens to would end the process: then it is told to whoever reads. */
  onFailed() {
    if (this.listenerCount('error') > 0) this.#fail();
  }

  #fail() {
    this.destroy(this.#explain(this.#call.failed));
  }

  _read() {
    const call = this.#call;
    for (;;) {
      const piece = call.next();
      if (piece === undefined) {
        call.onReadable = () => this._read();
        return;
      }
      if (piece === null) {
        if (call.failed === undefined) this.push(null);
        else this.#fail();
        return;
      }
      if (!this.push(piece)) return;
    }
  }

  _destroy(error, callback) {
    this.#call.onReadable = undefined;
    this.#call.close();
    callback(error);
  }
}

class MtlsStreamedResponse extends Head {
  #body;

  constructor(head, call) {
    super(head);
    this.#body = new BodyStream(call);
  }

  get body() {
    return this.#body;
  }

  [Symbol.asyncIterator]() {
    return this.#body[Symbol.asyncIterator]();
  }

  async #whole() {
    const pieces = [];
    for await (const piece of this.#body) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** All of the body. */
  bytes() {
    return this.#whole();
  }

  async text() {
    return new TextDecoder().decode(await this.#whole());
  }

  async json() {
    return JSON.parse(await this.text());
  }

  close() {
    this.#body.destroy();
  }
}

const dispose = Symbol.dispose ?? Symbol.for('nodejs.dispose');
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose');
MtlsStreamedResponse.prototype[dispose] = MtlsStreamedResponse.prototype.close;
MtlsStreamedResponse.prototype[asyncDispose] = async function () {
  this.close();
};

module.exports = { MtlsResponse, MtlsStreamedResponse, StatusError, BodyStream, dispose, asyncDispose };
