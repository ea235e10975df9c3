'use strict';
// What a caller gives as URL, headers and body, as core takes it.

const { PassThrough } = require('node:stream');
const { isUint8Array, isAnyArrayBuffer } = require('node:util/types');
const { badOption } = require('./errors.js');
const { bytesOf } = require('./supply.js');
const multipart = require('./multipart.js');


/** Names and values, one pair after the other. */
function* headerPairs(headers) {
  if (headers === undefined || headers === null) return;
  if (typeof headers !== 'object') throw badOption('`headers` is not an object', 'Give an object, pairs or Headers.');
  const pairs = typeof headers[Symbol.iterator] === 'function' ? headers : Object.entries(headers);
  for (const pair of pairs) {
    const [name, value] = pair;
    if (value === undefined || value === null) continue;
    if (Array.isArray(value)) for (const one of value) yield [name, one];
    else yield [name, value];
  }
}

/** The head in the shape of the addon's: parts with zero bytes between them, and how many headers they hold. */
function head(method, url, headers, more) {
  let text = `${method}\0${url}`;
  let count = 0;
  let typed = false;
  for (const [name, value] of headerPairs(headers)) {
    text += `\0${name}\0${Buffer.isBuffer(value) ? value.latin1Slice() : value}`;
    count += 1;
    if (more !== undefined && String(name).toLowerCase() === 'content-type') typed = true;
  }
  if (more !== undefined && !typed) {
    text += `\0content-type\0${more}`;
    count += 1;
  }
  return { head: text, headers: count };
}

const isBlob = (value) => typeof Blob === 'function' && value instanceof Blob;
/** Node's own, or one that is like it: undici brings another. */
const isForm = (value) =>
  (typeof FormData === 'function' && value instanceof FormData) ||
  (value[Symbol.toStringTag] === 'FormData' && typeof value.entries === 'function' && typeof value.pipe !== 'function');

/** The package `form-data`, which came before: a stream of the oldest kind that knows its own headers. */
function oldForm(form) {
  const { 'content-type': type } = form.getHeaders();
  const length = form.hasKnownLength?.() ? form.getLengthSync() : -1;
  const source = new PassThrough();
  form.on('error', (error) => source.destroy(error));
  form.pipe(source);
  return { source, length, type };
}

/**
 * A body as `{ bytes }`, or as `{ source, length }` with -1 for a length that is not known; with the `type` that follows
 * from it. `undefined` is no body.
 */
function body(value, length) {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return { bytes: Buffer.from(value), text: true };
  if (isUint8Array(value)) return { bytes: value };
  if (ArrayBuffer.isView(value) || isAnyArrayBuffer(value)) return { bytes: bytesOf(value) };
  if (value instanceof URLSearchParams) {
    return { bytes: Buffer.from(value.toString()), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  if (isBlob(value)) return { source: value.stream(), length: value.size, type: value.type || undefined };
  if (isForm(value)) return multipart.encode(value);
  if (typeof value.getHeaders === 'function' && typeof value.pipe === 'function') return oldForm(value);
  if (typeof value.getReader === 'function' || value[Symbol.asyncIterator] || value[Symbol.iterator]) {
    return { source: value, length: length ?? -1 };
  }
  throw badOption(
    `\`body\` is ${typeof value === 'object' ? 'an object' : `a ${typeof value}`} that cannot be sent`,
    'Give text, bytes, a Blob, FormData, URLSearchParams, a stream or an iterable; `json` takes other values.',
  );
}

/** Appends to the query, before the fragment. */
function withQuery(url, query) {
  const params = query instanceof URLSearchParams ? query : new URLSearchParams(flat(query));
  const text = params.toString();
  if (text === '') return url;
  const [, before, fragment] = /^([^#]*)(.*)$/s.exec(url);
  const joint = !before.includes('?') ? '?' : /[?&]$/.test(before) ? '' : '&';
  return before + joint + text + fragment;
}

/** A list repeats its name; `undefined` and `null` leave it out. */
function flat(query) {
  if (typeof query === 'string' || typeof query?.[Symbol.iterator] === 'function') return query;
  const known = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return known.flatMap(([name, value]) => (Array.isArray(value) ? value.map((one) => [name, one]) : [[name, value]]));
}

module.exports = { head, body, withQuery };
