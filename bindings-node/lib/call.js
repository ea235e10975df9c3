'use strict';
// One call in flight, and the body of its answer.

const { queue, enter, leave, hold, release } = require('./queue.js');
const { supply } = require('./supply.js');
const signals = require('./signals.js');

const READ_WHOLE = 1;
const PUSHED = 2;
const FLAG_BITS = 8;

/** How much of a body may be on its way to its reader; core begins with less. */
const WINDOW = 512 * 1024;
const AHEAD = 64 * 1024;

/** What went wrong, before it is made an exception where the caller awaits it. */
class Failure {
  constructor(facts, cause) {
    this.facts = facts;
    this.cause = cause;
  }
}

/** A reason of the caller's own: the call ends with it as it is. */
class Reason {
  constructor(reason) {
    this.reason = reason;
  }
}

/** Bodies that were forgotten before their end give their connections up. */
const forgotten = new FinalizationRegistry((id) => {
  leave(id);
  queue.dropBody(id);
});

class Call {
  #id;
  #settle;
  #unwatch;
  #supply;
  #reader;
  #pieces = [];
  #ended = false;
  /** A `Failure` or `Reason`, once the body has failed. */
  #failed;
  #open = false;
  #window = AHEAD;
  #granted = AHEAD;
  /** The body's owner, told of what fails while it does not read. Strongly held, it could not be forgotten. */
  #owner;

  /**
   * Begins. `done` is called once, with the head of the answer, a `Failure` or a `Reason`.
   *
   * `request` is `{ head, headers, body, options, signal }`; `body` comes from `outgoing.js`.
   */
  constructor(client, request, whole, done) {
    const { signal, body } = request;
    if (signal !== undefined && typeof signal.addEventListener !== 'function') {
      throw new TypeError('`signal` is not an AbortSignal');
    }
    this.#settle = done;
    if (signal?.aborted) {
      body?.source && supply.discard(body.source);
      queueMicrotask(() => this.#finish(new Reason(signal.reason)));
      return;
    }
    hold();
    this.#open = true;
    const id = (this.#id = enter(this));
    if (signal) this.#unwatch = signals.watch(signal, () => this.abort(signal.reason));
    const pushed = body !== undefined && body.source !== undefined;
    const flags = (whole ? READ_WHOLE : 0) | (pushed ? PUSHED : 0) | (request.headers << FLAG_BITS);
    client.submit(queue, id, request.head, flags, body?.bytes, pushed ? body.length : -1, request.options);
    if (pushed) {
      this.#supply = supply(id, body.source);
      this.#supply.onProgress = request.onUpload;
      this.#supply.onDone = request.onUploaded;
    }
  }

  /** The caller waits no longer. */
  #finish(outcome) {
    const settle = this.#settle;
    if (settle === undefined) return;
    this.#settle = undefined;
    if (this.#open) {
      this.#open = false;
      release();
    }
    this.#supply?.stop();
    settle(outcome);
  }

  onHead(head) {
    if (head.body !== undefined) {
      this.#ended = true;
      if (head.body.length > 0) this.#pieces.push(head.body);
      this.#unwatch?.();
    }
    this.#finish(head);
  }

  onFail(facts) {
    const failure = new Failure(facts, this.#supply?.failure);
    this.#unwatch?.();
    if (this.#settle !== undefined) return this.#finish(failure);
    this.#fail(failure);
  }

  onData(piece) {
    if (this.#ended) return;
    this.#granted -= piece.length;
    this.#pieces.push(piece);
    this.#wake();
  }

  onEnd() {
    this.#ended = true;
    this.#unwatch?.();
    this.#wake();
  }

  onRoom() {
    this.#supply?.onRoom();
  }

  #fail(failure) {
    if (this.#ended) return;
    this.#ended = true;
    this.#failed = failure;
    this.#pieces = [];
    this.#wake();
    this.#owner?.deref()?.onFailed?.();
  }

  /** Stops: the peer sees the connection close. A call ends with `reason`, a body that is read fails with it. */
  abort(reason) {
    if (this.#ended) return;
    this.#unwatch?.();
    const id = this.#id;
    if (this.#settle !== undefined) {
      this.#ended = true;
      leave(id);
      queue.cancel(id);
      return this.#finish(new Reason(reason));
    }
    this.#fail(new Reason(reason));
    this.#give();
  }

  #give() {
    leave(this.#id);
    queue.dropBody(this.#id);
  }

  /** The body is not wanted further. */
  close() {
    if (this.#ended) return;
    this.#ended = true;
    this.#pieces = [];
    this.#unwatch?.();
    this.#give();
    this.#wake();
  }

  /** The body is given up if `owner` is forgotten. `failing.onFailed` is called where it fails unasked. */
  watch(owner, failing) {
    if (this.#ended) return;
    if (owner !== undefined) forgotten.register(owner, this.#id);
    this.#owner = new WeakRef(failing);
  }

  get ended() {
    return this.#ended;
  }

  /** All of the body, if it is here already. */
  arrived() {
    if (!this.#ended || this.#failed !== undefined) return undefined;
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  }

  /** Calls `reader`, once, when `next` has something. */
  set onReadable(reader) {
    this.#reader = reader;
  }

  #wake() {
    const reader = this.#reader;
    // Between reads nothing here holds the body's owner, so that it can be forgotten.
    this.#reader = undefined;
    if (this.#open) {
      this.#open = false;
      release();
    }
    reader?.();
  }

  /**
   * The next piece; `null` at the end; `undefined` where nothing is here yet, and then `onReadable` is called.
   * Throws nothing: what failed is in `failed`.
   */
  next() {
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      this.#window = WINDOW;
      if (!this.#ended) this.#allow();
      return piece;
    }
    if (this.#ended) return null;
    this.#allow();
    if (!this.#open) {
      this.#open = true;
      hold();
    }
    return undefined;
  }

  get failed() {
    return this.#failed;
  }

  /** Lets more come when half of the window is used up. */
  #allow() {
    let waits = 0;
    for (const piece of this.#pieces) waits += piece.length;
    const room = this.#window - waits - this.#granted;
    if (room < this.#window / 2) return;
    this.#granted += room;
    queue.pull(this.#id, room);
  }
}

module.exports = { Call, Failure, Reason };
