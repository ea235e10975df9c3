'use strict';
// An `https.Agent` as options of a client: what is written for Node's own TLS goes on working.

const { badOption } = require('./errors.js');

/** How connections are kept is the client's own matter. */
const HARMLESS = new Set([
  'path', 'keepAlive', 'keepAliveMsecs', 'maxSockets', 'maxTotalSockets', 'maxFreeSockets', 'scheduling', 'noDelay',
  'host', 'port', 'servername', 'maxCachedSessions', 'agentKeepAliveTimeoutBuffer', 'defaultPort', 'protocol',
]);
const VERSIONS = { 'TLSv1.2': '1.2', 'TLSv1.3': '1.3' };

/** Each of what may be one or many. */
const many = (value) => (Array.isArray(value) ? value : [value]);
const text = (value) => (typeof value === 'string' ? value : Buffer.from(value.buffer ?? value, value.byteOffset, value.byteLength));

function one(name, value) {
  const values = many(value);
  if (values.length !== 1) throw badOption(`the agent has ${values.length} of \`${name}\``, 'Make a client for each identity.');
  return values[0];
}

/** A PEM text or its bytes; never a path, which Node does not take either. */
function pem(value) {
  const bytes = text(value);
  return typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
}

/** The options of a client that does what the agent is told. */
function fromAgent(agent) {
  const given = agent?.options;
  if (given === undefined || typeof given !== 'object') throw badOption('the agent is not an https.Agent', 'Give an https.Agent.');
  const identity = {};
  const options = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || (HARMLESS.has(name) && name !== 'servername')) continue;
    switch (name) {
      case 'cert':
        identity.certPem = pem(one(name, value));
        break;
      case 'key': {
        const key = one(name, value);
        identity.keyPem = pem(key.pem ?? key);
        if (key.passphrase !== undefined) identity.passphrase = key.passphrase;
        break;
      }
      case 'pfx': {
        const store = one(name, value);
        identity.pkcs12 = text(store.buf ?? store);
        if (store.passphrase !== undefined) identity.passphrase = store.passphrase;
        break;
      }
      case 'passphrase':
        identity.passphrase ??= value;
        break;
      case 'ca':
        options.trust = { caPem: many(value).map(pem) };
        break;
      case 'servername':
        if (value !== '') (options.tls ??= {}).serverName = value;
        break;
      case 'minVersion':
      case 'maxVersion':
        // What lies below TLS 1.2 is not spoken, and need not be.
        if (name === 'minVersion' && (value === 'TLSv1' || value === 'TLSv1.1')) break;
        if (VERSIONS[value] === undefined) throw badOption(`the agent's \`${name}\` is ${value}`, 'TLS 1.2 and 1.3 are spoken.');
        (options.tls ??= {})[name] = VERSIONS[value];
        break;
      case 'timeout':
        options.timeouts = { ...options.timeouts, readMs: value, firstByteMs: value };
        break;
      case 'rejectUnauthorized':
        if (value !== false) break;
        throw badOption("the agent's `rejectUnauthorized: false` would accept any server", "Give the server's CA as `ca`.");
      default:
        throw badOption(`the agent's \`${name}\` cannot be honoured`, 'docs/node.md lists the options of an https.Agent.');
    }
  }
  // A passphrase alone is nobody's.
  if (identity.certPem !== undefined || identity.keyPem !== undefined || identity.pkcs12 !== undefined) options.identity = identity;
  return options;
}

module.exports = { fromAgent };
