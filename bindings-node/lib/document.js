'use strict';
// Options as a config document. Secrets in memory become attachments, which core zeroes, and never a part of it.

const { isAnyArrayBuffer } = require('node:util/types');
const { fileURLToPath } = require('node:url');
const { TABLE } = require('./catalogue.js');
const { badOption } = require('./errors.js');

const isBytes = (value) => ArrayBuffer.isView(value) || isAnyArrayBuffer(value);
const isPlain = (value) => value !== null && typeof value === 'object' && !Array.isArray(value) && !isBytes(value);

function bytesOf(value) {
  if (typeof value === 'string') return Buffer.from(value);
  return ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.from(value);
}

function object(path, options, attached) {
  const table = TABLE[path];
  const found = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    // What is no option of ours goes to core as it is: it knows what was meant.
    const [key, kind] = Object.hasOwn(table, name) ? table[name] : [name, ''];
    if (Object.hasOwn(found, key)) {
      throw badOption(`\`${key}\` is given twice`, 'Keep either the name in JavaScript or the key of the config document.');
    }
    found[key] = translate(path ? `${path}.${key}` : key, kind, value, attached);
  }
  return found;
}

function translate(path, kind, value, attached) {
  if (path === 'timeouts' && typeof value === 'number') return onlyTotal(value);
  if (Array.isArray(value)) {
    return value.map((one, at) => translate(kind === 'secret' ? `${path}[${at}]` : path, kind, one, attached));
  }
  if (kind === 'object' && isPlain(value) && !(value instanceof URL)) return object(path, value, attached);
  if (kind === 'secret' && (typeof value === 'string' || isBytes(value))) return secret(path, value, attached);
  return plain(value);
}

/** One deadline for the whole call, without other limits. */
function onlyTotal(ms) {
  const limits = Object.values(TABLE.timeouts).map(([key]) => key);
  const others = limits.filter((key) => !['total_ms', 'expect_continue_ms'].includes(key));
  return { ...Object.fromEntries(others.map((key) => [key, null])), total_ms: plain(ms) };
}

function secret(path, value, attached) {
  // The flat short forms name a file or hold its content.
  const isPath = typeof value === 'string' && !value.includes('-----BEGIN');
  if (isPath && (path === 'cert' || path === 'key' || path === 'ca')) return value;
  attached.set(path, bytesOf(value));
  return { ref: path };
}

function plain(value) {
  // JSON has no infinity, and `null` means something else: core is to refuse it.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  // Beyond this JavaScript does not know which number it is, and core might not take it.
  if (typeof value === 'number' && value > Number.MAX_SAFE_INTEGER) return Number.MAX_SAFE_INTEGER;
  if (value instanceof URL) return value.protocol === 'file:' ? fileURLToPath(value) : value.href;
  if (Array.isArray(value)) return value.map(plain);
  if (isBytes(value)) return bytesOf(value).toString('latin1');
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return String(value);
  if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}

/** The arguments of the addon's `Client`: the document, and the attachments' names and values. */
function document(options) {
  if (!isPlain(options)) throw badOption('the options are not an object', 'Give an object: docs/config.md has its keys.');
  const { attachments, ...rest } = options;
  const attached = new Map();
  for (const [name, value] of Object.entries(attachments ?? {})) attached.set(name, bytesOf(value));
  const found = object('', rest, attached);
  return [JSON.stringify(found), [...attached.keys()], [...attached.values()]];
}

const CALL_KEYS = { timeout: 'timeout_ms', timeouts: 'timeouts', decompress: 'decompress', redirects: 'redirects' };

/** What is different for one call, as JSON; `undefined` where nothing is. */
function callOptions(options) {
  let found;
  for (const name in CALL_KEYS) {
    const value = options[name];
    if (value === undefined) continue;
    found ??= {};
    const kind = name === 'timeouts' ? 'object' : '';
    const given = name === 'redirects' && typeof value === 'string' ? { follow: value } : value;
    found[CALL_KEYS[name]] = translate(name, kind, given, new Map());
  }
  return found && JSON.stringify(found);
}

/** A name in JavaScript as the document has it. */
const snakeCased = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const PASSPHRASES = new Set(['passphrase', 'key_passphrase', 'new_passphrase']);

/** The arguments of the addon's `runTool` behind the tool's name. */
function toolDocument(input, options) {
  const attached = new Map();
  const one = (name, value) => {
    const isSecret = typeof value === 'string' && (PASSPHRASES.has(name) || value.includes('-----BEGIN'));
    if (!isSecret && !isBytes(value)) return plain(value);
    attached.set(name, bytesOf(value));
    return { ref: name };
  };
  const found = {};
  for (const [name, value] of Object.entries({ input, ...options })) {
    if (value === undefined) continue;
    const key = snakeCased(name);
    if (Array.isArray(value)) found[key] = value.map((each, at) => one(`${key} ${at + 1}`, each));
    else if (key === 'client' && isPlain(value)) found[key] = object('', value, attached);
    else found[key] = one(key, value);
  }
  return [JSON.stringify(found), [...attached.keys()], [...attached.values()]];
}

module.exports = { document, callOptions, toolDocument };
