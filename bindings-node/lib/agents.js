'use strict';
// One client for each `https.Agent`, made when it is first met.

const { Client } = require('./client.js');
const { fromAgent } = require('./agent.js');

class Agents {
  #clients = new WeakMap();
  #plain = new Map();
  #options;

  /** `options` are those of every client. */
  constructor(options = {}) {
    this.#options = options;
  }

  /** The client for an agent, or without one; `more` are further options, told apart by `key`. */
  client(agent, key = '', more = {}) {
    let clients = this.#plain;
    if (agent !== undefined && agent !== null) {
      clients = this.#clients.get(agent);
      if (clients === undefined) this.#clients.set(agent, (clients = new Map()));
    }
    let client = clients.get(key);
    if (client === undefined) {
      client = new Client({ ...this.#options, ...(agent ? fromAgent(agent) : {}), ...more });
      clients.set(key, client);
    }
    return client;
  }
}

module.exports = { Agents };
