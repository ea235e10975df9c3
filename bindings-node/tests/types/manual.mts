// What the types let through, and what they do not: each `@ts-expect-error` fails the check where nothing is wrong.
import { Agent } from 'node:https';
import { Readable } from 'node:stream';
import axios from 'axios';
import { request, setGlobalDispatcher } from 'undici';
import mutls, { Client, CODES, MtlsError, StatusError, createFetch, version } from 'mutls';
import type { ClientOptions, Code, HandshakeReport, MtlsResponse } from 'mutls';
import ours, { create, createAdapter } from 'mutls/axios';
import { Dispatcher } from 'mutls/undici';

/** Both ways assignable: the same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function is<_T extends true>(): void {}

const options: ClientOptions = {
  baseUrl: new URL('https://api.example/v1/'),
  cert: 'cert.crt',
  key: Buffer.from(''),
  ca: ['-----BEGIN CERTIFICATE-----'][0]!,
  passphrase: { ref: 'p' },
  attachments: { p: 'secret' },
  headers: { 'lean-app-token': 'x', many: ['a', 'b'] },
  auth: { basic: { username: 'u', password: 'p' } },
  timeouts: { connectMs: 1000, readMs: null },
  redirects: { follow: 'none' },
  tls: { minVersion: '1.3' },
};
// @ts-expect-error A misspelt option.
const misspelt: ClientOptions = { baseURL: 'x' };
// @ts-expect-error Milliseconds are a number.
const wrong: ClientOptions = { timeouts: { connectMs: '1s' } };
// @ts-expect-error Not a choice.
const version11: ClientOptions = { tls: { minVersion: '1.1' } };

const client = new Client({ ...options, timeouts: 5000 });
const response = await client.request('banks', { method: 'POST', json: { a: 1 }, query: { q: [1, 2] }, timeout: 1000 });
is<Same<typeof response, MtlsResponse>>();
is<Same<typeof response.body, Buffer>>();
is<Same<typeof response.status, number>>();
is<Same<typeof response.handshake, HandshakeReport>>();
const text: string = response.raiseForStatus().text();
const cookies: string[] | undefined = response.headers['set-cookie'];
const one: string | undefined = response.headers['content-type'];
const typed = response.json<{ id: string }>();
is<Same<typeof typed, { id: string }>>();
// @ts-expect-error An unknown option of a call.
await client.request('x', { baseUrl: 'y' });
// @ts-expect-error A number is no body.
await client.post('x', { body: 1 });
for (const body of [
  'text',
  Buffer.from(''),
  new Uint8Array(1),
  new ArrayBuffer(1),
  new URLSearchParams(),
  new FormData(),
  new Blob([]),
  Readable.from([]),
  new ReadableStream(),
  (async function* () {
    yield 'x';
  })(),
]) {
  await client.post('x', { body, headers: [['a', 'b']] });
}

await using streamed = await client.stream('x', { headers: new Headers(), signal: AbortSignal.timeout(1) });
for await (const piece of streamed) is<Same<typeof piece, Buffer>>();
const readable: Readable = streamed.body;

const fetched = await client.fetch(new URL('https://x'), { method: 'PUT', body: 'x', redirect: 'manual' });
const standard: Response = fetched;
const report: string | null = fetched.handshake.version;
// @ts-expect-error Refused.
await client.fetch('x', { integrity: 'sha256-x' });
const likeGlobal: typeof fetch = createFetch(client) as typeof fetch;
await createFetch()('https://x', { agent: new Agent() });

try {
  client.reload(options);
} catch (error) {
  if (error instanceof MtlsError) {
    const code: Code = error.code;
    const known = CODES[error.code].number;
    const facts: [number, string, boolean, boolean, string] = [known, error.hint, error.notProcessed, error.transient, error.phase];
    const alert: number | undefined = error.tlsAlert?.number;
    if (error.code === 'client_cert_rejected') throw error;
    // @ts-expect-error Not a code.
    if (error.code === 'client_cert_rejectd') throw error;
  }
  if (error instanceof StatusError) throw error.response;
}
const done: boolean = await client.close({ drainMs: 100 });
is<Same<typeof mutls.Client, typeof Client>>();
is<Same<typeof version, string>>();

axios.create({ adapter: createAdapter(client) });
create({ mutls: { cert: 'x' }, baseURL: 'https://x' });
const answer = await ours.get<{ a: 1 }>('https://x', { httpsAgent: new Agent() });
is<Same<typeof answer.data, { a: 1 }>>();
// @ts-expect-error Neither a client nor options.
createAdapter(1);

const dispatcher = new Dispatcher(options);
setGlobalDispatcher(dispatcher);
await request('https://x', { dispatcher });
// @ts-expect-error It needs an identity.
new Dispatcher();

export { misspelt, wrong, version11, text, cookies, one, readable, standard, report, likeGlobal, done };

// Tools.
import * as tools from 'mutls';
const seenByTools: tools.ToolReport = await tools.inspect(['a.pem', new Uint8Array()], { passphrase: 'x' });
const askedByTools: tools.ToolReport = await tools.inspect({ url: 'https://api.example', client: { ca: 'ca.pem' } });
const madeByTools: Buffer | undefined = (await tools.createCsr({ subject: { commonName: 'a.example' } })).parts.key;
const writtenByTools = await tools.convert('a.pem', { to: 'pkcs12', newPassphrase: 'x', legacy: true });
await tools.convert('a.pem', { to: 'pkcs7_der', pbmac1: false });
// @ts-expect-error: no such format.
await tools.convert('a.pem', { to: 'jpg' });
void [seenByTools, askedByTools, madeByTools, writtenByTools.parts.output];
