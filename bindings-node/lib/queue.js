'use strict';
// What workers got, as it comes from the addon: see src/batch.rs for the shape of a record.

const { Queue } = require('./native.js');

const HEAD = 0;
const DATA = 1;
const END = 2;
const FAIL = 3;
const ROOM = 4;
const CLOSED = 5;
const FORGET = 6;
const EVENT = 7;

const REUSED = 1;
const HTTP_10 = 2;
const WHOLE = 4;
const LARGE = 8;

const HEADER = 16;

/** By id, whoever waits for records of that id. */
const waiting = new Map();
const reports = new Map();
const queue = new Queue(woken);
let last = 0;
let held = 0;

/** A handshake report, parsed when it is asked for. */
class Report {
  #json;
  #parsed;

  constructor(json) {
    this.#json = json;
  }

  get value() {
    this.#parsed ??= camelCased(JSON.parse(this.#json));
    return this.#parsed;
  }

  /** With the names of core. */
  get raw() {
    return JSON.parse(this.#json);
  }
}

/** Core's names as JavaScript writes them. */
function camelCased(value) {
  if (Array.isArray(value)) return value.map(camelCased);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, one]) => [name.replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase()), camelCased(one)]),
  );
}

function report(number, json) {
  if (json.length === 0) return reports.get(number);
  const made = new Report(json.toString());
  reports.set(number, made);
  return made;
}

function head(bytes, at, end, flags, large) {
  const urlLength = bytes.readUInt32LE(at + 8);
  const headersLength = bytes.readUInt32LE(at + 12);
  const body = bytes.readUInt32LE(at + 16);
  const reportLength = bytes.readUInt32LE(at + 20);
  const url = at + 24;
  const headers = url + urlLength;
  const rest = headers + headersLength;
  const length = bytes.readDoubleLE(at);
  return {
    status: bytes.readUInt16LE(at - 10),
    url: bytes.latin1Slice(url, headers),
    // Taken apart when they are asked for.
    headerBytes: bytes.subarray(headers, rest),
    body: flags & WHOLE ? (flags & LARGE ? large[body] : bytes.subarray(rest, rest + body)) : undefined,
    contentLength: length < 0 ? undefined : length,
    connectionReused: (flags & REUSED) !== 0,
    httpVersion: flags & HTTP_10 ? '1.0' : '1.1',
    report: report(bytes.readUInt32LE(at - 8), bytes.subarray(end - reportLength, end)),
  };
}

/** Called by the addon when something has come while nobody looked. */
function woken(bytes, large) {
  setImmediate(look);
  take(bytes, large);
}

/** Once in a turn of the loop, until nothing has come: only then it has to be woken up again. */
function look() {
  if (queue.again(take)) setImmediate(look);
}

/** Takes as much as has come. */
function take(bytes, large) {
  for (let at = 0; at < bytes.length; ) {
    const id = bytes.readUInt32LE(at);
    const kind = bytes[at + 4];
    const flags = bytes[at + 5];
    const start = at + HEADER;
    const end = start + bytes.readUInt32LE(at + 12);
    const argument = bytes.readUInt32LE(at + 8);
    at = end;
    if (kind === FORGET) {
      reports.delete(argument);
      continue;
    }
    const one = waiting.get(id);
    // Who gave up is not told.
    if (one === undefined) continue;
    switch (kind) {
      case HEAD:
        if (flags & WHOLE) waiting.delete(id);
        one.onHead(head(bytes, start, end, flags, large));
        break;
      case DATA:
        one.onData(flags & LARGE ? large[argument] : bytes.subarray(start, end));
        break;
      case END:
        waiting.delete(id);
        one.onEnd();
        break;
      case FAIL:
        waiting.delete(id);
        one.onFail(JSON.parse(bytes.utf8Slice(start, end)));
        break;
      case ROOM:
        one.onRoom();
        break;
      case CLOSED:
        waiting.delete(id);
        one.onClosed(argument === 1);
        break;
      case EVENT:
        one.onEvent(bytes.utf8Slice(start, end));
        break;
    }
  }
}

/** Gives whoever will wait an id. */
function enter(one) {
  do last = (last + 1) >>> 0;
  while (last === 0 || waiting.has(last));
  waiting.set(last, one);
  return last;
}

/** From now on nobody waits. */
function leave(id) {
  waiting.delete(id);
}

/** The process stays for what is waited for. */
function hold() {
  if (held++ === 0) queue.hold(true);
}

function release() {
  if (--held === 0) queue.hold(false);
}

/** Has a thread of the addon do some work: `begin` gets queue and id and gives the work, of which the outcome is taken. */
function work(begin) {
  return new Promise((resolve, reject) => {
    let begun;
    const onClosed = () => {
      release();
      try {
        resolve(begun.take());
      } catch (error) {
        reject(error);
      }
    };
    const id = enter({ onClosed });
    hold();
    try {
      begun = begin(queue, id);
    } catch (error) {
      leave(id);
      release();
      reject(error);
    }
  });
}

module.exports = { work, queue, enter, leave, hold, release, Report, camelCased };
