// A sandbox for a file of tests, and what the tests share.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after } from 'node:test';

/** Starts a sandbox, which ends with the tests. */
export async function sandbox() {
  const server = spawn(process.env.MUTLS_BINARY, ['sandbox'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(server.stdout), 'line');
  const info = JSON.parse(line);
  after(async () => {
    server.stdin.end();
    await once(server, 'exit');
  });
  const { valid, encrypted } = info.identities;
  const url = (listener) => info.listeners[listener].url;
  const identity = { cert: valid.chain, key: valid.key, ca: info.files.ca };
  return { info, url, valid, encrypted, identity, options: { ...identity, baseUrl: `${url('required')}/` } };
}

let ids = 0;

/** A name for a request that the sandbox is asked about afterwards. */
export const newId = () => `${process.pid}-${(ids += 1)}`;

/** What the sandbox saw of an id; waits for a count. */
export async function ledger(client, id, wanted = {}) {
  const response = await client.request(`_log?${new URLSearchParams({ id, ...wanted })}`);
  return response.json();
}

/** Byte `i` is `31 i mod 251`. */
export function pattern(length) {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i += 1) bytes[i] = (31 * i) % 251;
  return bytes;
}

/** `size` bytes in pieces, and how many were asked for. */
export function counting(size, piece = 64 * 1024) {
  const state = { given: 0, ended: false };
  const chunk = Buffer.alloc(piece, 'x');
  async function* source() {
    try {
      while (state.given < size) {
        state.given += piece;
        yield chunk;
      }
    } finally {
      state.ended = true;
    }
  }
  return [source(), state];
}

/** Until `what` holds. */
export async function until(what, ms = 10_000) {
  for (const begun = performance.now(); !(await what()); ) {
    if (performance.now() - begun > ms) throw new Error(`it did not come about in ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
