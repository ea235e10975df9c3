'use strict';
// What the head of an answer holds. Each byte of a header's value is one character, as Latin-1 says: nothing is lost.

/** Names and values in turn. */
function rawHeaders(head) {
  const bytes = head.headerBytes;
  return bytes.length === 0 ? [] : bytes.latin1Slice().split('\0');
}

/** By lower-case name, every value. */
function distinct(raw) {
  const found = { __proto__: null };
  for (let at = 0; at < raw.length; at += 2) (found[raw[at]] ??= []).push(raw[at + 1]);
  return found;
}

/** By lower-case name, repeated ones joined; `set-cookie` stays a list. */
function joined(raw) {
  const found = { __proto__: null };
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at];
    const value = raw[at + 1];
    if (name === 'set-cookie') (found[name] ??= []).push(value);
    else found[name] = found[name] === undefined ? value : `${found[name]}, ${value}`;
  }
  return found;
}

module.exports = { rawHeaders, distinct, joined };
