'use strict';
// A fetch function for code that takes one. It fails as Node's own does: a `TypeError` with what went wrong as its cause.

const { Agents } = require('./agents.js');
const { Client } = require('./client.js');
const { Failure, Reason } = require('./call.js');
const { badOption, fromFacts } = require('./errors.js');
const { fetch } = require('./fetch.js');

function terminated(failed) {
  if (failed instanceof Reason) return failed.reason;
  return new TypeError('terminated', { cause: fromFacts(failed.facts, failed.cause) });
}

function createFetch(given) {
  const fixed = given === undefined || given instanceof Client ? given : new Client(given);
  const agents = new Agents();
  return async function mutlsFetch(input, init) {
    let client = fixed;
    let rest = init;
    if (init?.agent !== undefined && init.agent !== null) {
      const { agent, ...others } = init;
      if (fixed !== undefined) {
        throw badOption('`agent` beside a client: one of the two identities would be ignored', 'Keep one of them.');
      }
      const chosen = typeof agent === 'function' ? agent(new URL(input.url ?? input)) : agent;
      client = agents.client(chosen);
      rest = others;
    }
    client ??= agents.client();
    const outcome = await fetch(client, input, rest, terminated);
    if (outcome instanceof Failure) throw new TypeError('fetch failed', { cause: fromFacts(outcome.facts, outcome.cause) });
    if (outcome instanceof Reason) throw outcome.reason;
    return outcome;
  };
}

module.exports = { createFetch };
