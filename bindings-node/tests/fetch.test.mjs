import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, MtlsError, createFetch } from 'mutls';
import { counting, ledger, newId, pattern, sandbox } from './support.mjs';

const { info, url, encrypted, identity, options } = await sandbox();
const client = new Client(options);
const base = url('required');
const failed = (promise) =>
  promise.then(
    () => assert.fail('it did not fail'),
    (error) => error,
  );

describe('the answer', () => {
  test('is a Response', async () => {
    const response = await client.fetch('status/200');
    assert.ok(response instanceof Response);
    assert.ok(response.body instanceof ReadableStream);
    assert.deepEqual([response.status, response.ok, response.statusText, response.type], [200, true, 'OK', 'basic']);
    assert.equal(response.url, `${base}/status/200`);
    assert.equal(response.redirected, false);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.equal(response.handshake.version, 'TLSv1.3');
    const copy = response.clone();
    assert.equal(copy.url, response.url);
    assert.deepEqual(await response.json(), await copy.json());
    assert.ok(response.bodyUsed);
    await assert.rejects(response.text(), TypeError);
  });

  test('headers', async () => {
    const { headers } = await client.fetch('dup-headers');
    assert.equal(headers.get('x-dup'), 'one, two');
    assert.equal(headers.getSetCookie().length, 2);
    assert.equal(headers.get('x-latin1'), 'caf\xe9');
  });

  test('null-body statuses, and ones beyond the standard', async () => {
    for (const status of [204, 205, 304]) {
      const response = await client.fetch(`status/${status}`);
      assert.deepEqual([response.status, response.body], [status, null]);
    }
    assert.equal((await client.fetch('bytes/10', { method: 'HEAD' })).body, null);
    assert.equal((await client.fetch('status/799')).status, 799);
  });

  test('its body streams', async () => {
    for (const path of ['bytes/100', 'bytes/1000000', 'chunked/1000000/777']) {
      const length = Number(path.split('/')[1]);
      assert.ok(Buffer.from(await (await client.fetch(path)).arrayBuffer()).equals(pattern(length)), path);
      const byob = (await client.fetch(path)).body.getReader({ mode: 'byob' });
      let sum = 0;
      for (;;) {
        const { done, value } = await byob.read(new Uint8Array(1000));
        if (done) break;
        sum += value.byteLength;
      }
      assert.equal(sum, length);
    }
    const first = await client.fetch('drip?bytes=3&ms=2000');
    const reader = first.body.getReader();
    assert.equal((await reader.read()).value[0], 0);
    await reader.cancel();
  });

  test('that is not read holds the server back', async () => {
    const id = newId();
    const response = await client.fetch('large/500000000', { headers: { 'x-sandbox-id': id } });
    await sleep(100);
    assert.equal((await ledger(client, id)).finished, 0);
    await response.body.cancel();
    assert.equal((await ledger(client, id, { aborted: 1 })).aborted, 1);
  });

  test('that is cut short fails', async () => {
    const response = await client.fetch('truncated/100000/200000');
    const error = await failed(response.arrayBuffer());
    assert.ok(error instanceof MtlsError);
    assert.equal(error.code, 'body_truncated');
  });
});

describe('the request', () => {
  const echo = async (input, init) => (await client.fetch(input, init)).json();
  const header = (seen, name) => seen.headers.find(([known]) => known.toLowerCase() === name)?.[1];

  test('bodies and their types', async () => {
    for (const [body, type, length] of [
      ['text', 'text/plain;charset=UTF-8', 4],
      [new URLSearchParams({ a: 'b' }), 'application/x-www-form-urlencoded;charset=UTF-8', 3],
      [new Blob(['x'], { type: 'a/b' }), 'a/b', 1],
      [new Uint8Array(3), undefined, 3],
      [counting(200_000, 100_000)[0], undefined, 200_000],
    ]) {
      const seen = await echo('echo', { method: 'POST', body, duplex: 'half' });
      assert.equal(header(seen, 'content-type'), type);
      assert.equal(seen.body_length, length);
    }
    const form = new FormData();
    form.set('a', 'b');
    assert.match(header(await echo('echo', { method: 'POST', body: form }), 'content-type'), /^multipart\/form-data; boundary=/);
  });

  test('a Request', async () => {
    const request = new Request(`${base}/echo`, { method: 'PUT', body: 'hello', headers: { 'x-a': 'b' } });
    const seen = await echo(request);
    assert.deepEqual([seen.method, seen.body_length, header(seen, 'x-a')], ['PUT', 5, 'b']);
    assert.equal(header(seen, 'content-length'), '5');
    assert.equal(header(seen, 'content-type'), 'text/plain;charset=UTF-8');
    await assert.rejects(client.fetch(request), TypeError);
    const large = new Request(`${base}/upload`, { method: 'POST', body: new Blob([Buffer.alloc(1_000_000)]) });
    assert.equal((await echo(large)).length, 1_000_000);
    const signal = AbortSignal.abort(new Error('mine'));
    assert.equal((await failed(client.fetch(new Request(`${base}/echo`, { signal })))).message, 'mine');
    assert.equal((await echo(new Request(`${base}/echo`), { method: 'patch' })).method, 'patch');
    assert.equal((await echo(new URL(`${base}/echo`), { method: 'post' })).method, 'POST');
  });

  test('what cannot be honoured is refused', async () => {
    assert.equal((await failed(client.fetch('echo', { integrity: 'sha256-x' }))).code, 'bad_option');
    assert.equal((await failed(client.fetch('echo', { dispatcher: {} }))).code, 'bad_option');
    assert.equal((await failed(client.fetch('echo', { agent: new https.Agent() }))).code, 'bad_option');
    await assert.rejects(client.fetch('echo', { body: 'x' }), TypeError);
    assert.equal((await client.fetch('echo', { cache: 'no-store', credentials: 'include', mode: 'cors' })).status, 200);
  });
});

test('redirects', async () => {
  const followed = await client.fetch('redirect-chain/2');
  assert.deepEqual([followed.redirected, followed.url], [true, `${base}/echo`]);
  const manual = await client.fetch('redirect/302?to=/echo', { redirect: 'manual' });
  assert.deepEqual([manual.status, manual.headers.get('location'), manual.redirected], [302, '/echo', false]);
  assert.equal((await failed(client.fetch('redirect/302?to=/echo', { redirect: 'error' }))).code, 'redirect_refused');
  assert.equal((await client.fetch('status/200', { redirect: 'error' })).status, 200);
});

describe('aborting', () => {
  test('before, at the head, and while the body is read', async () => {
    const reason = new Error('mine');
    assert.equal(await failed(client.fetch('echo', { signal: AbortSignal.abort(reason) })), reason);
    const id = newId();
    const first = new AbortController();
    const call = failed(client.fetch('silence', { signal: first.signal, headers: { 'x-sandbox-id': id } }));
    await ledger(client, id, { seen: 1 });
    first.abort(reason);
    assert.equal(await call, reason);
    assert.equal((await ledger(client, id, { aborted: 1 })).aborted, 1);
    const second = new AbortController();
    const response = await client.fetch('drip?bytes=1000&ms=30', { signal: second.signal });
    const reading = failed(response.text());
    setTimeout(() => second.abort(reason), 60);
    assert.equal(await reading, reason);
    const third = new AbortController();
    const unread = await client.fetch('drip?bytes=1000&ms=30', { signal: third.signal });
    const { closed } = unread.body.getReader();
    third.abort(reason);
    assert.equal(await failed(closed), reason);
  });
});

describe('createFetch', () => {
  test('fails as the global fetch does', async () => {
    const fetch = createFetch({ ca: info.files.ca });
    const error = await failed(fetch(`${base}/echo`));
    assert.ok(error instanceof TypeError);
    assert.equal(error.message, 'fetch failed');
    assert.equal(error.cause.code, 'client_cert_required');
    const cut = await createFetch(client)(`${base}/truncated/100000/200000`);
    const later = await failed(cut.text());
    assert.deepEqual([later.constructor, later.cause.code], [TypeError, 'body_truncated']);
    assert.equal((await failed(fetch('echo'))).cause.code, 'bad_url');
  });

  test("takes node-fetch's agent", async () => {
    const fetch = createFetch();
    const agent = new https.Agent({
      cert: readFileSync(encrypted.chain),
      key: readFileSync(encrypted.key),
      passphrase: encrypted.passphrase,
      ca: readFileSync(info.files.ca),
    });
    for (const given of [agent, () => agent]) {
      const seen = await (await fetch(`${base}/echo`, { agent: given })).json();
      assert.match(seen.client.subject, /encrypted\.client/);
    }
    await assert.rejects(createFetch(identity)(`${base}/echo`, { agent }), { code: 'bad_option' });
    await assert.rejects(fetch(`${base}/echo`, { agent: new https.Agent({ rejectUnauthorized: false }) }), { code: 'bad_option' });
  });
});
