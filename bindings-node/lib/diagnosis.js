'use strict';
// Why calls fail: core walks their way.

const native = require('./native.js');
const { document } = require('./document.js');
const { translated, badOption } = require('./errors.js');
const { camelCased, work } = require('./queue.js');

class Diagnosis {
  #text;
  #document;

  constructor([json, text, html]) {
    const facts = camelCased(JSON.parse(json));
    this.url = facts.url;
    this.time = facts.time;
    this.state = facts.state;
    this.summary = facts.summary;
    this.code = facts.code;
    this.steps = facts.steps;
    this.#document = facts;
    this.#text = text;
    // Too long for console.log.
    Object.defineProperty(this, 'html', { value: html, enumerable: false });
  }

  toString() {
    return this.#text;
  }

  toJSON() {
    return this.#document;
  }
}

/** Calls `begin` with what the addon wants, and makes a `Diagnosis` of its answer. */
async function examine(url, { headers = {}, probe = true, signal }, begin) {
  signal?.throwIfAborted();
  const canceller = new native.Canceller();
  const cancel = () => canceller.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const pairs = typeof headers[Symbol.iterator] === 'function' ? [...headers] : Object.entries(headers);
    const flat = pairs.flatMap(([name, value]) => [String(name), String(value)]);
    const examined = { url: String(url), headers: flat, probe };
    const found = await work((queue, id) => begin(queue, id, examined, canceller));
    signal?.throwIfAborted();
    return new Diagnosis(found);
  } catch (error) {
    throw translated(error);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

const OWN = ['headers', 'probe', 'signal'];

/** Refuses what is no option of a diagnosis. */
function known(how) {
  for (const name in how) {
    if (!OWN.includes(name)) throw badOption(`unknown option \`${name}\` of a diagnosis`, `Known here: ${OWN.join(', ')}.`);
  }
  return how;
}

async function diagnose(url, options = {}, how = {}) {
  const parts = document(options);
  return examine(url, known(how), (queue, id, examined, canceller) => native.diagnose(queue, id, ...parts, examined, canceller));
}

module.exports = { Diagnosis, diagnose, examine, known };
