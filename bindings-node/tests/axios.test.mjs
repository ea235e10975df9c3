import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import axios, { AxiosError, CanceledError } from 'axios';
import OldFormData from 'form-data';
import { Client, MtlsError } from 'mutls';
import ours, { create, createAdapter } from 'mutls/axios';
import { counting, ledger, newId, pattern, sandbox, until } from './support.mjs';

const { info, url, valid, encrypted, identity, options } = await sandbox();
const client = new Client(options);
const api = axios.create({ adapter: createAdapter(client), baseURL: url('required') });
const id = newId;

const failed = (promise) =>
  promise.then(
    () => assert.fail('it did not fail'),
    (error) => error,
  );

describe('answers', () => {
  test('an answer has what axios promises', async () => {
    const response = await api.get('/echo', { params: { a: [1, 2], b: 'c d' }, headers: { 'x-one': 'caf\xe9' } });
    assert.equal(response.status, 200);
    assert.equal(response.statusText, 'OK');
    assert.equal(response.headers['content-type'], 'application/json');
    assert.equal(response.headers.get('Content-Type'), 'application/json');
    assert.equal(decodeURIComponent(response.data.query), 'a[]=1&a[]=2&b=c+d');
    assert.ok(response.data.headers.some(([name, value]) => name === 'x-one' && value === 'caf\xe9'));
    assert.match(response.request.res.responseUrl, /^https:.*\/echo\?a/);
    assert.equal(response.config.method, 'get');
  });

  for (const [responseType, check] of Object.entries({
    json: (data) => assert.equal(data.method, 'GET'),
    text: (data) => assert.equal(typeof data, 'string'),
    arraybuffer: (data) => assert.ok(Buffer.isBuffer(data)),
    blob: async (data) => assert.equal(JSON.parse(await data.text()).method, 'GET'),
    document: (data) => assert.equal(typeof data, 'string'),
  })) {
    test(`responseType ${responseType}`, async () => {
      await check((await api.get('/echo', { responseType })).data);
    });
  }

  test('responseType arraybuffer keeps every byte', async () => {
    const { data } = await api.get('/bytes/100000', { responseType: 'arraybuffer' });
    assert.ok(data.equals(pattern(100_000)));
  });

  test('responseType stream flows as it is read', async () => {
    const { data, headers } = await api.get('/large/30000000', { responseType: 'stream' });
    assert.ok(data instanceof Readable);
    assert.equal(headers['content-length'], '30000000');
    let sum = 0;
    for await (const piece of data) sum += piece.length;
    assert.equal(sum, 30_000_000);
  });

  test('a stream that is left closes its connection', async () => {
    const name = id();
    const { data } = await api.get('/large/300000000', { responseType: 'stream', headers: { 'x-sandbox-id': name } });
    for await (const _ of data) break;
    assert.equal((await ledger(client, name, { aborted: 1 })).aborted, 1);
  });

  test('a body that is cut short is an error, in a stream too', async () => {
    const error = await failed(api.get('/truncated/1000/2000'));
    assert.ok(error instanceof AxiosError);
    assert.equal(error.code, 'ERR_BAD_RESPONSE');
    assert.equal(error.cause.code, 'body_truncated');
    const { data } = await api.get('/truncated/1000/2000', { responseType: 'stream' });
    const later = await failed(data.toArray());
    assert.ok(later instanceof AxiosError);
    assert.equal(later.cause.code, 'body_truncated');
  });

  test('compressed bodies', async () => {
    const { data, headers } = await api.get('/gzip');
    assert.equal(data.encoding, 'gzip');
    assert.equal(headers['content-encoding'], undefined);
    const raw = await api.get('/gzip', { decompress: false, responseType: 'arraybuffer' });
    assert.equal(raw.data[0], 0x1f);
    assert.equal(raw.headers['content-encoding'], 'gzip');
  });

  test('repeated headers', async () => {
    const { headers } = await api.get('/dup-headers');
    assert.equal(headers['x-dup'], 'one, two');
    assert.equal(headers['set-cookie'].length, 2);
    assert.equal(headers['x-latin1'], 'caf\xe9');
  });

  test('HEAD, and answers without a body', async () => {
    assert.equal((await api.head('/bytes/10')).data, '');
    assert.equal((await api.get('/status/204')).data, '');
  });
});

describe('validateStatus', () => {
  test('an error status rejects with the answer', async () => {
    const error = await failed(api.get('/status/404'));
    assert.ok(error instanceof AxiosError);
    assert.equal(error.code, 'ERR_BAD_REQUEST');
    assert.equal(error.response.status, 404);
    assert.deepEqual(error.response.data, { status: 404 });
    assert.equal((await failed(api.get('/status/503'))).code, 'ERR_BAD_RESPONSE');
  });

  test('the caller decides', async () => {
    assert.equal((await api.get('/status/404', { validateStatus: () => true })).status, 404);
    assert.equal((await api.get('/status/500', { validateStatus: null })).status, 500);
    const error = await failed(api.get('/status/200', { validateStatus: (status) => status !== 200 }));
    assert.equal(error.response.status, 200);
  });
});

describe('bodies', () => {
  const echo = async (data, config) => (await api.post('/echo', data, config)).data;
  const header = (seen, name) => seen.headers.find(([known]) => known.toLowerCase() === name)?.[1];

  test('an object is JSON', async () => {
    const seen = await echo({ a: 1 });
    assert.equal(header(seen, 'content-type'), 'application/json');
    assert.equal(Buffer.from(seen.body_base64, 'base64').toString(), '{"a":1}');
  });

  test('URLSearchParams, text, bytes', async () => {
    const form = await echo(new URLSearchParams({ a: 'b c' }));
    assert.match(header(form, 'content-type'), /^application\/x-www-form-urlencoded/);
    assert.equal(Buffer.from(form.body_base64, 'base64').toString(), 'a=b+c');
    assert.equal((await echo(Buffer.from([1, 2, 3]))).body_length, 3);
    assert.equal((await echo(new Uint8Array([1, 2, 3]).buffer)).body_length, 3);
    assert.equal((await echo('text', { headers: { 'content-type': 'text/plain' } })).body_length, 4);
  });

  test('FormData, Blob, and the package form-data', async () => {
    const form = new FormData();
    form.set('a', 'b');
    form.set('file', new File(['hello'], 'x.txt', { type: 'text/plain' }));
    const seen = await echo(form);
    assert.match(header(seen, 'content-type'), /^multipart\/form-data; boundary=/);
    const text = Buffer.from(seen.body_base64, 'base64').toString();
    assert.match(text, /name="a"\r\n\r\nb\r\n/);
    assert.match(text, /filename="x.txt"\r\nContent-Type: text\/plain\r\n\r\nhello\r\n/);
    assert.equal(header(seen, 'content-length'), String(text.length));
    const blob = await echo(new Blob(['hello'], { type: 'text/x' }));
    assert.equal(header(blob, 'content-type'), 'text/x');
    const old = new OldFormData();
    old.append('a', 'b');
    old.append('f', Buffer.from('hello'), { filename: 'x.bin' });
    const seenOld = await echo(old);
    assert.match(header(seenOld, 'content-type'), /^multipart\/form-data; ?boundary=/);
    assert.match(Buffer.from(seenOld.body_base64, 'base64').toString(), /filename="x.bin"/);
  });

  test('a stream is sent as fast as the server reads', async () => {
    const [source, state] = counting(200 * 1024 * 1024);
    const abort = new AbortController();
    const sending = api.post('/upload-slow?bytes_per_s=65536', Readable.from(source), {
      signal: abort.signal,
      maxBodyLength: Infinity,
    });
    sending.catch(() => {});
    let before = -1;
    await until(async () => {
      const settled = state.given > 0 && state.given === before;
      before = state.given;
      await sleep(300);
      return settled;
    });
    assert.ok(state.given < 50 * 1024 * 1024, `${state.given} bytes were taken`);
    abort.abort();
    assert.ok((await failed(sending)) instanceof CanceledError);
    await until(() => state.ended);
  });

  test('an upload that is aborted closes its connection', async () => {
    const name = id();
    const abort = new AbortController();
    const stalled = new Readable({ read() {} });
    stalled.push('begun');
    const sending = failed(api.post('/upload', stalled, { headers: { 'x-sandbox-id': name }, signal: abort.signal }));
    await ledger(client, name, { seen: 1 });
    abort.abort();
    assert.ok((await sending) instanceof CanceledError);
    assert.ok(stalled.destroyed);
    assert.equal((await ledger(client, name, { aborted: 1 })).aborted, 1);
  });

  test('a stream of known length is sent with it', async () => {
    const seen = await echo(Readable.from([Buffer.from('hello')]), { headers: { 'content-length': 5 } });
    assert.equal(header(seen, 'content-length'), '5');
    assert.equal(seen.body_length, 5);
    const chunked = await echo(Readable.from([Buffer.from('hello')]));
    assert.equal(header(chunked, 'transfer-encoding'), 'chunked');
  });

  test("a stream that fails is the call's failure", async () => {
    async function* source() {
      yield 'begun';
      throw new Error('the disk is gone');
    }
    const error = await failed(api.post('/upload', Readable.from(source())));
    assert.ok(error instanceof AxiosError);
    assert.equal(error.message, 'the disk is gone');
    assert.equal(error.cause.message, 'the disk is gone');
  });

  test('upload progress', async () => {
    for (const body of [Buffer.alloc(300_000), Readable.from([Buffer.alloc(100_000), Buffer.alloc(200_000)])]) {
      const seen = [];
      await api.post('/upload', body, { onUploadProgress: (event) => seen.push(event) });
      assert.ok(seen.length > 1);
      assert.equal(seen.at(-1).loaded, 300_000);
      assert.equal(seen.reduce((sum, { bytes }) => sum + bytes, 0), 300_000);
      assert.ok(seen.every(({ upload }) => upload));
      if (Buffer.isBuffer(body)) assert.equal(seen.at(-1).progress, 1);
    }
  });

  test('download progress', async () => {
    for (const responseType of ['arraybuffer', 'stream']) {
      const seen = [];
      const { data } = await api.get('/large/300000', { responseType, onDownloadProgress: (event) => seen.push(event) });
      if (responseType === 'stream') for await (const _ of data);
      assert.equal(seen.at(-1).loaded, 300_000);
      assert.equal(seen.at(-1).total, 300_000);
      assert.ok(seen.every(({ download }) => download));
    }
  });

  test('maxBodyLength and maxContentLength', async () => {
    const large = await failed(api.post('/upload', Buffer.alloc(100), { maxBodyLength: 99 }));
    assert.equal(large.code, 'ERR_BAD_REQUEST');
    const streamed = await failed(api.post('/upload', Readable.from([Buffer.alloc(100)]), { maxBodyLength: 99 }));
    assert.match(streamed.message, /maxBodyLength/);
    const answer = await failed(api.get('/bytes/2000', { maxContentLength: 1999 }));
    assert.equal(answer.message, 'maxContentLength size of 1999 exceeded');
    assert.equal(answer.code, 'ERR_BAD_RESPONSE');
    assert.equal((await api.get('/large/2000', { maxContentLength: 2000 })).data.length, 2000);
  });
});

describe('aborting', () => {
  test('before the call', async () => {
    const name = id();
    const error = await failed(api.get('/echo', { signal: AbortSignal.abort(), headers: { 'x-sandbox-id': name } }));
    assert.ok(axios.isCancel(error));
    assert.equal(error.code, 'ERR_CANCELED');
    assert.equal((await ledger(client, name)).seen, 0);
  });

  test('before the head, and the socket closes', async () => {
    const name = id();
    const abort = new AbortController();
    const call = failed(api.get('/silence', { signal: abort.signal, headers: { 'x-sandbox-id': name } }));
    await ledger(client, name, { seen: 1 });
    abort.abort();
    const error = await call;
    assert.ok(error instanceof CanceledError);
    assert.equal(error.config.url, '/silence');
    assert.equal((await ledger(client, name, { aborted: 1 })).aborted, 1);
  });

  test('behind the head, while the body is read', async () => {
    const name = id();
    const abort = new AbortController();
    const call = failed(api.get('/drip?bytes=1000&ms=50', { signal: abort.signal, headers: { 'x-sandbox-id': name } }));
    await ledger(client, name, { seen: 1 });
    await sleep(100);
    abort.abort();
    assert.ok((await call) instanceof CanceledError);
    assert.equal((await ledger(client, name, { aborted: 1 })).aborted, 1);
  });

  test('a stream that was handed over', async () => {
    const abort = new AbortController();
    const { data } = await api.get('/drip?bytes=1000&ms=50', { responseType: 'stream', signal: abort.signal });
    setTimeout(() => abort.abort(), 100);
    assert.ok((await failed(data.toArray())) instanceof CanceledError);
  });

  test('the older CancelToken', async () => {
    const source = axios.CancelToken.source();
    const call = failed(api.get('/silence', { cancelToken: source.token }));
    setTimeout(() => source.cancel('enough'), 50);
    const error = await call;
    assert.ok(axios.isCancel(error));
    assert.equal(error.message, 'enough');
  });

  test('a thousand calls with one signal warn of nothing', async () => {
    const warnings = [];
    const warn = (warning) => warnings.push(warning);
    process.on('warning', warn);
    const abort = new AbortController();
    await Promise.all(Array.from({ length: 100 }, () => client.request('status/200', { signal: abort.signal })));
    await sleep(10);
    process.off('warning', warn);
    assert.deepEqual(warnings, []);
  });
});

describe('timeouts', () => {
  test('are ECONNABORTED, or ETIMEDOUT where axios is told so', async () => {
    const error = await failed(api.get('/silence', { timeout: 50 }));
    assert.equal(error.code, 'ECONNABORTED');
    assert.equal(error.message, 'timeout of 50ms exceeded');
    assert.equal(error.cause.code, 'timeout');
    const clear = await failed(api.get('/silence', { timeout: 50, transitional: { clarifyTimeoutError: true } }));
    assert.equal(clear.code, 'ETIMEDOUT');
    const worded = await failed(api.get('/silence', { timeout: 50, timeoutErrorMessage: 'too slow' }));
    assert.equal(worded.message, 'too slow');
  });

  test('cover the body', async () => {
    assert.equal((await failed(api.get('/drip?bytes=100&ms=50', { timeout: 300 }))).code, 'ECONNABORTED');
  });

  test('a stream may take longer as long as it flows', async () => {
    const { data } = await api.get('/drip?bytes=10&ms=60', { timeout: 400, responseType: 'stream' });
    assert.equal((await data.toArray()).reduce((sum, piece) => sum + piece.length, 0), 10);
  });
});

describe('redirects', () => {
  const own = create({ mutls: identity });

  test('are followed', async () => {
    const { data, request } = await own.get(`${url('required')}/redirect-chain/3`);
    assert.equal(data.path, '/echo');
    assert.equal(request.res.responseUrl, `${url('required')}/echo`);
  });

  test('maxRedirects', async () => {
    const raw = await own.get(`${url('required')}/redirect/302?to=/echo`, { maxRedirects: 0, validateStatus: () => true });
    assert.equal(raw.status, 302);
    assert.equal(raw.headers.location, '/echo');
    const error = await failed(own.get(`${url('required')}/redirect-chain/3`, { maxRedirects: 2 }));
    assert.equal(error.cause.code, 'redirect_refused');
    assert.equal((await own.get(`${url('required')}/redirect-chain/2`, { maxRedirects: 2 })).status, 200);
  });

  test('never carry the identity to another origin', async () => {
    const to = encodeURIComponent(`${url('other_origin')}/echo`);
    const { data } = await own.get(`${url('required')}/redirect/302?to=${to}`);
    assert.equal(data.client, null);
  });
});

describe('interceptors and transforms', () => {
  test('see requests and answers', async () => {
    const instance = axios.create({ adapter: createAdapter(client), baseURL: url('required') });
    instance.interceptors.request.use((config) => {
      config.headers.set('x-added', 'yes');
      return config;
    });
    instance.interceptors.response.use((response) => ({ ...response, data: response.data.headers }));
    const { data } = await instance.get('/echo');
    assert.ok(data.some(([name, value]) => name.toLowerCase() === 'x-added' && value === 'yes'));
    instance.interceptors.response.use(null, (error) => Promise.resolve({ status: error.response.status }));
    assert.equal((await instance.get('/status/418')).status, 418);
  });

  test('transformResponse gets the text', async () => {
    const { data } = await api.get('/status/200', { transformResponse: (text) => `<${text}>` });
    assert.match(data, /^<\{/);
  });
});

describe('options of https.Agent and the like', () => {
  const agentOptions = { cert: readFileSync(valid.chain), key: readFileSync(valid.key), ca: readFileSync(info.files.ca) };

  test('an https.Agent is who we are', async () => {
    const { data } = await ours.get(`${url('required')}/echo`, {
      httpsAgent: new https.Agent({ ...agentOptions, keepAlive: true }),
      withCredentials: true,
      jar: true,
    });
    assert.match(data.client.subject, /valid\.client/);
  });

  test('with a passphrase, a store, arrays of keys', async () => {
    const agents = [
      { cert: readFileSync(encrypted.chain), key: readFileSync(encrypted.key), passphrase: encrypted.passphrase },
      { cert: readFileSync(encrypted.chain, 'utf8'), key: [{ pem: readFileSync(encrypted.key), passphrase: encrypted.passphrase }] },
    ];
    for (const one of agents) {
      const agent = new https.Agent({ ...one, ca: [readFileSync(info.files.ca, 'utf8')] });
      assert.match((await ours.get(`${url('required')}/echo`, { httpsAgent: agent })).data.client.subject, /encrypted\.client/);
    }
  });

  test('a store', async () => {
    const { cert, passphrase } = info.identities.pkcs12;
    const stores = [{ pfx: readFileSync(cert), passphrase }, { pfx: [{ buf: readFileSync(cert), passphrase }] }];
    for (const one of stores) {
      const agent = new https.Agent({ ...one, ca: readFileSync(info.files.ca) });
      assert.match((await ours.get(`${url('required')}/echo`, { httpsAgent: agent })).data.client.subject, /pkcs12\.client/);
    }
  });

  test('what cannot be honoured is refused', async () => {
    const refused = async (config, what) => {
      const error = await failed(ours.get(`${url('required')}/echo`, config));
      assert.match(error.message, what);
      assert.ok(['ERR_BAD_OPTION', 'bad_option'].includes(error.code), error.code);
    };
    await refused({ httpsAgent: new https.Agent({ ...agentOptions, rejectUnauthorized: false }) }, /rejectUnauthorized/);
    await refused({ httpsAgent: new https.Agent({ ...agentOptions, ciphers: 'ALL' }) }, /ciphers/);
    await refused({ httpsAgent: new https.Agent({ checkServerIdentity: () => undefined }) }, /checkServerIdentity/);
    await refused({ beforeRedirect: () => {} }, /beforeRedirect/);
    await refused({ socketPath: '/run/x' }, /socketPath/);
    await refused({ maxRate: 1 }, /maxRate/);
    await refused({ lookup: () => {} }, /lookup/);
    const both = await failed(api.get('/echo', { httpsAgent: new https.Agent(agentOptions) }));
    assert.equal(both.code, 'ERR_BAD_OPTION');
    assert.equal((await api.get('/echo', { httpsAgent: new https.Agent({ keepAlive: true }) })).status, 200);
  });

  test('a proxy is honoured, and none is', async () => {
    const instance = create({ mutls: identity });
    const [host, port] = url('proxy').replace('http://', '').split(':');
    const stats = async () => (await fetch(`${url('proxy')}/_stats`)).json();
    const before = (await stats()).tunnels;
    const proxy = { protocol: 'http', host, port: Number(port) };
    assert.equal((await instance.get(`${url('required')}/echo`, { proxy })).status, 200);
    assert.equal((await stats()).tunnels, before + 1);
    assert.equal((await instance.get(`${url('required')}/echo`, { proxy: false })).status, 200);
    assert.equal((await stats()).tunnels, before + 1);
  });

  test('auth', async () => {
    const { data } = await api.get('/basic-auth/u/p', { auth: { username: 'u', password: 'p' } });
    assert.equal(data.authenticated, true);
  });
});

describe('errors', () => {
  test('are of axios, with ours as the cause', async () => {
    const error = await failed(axios.get(`${url('required')}/echo`, { adapter: createAdapter({ ca: info.files.ca }) }));
    assert.ok(error instanceof AxiosError);
    assert.ok(axios.isAxiosError(error));
    assert.equal(error.code, 'ERR_NETWORK');
    assert.ok(error.cause instanceof MtlsError);
    assert.equal(error.cause.code, 'client_cert_required');
    assert.equal(error.response, undefined);
    assert.equal(error.request.path, '/echo');
  });

  for (const [listener, code, cause] of [
    ['refused', 'ECONNREFUSED', 'connect_refused'],
    ['tcp_reset', 'ECONNRESET', 'connection_reset'],
    ['server_unknown_ca', 'ERR_NETWORK', 'server_untrusted_issuer'],
  ]) {
    test(`${listener} is ${code}`, async () => {
      const error = await failed(axios.get(url(listener), { adapter: createAdapter(identity) }));
      assert.equal(error.code, code);
      assert.equal(error.cause.code, cause);
    });
  }

  test('a bad URL, a bad header', async () => {
    assert.equal((await failed(create().get('https://'))).code, 'ERR_INVALID_URL');
    assert.equal((await failed(api.get('/echo', { headers: { 'x-a': '\u20ac' } }))).cause.code, 'bad_header');
  });
});

test('CommonJS gets the axios of CommonJS', async () => {
  const require = createRequire(import.meta.url);
  const cjs = require('axios');
  const { createAdapter: make } = require('mutls/axios');
  const error = await failed(cjs.get(`${url('required')}/status/404`, { adapter: make(identity) }));
  assert.ok(error instanceof cjs.AxiosError);
  assert.equal(typeof require('mutls/axios').get, 'function');
});
