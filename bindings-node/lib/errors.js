'use strict';
// `MtlsError`, from the facts that core tells.

const { inspect } = require('node:util');
const { CODES } = require('./catalogue.js');
const { Report, camelCased } = require('./queue.js');

/** What lies below an error, in the words of the layer that it comes from. */
class Cause extends Error {
  get name() {
    return 'Cause';
  }
}
// Its own stack would only tell where it was translated.
const below = (texts) => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return texts.reduceRight((cause, text) => new Cause(text, cause && { cause }), undefined);
  } finally {
    Error.stackTraceLimit = limit;
  }
};

class MtlsError extends Error {
  #report;

  constructor(message, facts = {}) {
    const { code = 'internal', causes = [] } = facts;
    const cause = facts.cause ?? below(causes);
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.number = CODES[code]?.number ?? 0;
    this.family = CODES[code]?.family ?? 'internal';
    this.phase = facts.phase ?? 'config';
    this.origin = facts.origin ?? 'local';
    this.hint = facts.hint ?? '';
    this.notProcessed = facts.notProcessed ?? true;
    this.transient = facts.transient ?? false;
    this.tlsAlert = facts.tlsAlert ?? null;
    this.causes = causes;
    this.#report = facts.report;
    // Kept out of what console.log shows: it is in the chain of causes.
    Object.defineProperty(this, 'causes', { enumerable: false });
  }

  get name() {
    return 'MtlsError';
  }

  /** What was seen of the handshake, if the call got that far. */
  get handshake() {
    return this.#report?.value;
  }

  toJSON() {
    const { message, code, number, family, phase, origin, hint, notProcessed, transient, tlsAlert, causes } = this;
    return { code, number, family, phase, origin, message, hint, tlsAlert, notProcessed, transient, causes };
  }

  toString() {
    const text = `${this.name}: ${this.message} [${this.code}, ${this.phase}, ${this.origin}]`;
    return this.hint ? `${text} ${this.hint}` : text;
  }

  [inspect.custom](_depth, options, show) {
    const { code, number, phase, origin, hint, notProcessed, transient, tlsAlert, cause } = this;
    const facts = { code, number, phase, origin, hint, notProcessed, transient, ...(tlsAlert && { tlsAlert }) };
    if (cause !== undefined) facts.cause = cause;
    return `${this.stack} ${show(facts, options)}`;
  }
}

/** The exception for what core tells. */
function fromFacts(facts, cause) {
  const { message, code, phase, origin, hint, transient, causes } = facts;
  const report = facts.report && new Report(JSON.stringify(facts.report));
  const more = { notProcessed: facts.not_processed, tlsAlert: facts.tls_alert && camelCased(facts.tls_alert) };
  return new MtlsError(message, { code, phase, origin, hint, transient, causes, report, cause, ...more });
}

/** The exception for core's facts, which come as a message; anything else stays what it is. */
function translated(error) {
  try {
    return fromFacts(JSON.parse(error.message));
  } catch {
    return error;
  }
}

/** Runs what throws core's facts as a message. */
function told(act) {
  try {
    return act();
  } catch (error) {
    const known = translated(error);
    if (known !== error) Error.captureStackTrace(known, told);
    throw known;
  }
}

/** A refusal of an option, as core words it. */
function badOption(message, hint) {
  return new MtlsError(message, { code: 'bad_option', hint, origin: 'local' });
}

module.exports = { MtlsError, fromFacts, translated, told, badOption };
