// The conformance runner for Node: `conformance.mjs [--fetch] CASES` prints one outcome a line.
//
// docs/conformance.md says what a case is. The first run makes its clients from options in camelCase and calls `request` and
// `stream`; with `--fetch` they are made from the config document's JSON and call `fetch`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, CODES, MtlsError } from 'mutls';

const require = createRequire(import.meta.url);
// The table of names is no part of the package's interface.
const { TABLE } = require(require.resolve('mutls/package.json').replace('package.json', 'lib/catalogue.js'));

const AT_ONCE = 4;
const PATIENCE_MS = 60_000;
const byFetch = process.argv.includes('--fetch');

class Mismatch extends Error {}

// Comparing.

function mismatch(claim, got, place) {
  const differs = `${place}: expected ${JSON.stringify(claim)}, got ${JSON.stringify(got)?.slice(0, 600)}`;
  if (claim === '$any') return got === null || got === undefined ? differs : undefined;
  if (Array.isArray(claim)) {
    if (!Array.isArray(got) || got.length !== claim.length) return differs;
    return first(claim, (one, at) => mismatch(one, got[at], `${place}[${at}]`));
  }
  if (claim !== null && typeof claim === 'object') {
    const [operator, ...others] = Object.keys(claim);
    if (others.length === 0 && operator?.startsWith('$')) return operate(operator, claim[operator], got) ? undefined : differs;
    if (got === null || typeof got !== 'object' || Array.isArray(got)) return differs;
    return first(Object.entries(claim), ([name, value]) => mismatch(value, got[name], `${place}.${name}`));
  }
  return (claim ?? null) === (got ?? null) ? undefined : differs;
}

function first(list, find) {
  for (const [at, one] of list.entries()) {
    const found = find(one, at);
    if (found !== undefined) return found;
  }
}

function operate(operator, operand, got) {
  switch (operator) {
    case '$contains':
      return operand.length > 0 && operand.every((part) => contains(got, part));
    case '$lacks':
      return (Array.isArray(got) || typeof got === 'string') && !operand.some((part) => contains(got, part));
    case '$one_of':
      return operand.some((claim) => mismatch(claim, got, '') === undefined);
    case '$min':
      return typeof got === 'number' && got >= operand;
    default:
      return false;
  }
}

function contains(got, part) {
  if (Array.isArray(got)) return got.some((one) => mismatch(part, one, '') === undefined);
  return typeof got === 'string' && typeof part === 'string' && got.includes(part);
}

function compare(claim, got, place) {
  const what = mismatch(claim, got, place);
  if (what !== undefined) throw new Mismatch(what);
}

/** With the names of core. */
function snakeCased(value) {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (value === null || typeof value !== 'object') return value;
  const snake = (name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [snake(name), snakeCased(one)]));
}

function compareError(claim, error, place) {
  compare(claim, snakeCased(error.toJSON()), place);
  const known = CODES[error.code];
  if (error.number !== known?.number || error.family !== known?.family) {
    throw new Mismatch(`${place}: ${error.code} has number ${error.number} and family ${error.family}`);
  }
}

function compareAnswer(claim, answer) {
  const { status, headers, url, reused, body } = answer;
  if (status !== claim.status) throw new Mismatch(`expected ${claim.status}, got ${status} ${body.toString().slice(0, 300)}`);
  for (const [name, values] of Object.entries(claim.headers ?? {})) compare(values ?? [], headers(name), `header ${name}`);
  if (claim.url !== undefined && claim.url !== null) compare(claim.url, url, 'url');
  if (claim.reused !== undefined && claim.reused !== null) compare(claim.reused, reused, 'reused');
  const { text, length, pattern: wanted, json } = claim.body ?? {};
  if (typeof text === 'string') compare(text, body.toString(), 'body');
  if (typeof length === 'number') compare(length, body.length, 'length');
  if (wanted && !pattern(wanted).equals(body)) throw new Mismatch(`body: ${body.length} bytes are not the pattern`);
  if (json !== undefined) compare(json, JSON.parse(body.toString()), 'body');
}

function pattern({ length, seed = 0 }) {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i += 1) bytes[i] = (31 * i + seed) % 251;
  return bytes;
}

// Making clients and calls.

/** A config document with the names of JavaScript. */
function camelCased(config, path = '') {
  if (Array.isArray(config)) return config.map((one) => camelCased(one, path));
  const table = TABLE[path];
  if (config === null || typeof config !== 'object' || table === undefined) return config;
  const names = Object.fromEntries(Object.entries(table).map(([name, [key]]) => [key, name]));
  const entries = Object.entries(config);
  return Object.fromEntries(
    entries.map(([key, value]) => [names[key] ?? key, camelCased(value, path ? `${path}.${key}` : key)]),
  );
}

function make(config, found) {
  const paths = Object.entries(found.attachments ?? {});
  const attachments = Object.fromEntries(paths.map(([name, path]) => [name, readFileSync(path)]));
  if (byFetch) return Client.fromJson(JSON.stringify(config, exact), attachments);
  return new Client({ ...camelCased(config), attachments });
}

/** `JSON.parse` gave the largest numbers a value beyond what core takes. */
function exact(_name, value) {
  return typeof value === 'number' ? Math.min(value, Number.MAX_SAFE_INTEGER) : value;
}

/** The bytes of a body, or what produces them. */
function content(body) {
  if (!body) return {};
  const data = body.pattern ? pattern(body.pattern) : Buffer.from(body.text ?? '');
  if (!body.stream) return { body: data };
  const length = body.stream === 'sized' ? (body.announced ?? data.length) : undefined;
  return { body: pieces(data), length };
}

async function* pieces(data) {
  for (let at = 0; at < data.length; at += 10_000) yield data.subarray(at, at + 10_000);
}

function callOptions(step) {
  const { timeout_ms: timeout, timeouts, decompress, redirects } = step.options ?? {};
  return {
    method: step.method ?? 'GET',
    headers: step.headers,
    timeout,
    timeouts: timeouts && camelCased(timeouts, 'timeouts'),
    decompress: decompress ?? undefined,
    redirects: redirects?.follow ?? undefined,
  };
}

/** What was answered, in one shape. */
async function send(client, step, signal) {
  const { body, length } = content(step.body);
  const options = { ...callOptions(step), body, contentLength: length, signal };
  if (step.read === undefined || step.read === 'whole') {
    const response = await client.request(step.url, options);
    return shaped(response, response.body);
  }
  const response = await client.stream(step.url, options);
  let read = Buffer.alloc(0);
  if (step.read === 'first') for await (const piece of response) {
    read = piece.subarray(0, 16);
    break;
  }
  response.close();
  return shaped(response, read);
}

function shaped(response, body) {
  const { status, url, headersDistinct, connectionReused: reused, handshake } = response;
  return { status, url, reused, handshake, body, headers: (name) => headersDistinct[name] ?? [] };
}

/** The same by `fetch`, as far as the standard lets it be said. */
async function sendByFetch(client, step, signal) {
  const { body, length } = content(step.body);
  const { redirects, ...options } = callOptions(step);
  const own = redirects === 'any' || redirects === 'same_origin' || length !== undefined || (body && /^(GET|HEAD)$/.test(options.method));
  if (own) return send(client, step, signal);
  const redirect = redirects === 'none' ? 'manual' : 'follow';
  const response = await client.fetch(step.url, { ...options, body, redirect, signal, duplex: 'half' });
  let read = Buffer.alloc(0);
  if (step.read === undefined || step.read === 'whole') {
    read = Buffer.from(await response.arrayBuffer());
  } else {
    const reader = response.body?.getReader();
    if (step.read === 'first') read = Buffer.from((await reader.read()).value.subarray(0, 16));
    await reader?.cancel();
  }
  const { status, url, connectionReused: reused, handshake, headers } = response;
  const values = (name) => {
    if (name === 'set-cookie') return headers.getSetCookie();
    const value = headers.get(name);
    return value === null ? [] : value;
  };
  return { status, url, reused, handshake, body: read, headers: values };
}

/** `fetch` joins repeated headers. */
function joinedHeaders(claim) {
  if (!claim?.headers) return claim;
  const entries = Object.entries(claim.headers).map(([name, values]) => {
    const plain = Array.isArray(values) && values.every((value) => typeof value === 'string');
    return [name, plain && name !== 'set-cookie' ? values.map((value) => value.trim()).join(', ') : values];
  });
  return { ...claim, headers: Object.fromEntries(entries) };
}

async function call(client, step) {
  let signal;
  let timer;
  const cancelled = new MtlsError('cancelled', { code: 'cancelled' });
  if (step.cancel_after_ms !== undefined && step.cancel_after_ms !== null) {
    const controller = new AbortController();
    signal = controller.signal;
    if (step.cancel_after_ms === 0) controller.abort(cancelled);
    else timer = setTimeout(() => controller.abort(cancelled), step.cancel_after_ms);
  }
  const begun = performance.now();
  let answer;
  let error;
  try {
    answer = await (byFetch ? sendByFetch : send)(client, step, signal);
  } catch (thrown) {
    if (!(thrown instanceof MtlsError)) throw thrown;
    error = thrown;
  }
  const took = performance.now() - begun;
  clearTimeout(timer);
  if (error === cancelled) {
    // A host's own reason stands in for the error of core's: that a call ends by it is what is claimed.
    if (step.error?.code !== 'cancelled') throw new Mismatch('it was cancelled');
  } else if (error !== undefined) {
    if (!step.error) throw new Mismatch(`expected an answer, got ${error}`);
    compareError(step.error, error, 'error');
  } else {
    if (!step.answer) throw new Mismatch(`expected an error, got ${answer.status} ${answer.body.toString().slice(0, 300)}`);
    compareAnswer(byFetch ? joinedHeaders(step.answer) : step.answer, answer);
  }
  if (step.report && error !== cancelled) compare(step.report, snakeCased((answer ?? error).handshake), 'report');
  if (step.within_ms && took > step.within_ms) throw new Mismatch(`it took ${Math.round(took)} ms, not ${step.within_ms}`);
}

// The runner.

async function run(found) {
  let client;
  try {
    client = make(found.config ?? {}, found);
  } catch (error) {
    if (!(error instanceof MtlsError)) throw error;
    if (!found.construct_error) throw new Mismatch(`the client: ${error}`);
    return compareError(found.construct_error, error, 'the client');
  }
  if (found.construct_error) throw new Mismatch(`the client: expected ${found.construct_error.code}, got a client`);
  for (const [at, step] of (found.steps ?? []).entries()) {
    try {
      const own = step.config ? make(step.config, found) : client;
      if (step.close) await client.close({ drainMs: 0 });
      if (step.pause_ms) await sleep(step.pause_ms);
      if (step.parallel) await Promise.all(Array.from({ length: step.parallel }, () => call(own, step)));
      else for (let time = 0; time < (step.times ?? 1); time += 1) await call(own, step);
    } catch (error) {
      const text = error instanceof Mismatch ? error.message : (error?.stack ?? String(error));
      throw new Mismatch(`step ${at + 1} (${step.url}): ${text}`);
    }
  }
}

async function guarded(found) {
  const outcome = { id: found.id, outcome: 'pass' };
  const patience = new AbortController();
  try {
    const hangs = sleep(PATIENCE_MS, undefined, { signal: patience.signal }).then(
      () => Promise.reject(new Mismatch('it hangs')),
      () => {},
    );
    await Promise.race([run(found), hangs]);
  } catch (error) {
    outcome.outcome = 'fail';
    outcome.detail = error instanceof Mismatch ? error.message : String(error?.stack ?? error);
  } finally {
    patience.abort();
  }
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

const { cases } = JSON.parse(readFileSync(process.argv.at(-1), 'utf8'));
const together = cases.filter((found) => !found.alone);
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let found; (found = together.shift()); ) await guarded(found);
  }),
);
for (const found of cases.filter((one) => one.alone)) await guarded(found);
