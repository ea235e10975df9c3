'use strict';
// The body of a request on its way to core, as fast as core takes it.

const { isUint8Array } = require('node:util/types');
const { queue } = require('./queue.js');

/** What is pushed at once: core copies it. */
const PIECE = 256 * 1024;

function bytesOf(piece) {
  if (isUint8Array(piece)) return piece;
  if (typeof piece === 'string') return Buffer.from(piece);
  if (ArrayBuffer.isView(piece)) return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  if (piece instanceof ArrayBuffer) return new Uint8Array(piece);
  throw new TypeError(`the body's source gives ${piece === null ? 'null' : typeof piece}, not bytes or text`);
}

/** What gives pieces, and how it is told that no more are wanted. */
function open(source) {
  if (typeof source.getReader === 'function') {
    const reader = source.getReader();
    return {
      next: () => reader.read(),
      stop: () => reader.cancel().catch(() => {}),
    };
  }
  const iterator = (source[Symbol.asyncIterator] ?? source[Symbol.iterator]).call(source);
  return {
    next: () => iterator.next(),
    stop() {
      if (typeof source.destroy === 'function') return source.destroy();
      // A generator that waits for something ends when that has come.
      Promise.resolve(iterator.return?.()).catch(() => {});
    },
  };
}

class Supply {
  /** What the source threw. */
  failure;
  /** Called with the number of bytes so far, and the last of them. */
  onProgress;
  onDone;
  #id;
  #source;
  #stopped = false;
  #room;

  constructor(id, source) {
    this.#id = id;
    this.#source = source;
    this.#run();
  }

  async #run() {
    let sent = 0;
    try {
      this.#source = open(this.#source);
      for (;;) {
        const { done, value } = await this.#source.next();
        if (this.#stopped) return;
        if (done) break;
        const bytes = bytesOf(value);
        for (let at = 0; at < bytes.length; at += PIECE) {
          const piece = bytes.subarray(at, at + PIECE);
          const room = queue.push(this.#id, piece);
          sent += piece.length;
          this.onProgress?.(sent, piece);
          if (!room) await new Promise((wake) => (this.#room = wake));
          if (this.#stopped) return;
        }
      }
      this.#stopped = true;
      queue.finish(this.#id);
      this.onDone?.();
    } catch (error) {
      if (this.#stopped) return;
      this.#stopped = true;
      this.failure = error;
      queue.abort(this.#id, String(error?.message ?? error));
    }
  }

  onRoom() {
    const room = this.#room;
    this.#room = undefined;
    room?.();
  }

  /** The call is over: what is left of the source is not wanted. */
  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#source.stop?.();
    this.onRoom();
  }
}

function supply(id, source) {
  return new Supply(id, source);
}

/** A source whose call never begins. */
supply.discard = (source) => {
  try {
    open(source).stop();
  } catch {
    // It was in use already.
  }
};

module.exports = { supply, bytesOf };
