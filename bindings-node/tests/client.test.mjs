import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, CODES, MtlsError, MtlsResponse, StatusError, version } from 'mutls';
import { counting, ledger, newId, pattern, sandbox, until } from './support.mjs';
import { Readable } from 'node:stream';

const { info, url, valid, encrypted, identity, options } = await sandbox();
const client = new Client(options);
const caught = (act) => {
  try {
    act();
  } catch (error) {
    return error;
  }
  assert.fail('it did not fail');
};
const failed = (promise) =>
  promise.then(
    () => assert.fail('it did not fail'),
    (error) => error,
  );

describe('options', () => {
  test('paths, URLs of files, PEM text and bytes', async () => {
    for (const how of [(path) => path, pathToFileURL, (path) => readFileSync(path, 'utf8'), (path) => readFileSync(path)]) {
      const one = new Client({ baseUrl: new URL(url('required')), cert: how(valid.chain), key: how(valid.key), ca: how(info.files.ca) });
      assert.match((await one.get('/echo')).json().client.subject, /valid\.client/);
    }
  });

  test('the full form, with a passphrase and attachments', async () => {
    const one = new Client({
      identity: [{ name: 'mine', certFile: encrypted.chain, keyFile: encrypted.key, passphrase: { ref: 'p' } }],
      trust: { caPem: [readFileSync(info.files.ca)] },
      attachments: { p: encrypted.passphrase },
    });
    const response = await one.get(`${url('required')}/echo`);
    assert.equal(response.handshake.clientCertificate.identity, 'mine');
  });

  test('a document', async () => {
    const document = { base_url: `${url('required')}/`, cert: valid.chain, key: valid.key, ca: info.files.ca };
    const one = Client.fromJson(JSON.stringify(document));
    assert.ok(one instanceof Client);
    assert.equal((await one.get('echo')).status, 200);
  });

  test('what cannot be used says so where the client is made', () => {
    const unknown = caught(() => new Client({ timeout: 1 }));
    assert.ok(unknown instanceof MtlsError);
    assert.deepEqual([unknown.code, unknown.hint], ['bad_option', 'Did you mean `timeouts`?']);
    assert.match(unknown.stack, /client\.test\.mjs/);
    assert.equal(caught(() => new Client({ cert: '/nowhere' })).code, 'identity_unreadable');
    assert.equal(caught(() => new Client({ baseUrl: 'x', base_url: 'y' })).message, '`base_url` is given twice');
    assert.equal(caught(() => new Client(null)).code, 'bad_option');
    assert.equal(caught(() => new Client({ timeouts: { connectMs: 1.5 } })).code, 'bad_option');
    assert.equal(caught(() => new Client({ timeouts: { connectMs: Infinity } })).code, 'bad_option');
    assert.equal(caught(() => Client.fromJson('{')).code, 'bad_option');
    assert.throws(() => Client({}), TypeError);
  });

  test('secrets are in no error', () => {
    const error = caught(() => new Client({ cert: encrypted.chain, key: encrypted.key, passphrase: 'hunter2' }));
    assert.equal(error.code, 'passphrase_wrong');
    assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes('hunter2'));
    assert.ok(!JSON.stringify(error).includes('hunter2'));
  });

  test('reload', async () => {
    const one = new Client(options);
    const { rotated } = info.identities;
    assert.match((await one.get('echo')).json().client.subject, /valid\.client/);
    one.reload({ ...options, cert: rotated.chain, key: rotated.key });
    assert.match((await one.get('echo')).json().client.subject, /rotated\.client/);
    assert.equal(caught(() => one.reload({ cert: '/nowhere' })).code, 'identity_unreadable');
    assert.equal((await one.get('echo')).status, 200);
  });
});

describe('an answer', () => {
  test('has everything', async () => {
    const response = await client.request('dup-headers', { timeout: 5000 });
    assert.ok(response instanceof MtlsResponse);
    assert.equal(response.ok, true);
    assert.equal(response.url, `${url('required')}/dup-headers`);
    assert.equal(response.headers['x-dup'], 'one, two');
    assert.deepEqual(response.headersDistinct['x-dup'], ['one', 'two']);
    assert.equal(response.headers['x-latin1'], 'caf\xe9');
    assert.equal(response.headers['x-empty'], '');
    assert.equal(response.headers['set-cookie'].length, 2);
    assert.equal(response.rawHeaders.length % 2, 0);
    assert.equal(response.headers.missing, undefined);
    assert.equal(response.httpVersion, '1.1');
    assert.equal(response.handshake.clientCertificate.summary, 'sent');
    assert.equal(client.handshake.host, 'localhost');
    assert.equal(typeof response.handshake.timings.handshakeMs, 'number');
    assert.equal((await client.get('echo')).connectionReused, true);
  });

  test('header bytes survive', async () => {
    const plain = new Client({});
    assert.equal((await plain.get(`${url('plain')}/header-bytes`)).headers['x-bytes'], '\x80\xe9\xff\tend');
  });

  test('its body', async () => {
    const response = await client.get('bytes/1000000');
    assert.ok(response.body.equals(pattern(1_000_000)));
    assert.equal(response.contentLength, 1_000_000);
    assert.deepEqual((await client.get('status/404')).json(), { status: 404 });
    assert.equal((await client.post('echo', { body: '\u00e4' })).json().body_length, 2);
  });

  test('raiseForStatus', async () => {
    const response = await client.get('status/418');
    const error = caught(() => response.raiseForStatus());
    assert.ok(error instanceof StatusError);
    assert.deepEqual([error.status, error.response], [418, response]);
    assert.equal((await client.get('status/201')).raiseForStatus().status, 201);
  });

  test('streams', async () => {
    const id = newId();
    const response = await client.stream('large/50000000');
    let sum = 0;
    for await (const piece of response) sum += piece.length;
    assert.equal(sum, 50_000_000);
    assert.deepEqual(await (await client.stream('status/200')).json(), { status: 200 });
    const left = await client.stream('large/500000000', { headers: { 'x-sandbox-id': id } });
    await sleep(100);
    assert.equal((await ledger(client, id)).finished, 0, 'the server is held back');
    left.close();
    assert.equal((await ledger(client, id, { aborted: 1 })).aborted, 1);
    const cut = await client.stream('truncated/100000/200000');
    assert.equal((await failed(cut.bytes())).code, 'body_truncated');
  });

  test('that is forgotten gives its connection up', async () => {
    const id = newId();
    await client.stream('large/500000000', { headers: { 'x-sandbox-id': id } });
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    await until(async () => {
      collect();
      return (await ledger(client, id)).aborted === 1;
    });
  });
});

describe('a request', () => {
  const echo = async (given) => (await client.post('echo', given)).json();
  const header = (seen, name) => seen.headers.find(([known]) => known.toLowerCase() === name)?.[1];
  const text = (seen) => Buffer.from(seen.body_base64, 'base64').toString();

  test('headers in every form', async () => {
    for (const headers of [{ a: '1', b: ['2', '3'] }, [['a', '1'], ['b', '2'], ['b', '3']], new Map([['a', 1], ['b', ['2', 3]]])]) {
      const seen = await echo({ headers });
      assert.deepEqual(seen.headers.filter(([name]) => name === 'a' || name === 'b'), [['a', '1'], ['b', '2'], ['b', '3']]);
    }
    assert.equal(header(await echo({ headers: new Headers({ 'x-a': 'caf\xe9' }) }), 'x-a'), 'caf\xe9');
    assert.equal(header(await echo({ headers: { 'x-a': Buffer.from([0xe9]) } }), 'x-a'), '\xe9');
  });

  test('headers that cannot be sent', async () => {
    for (const headers of [{ 'x-a': '\u20ac' }, { 'x-a': 'a\r\nb: c' }, { 'x-a': 'a\0b' }, { 'a b': 'c' }, { 'content-length': '1' }]) {
      assert.equal((await failed(client.get('echo', { headers }))).code, 'bad_header');
    }
    assert.ok(['bad_url', 'bad_header'].includes((await failed(client.get('echo\0x'))).code));
    assert.equal((await failed(client.request('echo', { method: 'A B' }))).code, 'bad_option');
  });

  test('query', async () => {
    const query = async (given, path = 'echo') => (await client.get(path, { query: given })).json().query;
    assert.equal(await query({ a: [1, 2], b: 'c d', c: undefined, d: null }), 'a=1&a=2&b=c+d');
    assert.equal(await query(new URLSearchParams({ a: '&' }), 'echo?x=1#f'), 'x=1&a=%26');
    assert.equal(await query([['a', '1']]), 'a=1');
  });

  test('bodies of every kind', async () => {
    const form = new FormData();
    form.set('a"b', 'c\nd');
    for (const [body, wanted, type] of [
      ['caf\xe9', 'caf\xe9'],
      [Buffer.from('x'), 'x'],
      [new Uint16Array([0x6161]), 'aa'],
      [new TextEncoder().encode('abc').buffer, 'abc'],
      [new URLSearchParams({ a: 'b c' }), 'a=b+c', 'application/x-www-form-urlencoded;charset=UTF-8'],
      [new Blob(['blob'], { type: 'text/x' }), 'blob', 'text/x'],
      [Readable.from(['a', 'b']), 'ab'],
      [new Blob(['web']).stream(), 'web'],
      [[Buffer.from('a'), 'b'], 'ab'],
      [(async function* () { yield 'a'; yield new Uint8Array([98]); })(), 'ab'],
    ]) {
      const seen = await echo({ body });
      assert.equal(text(seen), wanted);
      assert.equal(header(seen, 'content-type'), type);
    }
    const seen = await echo({ body: form });
    assert.match(text(seen), /name="a%22b"\r\n\r\nc\r\nd\r\n/);
    assert.deepEqual(JSON.parse(text(await echo({ json: { a: [1] } }))), { a: [1] });
    assert.equal(header(await echo({ json: null, headers: { 'Content-Type': 'x/y' } }), 'content-type'), 'x/y');
    assert.equal(header(await echo({ body: Readable.from(['abc']), contentLength: 3 }), 'content-length'), '3');
    assert.equal((await failed(client.post('echo', { body: {} }))).code, 'bad_option');
    assert.equal((await failed(client.post('echo', { body: 'a', json: 1 }))).code, 'bad_option');
    assert.equal((await failed(client.post('echo', { bodi: 'a' }))).code, 'bad_option');
  });

  test('a streamed body waits for the server', async () => {
    for (const wrap of [(source) => source, (source) => Readable.from(source), (source) => ReadableStream.from(source)]) {
      const [source, state] = counting(200 * 1024 * 1024);
      const abort = new AbortController();
      const sending = failed(client.post('upload-slow?bytes_per_s=65536', { body: wrap(source), signal: abort.signal }));
      let before = -1;
      await until(async () => {
        const settled = state.given > 0 && state.given === before;
        before = state.given;
        await sleep(200);
        return settled;
      });
      assert.ok(state.given < 50 * 1024 * 1024, `${state.given} bytes were taken`);
      abort.abort();
      assert.equal((await sending).name, 'AbortError');
      await until(() => state.ended);
    }
  });

  test("a body's source that fails is the cause", async () => {
    const reason = new Error('the disk is gone');
    const error = await failed(
      client.post('upload', {
        body: (async function* () {
          yield 'a';
          throw reason;
        })(),
      }),
    );
    assert.equal(error.code, 'body_source_failed');
    assert.equal(error.cause, reason);
    assert.equal((await failed(client.post('upload', { body: [1] }))).code, 'body_source_failed');
    assert.equal((await failed(client.post('upload', { body: ['abc'], contentLength: 2 }))).code, 'body_source_failed');
  });

  test('an early answer ends the upload', async () => {
    const [source, state] = counting(1024 * 1024 * 1024);
    const response = await client.post('early-413', { body: source });
    assert.equal(response.status, 413);
    await until(() => state.ended);
  });
});

describe('stopping', () => {
  test('rejects with the reason, and closes the socket', async () => {
    const id = newId();
    const abort = new AbortController();
    const reason = new Error('mine');
    const call = failed(client.get('silence', { signal: abort.signal, headers: { 'x-sandbox-id': id } }));
    await ledger(client, id, { seen: 1 });
    abort.abort(reason);
    assert.equal(await call, reason);
    assert.equal((await ledger(client, id, { aborted: 1 })).aborted, 1);
    assert.equal(await failed(client.get('echo', { signal: AbortSignal.abort(reason) })), reason);
    assert.equal((await failed(client.get('silence', { signal: AbortSignal.timeout(20) }))).name, 'TimeoutError');
    await assert.rejects(client.get('echo', { signal: {} }), TypeError);
  });

  test('a listener that the caller has set stays', async () => {
    const abort = new AbortController();
    let told = 0;
    abort.signal.onabort = () => (told += 1);
    const call = failed(client.get('silence', { signal: abort.signal }));
    abort.abort();
    await call;
    assert.equal(told, 1);
  });

  test('timeouts', async () => {
    const whole = await failed(client.get('drip?bytes=100&ms=50', { timeout: 200 }));
    assert.deepEqual([whole.code, whole.transient], ['timeout', true]);
    const first = await failed(client.get('silence', { timeouts: { firstByteMs: 50 } }));
    assert.deepEqual([first.code, first.phase], ['timeout', 'receive']);
  });
});

test('errors have their facts, and a stack that leads to the caller', async () => {
  async function theCaller() {
    await new Client({ ca: info.files.ca }).get(`${url('required')}/echo`);
  }
  const error = await failed(theCaller());
  assert.ok(error instanceof MtlsError && error instanceof Error);
  assert.equal(error.name, 'MtlsError');
  assert.deepEqual([error.code, error.number], ['client_cert_required', CODES.client_cert_required.number]);
  assert.deepEqual([error.family, error.phase, error.origin], ['handshake', 'handshake', 'peer']);
  assert.equal(error.tlsAlert.name, 'certificate_required');
  assert.equal(error.tlsAlert.received, true);
  assert.equal(error.notProcessed, true);
  assert.equal(error.transient, false);
  assert.ok(error.hint.length > 10);
  assert.equal(error.handshake.clientCertificate.offered, false);
  assert.match(error.stack, /theCaller/);
  assert.match(inspect(error), /client_cert_required/);
  assert.match(String(error), /\[client_cert_required, handshake, peer\]/);
  const refused = await failed(client.get('x', { headers: {} }).then(() => new Client({}).get(url('refused'))));
  assert.ok(refused.cause instanceof Error, 'the chain of causes');
  assert.equal(refused.cause.message, refused.causes[0]);
});

test('close', async () => {
  const one = new Client(options);
  const call = one.get('delay/300');
  await sleep(50);
  const closing = one.close();
  assert.equal((await failed(one.get('echo'))).code, 'closed');
  assert.equal((await call).status, 200);
  assert.equal(await closing, true);
  const two = new Client(options);
  const lost = failed(two.get('silence'));
  await sleep(50);
  assert.equal(await two.close({ drainMs: 50 }), false);
  assert.ok((await lost) instanceof MtlsError);
  assert.equal((await failed(two.close({ drainMs: -1 }))).code, 'bad_option');
  const three = new Client(options);
  three[Symbol.dispose ?? Symbol.for('nodejs.dispose')]();
  assert.equal((await failed(three.get('echo'))).code, 'closed');
  const four = new Client(options);
  await four[Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]();
  assert.equal((await failed(four.get('echo'))).code, 'closed');
});

test('the version', () => assert.match(version, /^\d+\.\d+\.\d+/));
