import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { describe, test } from 'node:test';
import * as undici6 from 'undici6';
import * as undici from 'undici';
import { Client, MtlsError } from 'mutls';
import { Dispatcher } from 'mutls/undici';
import { counting, ledger, newId, pattern, sandbox, until } from './support.mjs';

const { info, url, identity, options } = await sandbox();
const client = new Client(options);
const dispatcher = new Dispatcher(client);
const base = url('required');

const failed = (promise) =>
  promise.then(
    () => assert.fail('it did not fail'),
    (error) => error,
  );

/** The versions of undici that this Node can run. */
const versions = { undici6, undici7: undici };
if (Number(process.versions.node.split('.')[0]) >= 24) versions.undici8 = await import('undici8');

for (const [name, host] of Object.entries(versions)) {
  describe(name, () => {
    test('request', async () => {
      const answer = await host.request(`${base}/echo?a=1`, {
        dispatcher,
        method: 'POST',
        headers: { 'x-a': 'caf\xe9', 'content-type': 'text/plain' },
        body: 'hello',
      });
      assert.equal(answer.statusCode, 200);
      assert.equal(answer.headers['content-type'], 'application/json');
      const seen = await answer.body.json();
      assert.equal(seen.query, 'a=1');
      assert.equal(seen.body_length, 5);
      assert.match(seen.client.subject, /valid\.client/);
      assert.ok(seen.headers.some(([known, value]) => known === 'x-a' && value === 'caf\xe9'));
    });

    test('fetch', async () => {
      const response = await host.fetch(`${base}/echo`, { dispatcher, method: 'POST', body: 'hello' });
      assert.ok(response instanceof host.Response);
      assert.equal(response.status, 200);
      const seen = await response.json();
      assert.equal(seen.body_length, 5);
      assert.ok(seen.headers.some(([known, value]) => known.toLowerCase() === 'content-length' && value === '5'));
    });

    test('bytes, duplicates and compression are left to undici', async () => {
      const dup = await host.request(`${base}/dup-headers`, { dispatcher });
      assert.deepEqual(dup.headers['x-dup'], ['one', 'two']);
      assert.equal(dup.headers['set-cookie'].length, 2);
      await dup.body.dump();
      const raw = await host.request(`${base}/gzip`, { dispatcher });
      assert.equal(raw.headers['content-encoding'], 'gzip');
      assert.equal(Buffer.from(await raw.body.arrayBuffer())[0], 0x1f);
      assert.equal((await (await host.fetch(`${base}/gzip`, { dispatcher })).json()).encoding, 'gzip');
    });

    test('redirects are followed by fetch, and not by the dispatcher', async () => {
      const response = await host.fetch(`${base}/redirect-chain/3`, { dispatcher });
      assert.ok(response.redirected);
      assert.equal(response.url, `${base}/echo`);
      const one = await host.request(`${base}/redirect/302?to=/echo`, { dispatcher });
      assert.equal(one.statusCode, 302);
      assert.equal(one.headers.location, '/echo');
      await one.body.dump();
      const manual = await host.fetch(`${base}/redirect/302?to=/echo`, { dispatcher, redirect: 'manual' });
      assert.equal(manual.status, 302);
      await assert.rejects(host.fetch(`${base}/redirect/302?to=/echo`, { dispatcher, redirect: 'error' }), TypeError);
    });

    test('bodies flow both ways with back-pressure', async () => {
      const answer = await host.request(`${base}/large/50000000`, { dispatcher });
      let sum = 0;
      for await (const piece of answer.body) sum += piece.length;
      assert.equal(sum, 50_000_000);
      const [source, state] = counting(20 * 1024 * 1024);
      const upload = await host.request(`${base}/upload`, { dispatcher, method: 'POST', body: Readable.from(source) });
      assert.equal((await upload.body.json()).length, 20 * 1024 * 1024);
      assert.ok(state.ended);
    });

    test('an answer that is not read holds the server back', async () => {
      const id = newId();
      const answer = await host.request(`${base}/large/500000000`, { dispatcher, headers: { 'x-sandbox-id': id } });
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal((await ledger(client, id)).finished, 0);
      answer.body.destroy();
      answer.body.on('error', () => {});
      assert.equal((await ledger(client, id, { aborted: 1 })).aborted, 1);
    });

    test('aborting before, at and behind the head', async () => {
      await assert.rejects(host.request(`${base}/echo`, { dispatcher, signal: AbortSignal.abort() }), { name: 'AbortError' });
      const id = newId();
      const abort = new AbortController();
      const call = failed(host.request(`${base}/silence`, { dispatcher, signal: abort.signal, headers: { 'x-sandbox-id': id } }));
      await ledger(client, id, { seen: 1 });
      abort.abort();
      assert.equal((await call).name, 'AbortError');
      assert.equal((await ledger(client, id, { aborted: 1 })).aborted, 1);
      const second = new AbortController();
      const drip = await host.fetch(`${base}/drip?bytes=1000&ms=50`, { dispatcher, signal: second.signal });
      const reader = drip.body.getReader();
      await reader.read();
      second.abort();
      assert.equal((await failed(reader.read())).name, 'AbortError');
    });

    test('timeouts are of undici', async () => {
      const slow = await failed(host.request(`${base}/silence`, { dispatcher, headersTimeout: 50 }));
      assert.equal(slow.code, 'UND_ERR_HEADERS_TIMEOUT');
      assert.equal(slow.cause.code, 'timeout');
      const drip = await host.request(`${base}/drip?bytes=3&ms=2000`, { dispatcher, bodyTimeout: 100 });
      assert.equal((await failed(drip.body.text())).code, 'UND_ERR_BODY_TIMEOUT');
    });

    test('errors', async () => {
      const own = new Dispatcher({ ca: info.files.ca });
      const required = await failed(host.request(`${base}/echo`, { dispatcher: own }));
      assert.ok(required instanceof MtlsError);
      assert.equal(required.code, 'client_cert_required');
      const refused = await failed(host.request(url('refused'), { dispatcher: own }));
      assert.equal(refused.code, 'UND_ERR_SOCKET');
      assert.equal(refused.cause.code, 'connect_refused');
      const fetched = await failed(host.fetch(url('refused'), { dispatcher: own }));
      assert.ok(fetched instanceof TypeError);
      const cut = await host.request(`${base}/truncated/10/20`, { dispatcher });
      assert.equal((await failed(cut.body.text())).cause.code, 'body_truncated');
      const broken = await failed(host.request(`${url('plain')}/bad-status-line`, { dispatcher: new Dispatcher({}) }));
      assert.equal(broken.name, 'HTTPParserError');
      assert.equal(broken.cause.code, 'protocol_error');
    });

    test("a request body that fails, fails with the source's own exception", async () => {
      async function* source() {
        yield Buffer.from('begun');
        throw new Error('the disk is gone');
      }
      const error = await failed(host.request(`${base}/upload`, { dispatcher, method: 'POST', body: source() }));
      assert.equal(error.message, 'the disk is gone');
    });

    test('what cannot be honoured is refused', async () => {
      for (const [given, code] of [
        [{ upgrade: 'websocket' }, 'UND_ERR_NOT_SUPPORTED'],
        [{ reset: true }, 'UND_ERR_NOT_SUPPORTED'],
        [{ headers: { 'transfer-encoding': 'gzip' } }, 'UND_ERR_INVALID_ARG'],
        [{ method: 'POST', body: 'abc', headers: { 'content-length': '4' } }, 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'],
      ]) {
        const error = await new Promise((resolve, reject) => {
          dispatcher.dispatch(
            { origin: base, path: '/echo', method: 'GET', ...given },
            { onRequestStart: () => {}, onResponseEnd: reject, onResponseError: (_controller, error) => resolve(error) },
          );
        });
        assert.equal(error.code, code);
      }
    });

    test('stream, pipeline and interceptors', async () => {
      const pieces = [];
      await host.stream(`${base}/bytes/100000`, { dispatcher, opaque: pieces }, () =>
        new Writable({ write: (piece, _encoding, done) => (pieces.push(piece), done()) }),
      );
      assert.ok(Buffer.concat(pieces).equals(pattern(100_000)));
      if (host === undici6) return;
      const following = dispatcher.compose(host.interceptors.redirect({ maxRedirections: 5 }));
      const followed = await host.request(`${base}/redirect-chain/2`, { dispatcher: following });
      assert.equal(followed.statusCode, 200);
      await followed.body.dump();
      const retrying = dispatcher.compose(host.interceptors.retry({ maxRetries: 2, minTimeout: 1, statusCodes: [503] }));
      const id = newId();
      await assert.rejects(host.request(`${base}/status/503`, { dispatcher: retrying, headers: { 'x-sandbox-id': id } }));
      assert.equal((await ledger(client, id, { seen: 3 })).seen, 3);
    });

    test('setGlobalDispatcher', async () => {
      const before = host.getGlobalDispatcher();
      host.setGlobalDispatcher(dispatcher);
      try {
        assert.equal((await host.request(`${base}/echo`)).statusCode, 200);
        assert.equal((await host.fetch(`${base}/echo`)).status, 200);
      } finally {
        host.setGlobalDispatcher(before);
      }
    });

    test('FormData and Blob of its own', async () => {
      const form = new host.FormData();
      form.set('a', 'b');
      form.set('f', new File(['hello'], 'x.txt'));
      const seen = await (await host.fetch(`${base}/echo`, { dispatcher, method: 'POST', body: form })).json();
      assert.ok(seen.headers.some(([known, value]) => known.toLowerCase() === 'content-type' && /boundary=/.test(value)));
      assert.match(Buffer.from(seen.body_base64, 'base64').toString(), /filename="x\.txt"/);
    });
  });
}

test("Node's own fetch", async () => {
  const response = await fetch(`${base}/echo`, { dispatcher, method: 'PUT', body: 'hello' });
  assert.ok(response instanceof Response);
  const seen = await response.json();
  assert.equal(seen.method, 'PUT');
  assert.match(seen.client.subject, /valid\.client/);
});

/** A mock of either generation that writes down what it is told. */
function mock(generation, { pause = false } = {}) {
  const seen = [];
  const done = new EventEmitter();
  const note = (name, ...more) => {
    seen.push([name, ...more]);
    if (name === 'end' || name === 'error') done.emit('done');
  };
  const state = { seen, done: once(done, 'done') };
  if (generation === 'new') {
    state.handler = {
      onRequestStart(controller, context) {
        state.controller = controller;
        note('start', typeof context);
      },
      onResponseStart(controller, status, headers, text) {
        note('head', status, headers['content-length'], text);
        assert.ok(controller.rawHeaders.every(Buffer.isBuffer));
        if (pause) controller.pause();
      },
      onResponseData: (_controller, piece) => note('data', piece.length),
      onResponseEnd: (_controller, trailers) => note('end', trailers),
      onResponseError: (_controller, error) => note('error', error),
      onBodySent: (piece) => note('sent', piece.length),
      onRequestSent: () => note('all sent'),
    };
    state.resume = () => state.controller.resume();
    state.abort = (reason) => state.controller.abort(reason);
    return state;
  }
  state.handler = {
    onConnect(abort, context) {
      state.abort = abort;
      note('start', typeof context);
    },
    onHeaders(status, raw, resume, text) {
      assert.ok(raw.every(Buffer.isBuffer));
      state.resume = resume;
      const at = raw.findIndex((name) => name.toString().toLowerCase() === 'content-length');
      note('head', status, raw[at + 1].toString(), text);
      return !pause;
    },
    onData: (piece) => note('data', piece.length),
    onComplete: (trailers) => note('end', trailers),
    onError: (error) => note('error', error),
    onBodySent: (piece) => note('sent', piece.length),
    onRequestSent: () => note('all sent'),
  };
  return state;
}

for (const generation of ['new', 'old']) {
  describe(`a handler of the ${generation} generation`, () => {
    const opts = { origin: base, path: '/large/100000', method: 'GET' };

    test('is told everything in order', async () => {
      const one = mock(generation);
      assert.equal(dispatcher.dispatch({ ...opts, path: '/upload', method: 'POST', body: 'hello' }, one.handler), true);
      await one.done;
      const names = one.seen.map(([name]) => name);
      assert.deepEqual([...new Set(names)], ['start', 'sent', 'all sent', 'head', 'data', 'end']);
      assert.deepEqual(one.seen.find(([name]) => name === 'head').slice(1, 2), [200]);
    });

    test('may pause and resume', async () => {
      const one = mock(generation, { pause: true });
      dispatcher.dispatch(opts, one.handler);
      await until(() => one.seen.some(([name]) => name === 'head'));
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.ok(!one.seen.some(([name]) => name === 'data'));
      one.resume();
      await one.done;
      const sum = one.seen.filter(([name]) => name === 'data').reduce((all, [, length]) => all + length, 0);
      assert.equal(sum, 100_000);
    });

    test('may abort while it is paused, and in between', async () => {
      const paused = mock(generation, { pause: true });
      dispatcher.dispatch({ ...opts, path: '/large/100000000' }, paused.handler);
      await until(() => paused.seen.some(([name]) => name === 'head'));
      const reason = new Error('enough');
      paused.abort(reason);
      await paused.done;
      assert.equal(paused.seen.at(-1)[1], reason);
      const silent = mock(generation);
      dispatcher.dispatch({ ...opts, path: '/silence' }, silent.handler);
      setTimeout(() => silent.abort(), 30);
      await silent.done;
      assert.equal(silent.seen.at(-1)[1].code, 'UND_ERR_ABORTED');
      assert.equal(silent.seen.filter(([name]) => name === 'error').length, 1);
    });

    test('that throws aborts its own request', async () => {
      const one = mock(generation);
      const name = generation === 'new' ? 'onResponseStart' : 'onHeaders';
      one.handler[name] = () => {
        throw new Error('thrown on purpose');
      };
      dispatcher.dispatch(opts, one.handler);
      await one.done;
      assert.equal(one.seen.at(-1)[1].message, 'thrown on purpose');
    });
  });
}

test('close waits for what is in flight, destroy does not', async () => {
  const one = new Dispatcher(options);
  const call = undici.request(`${base}/delay/200`, { dispatcher: one });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closing = one.close();
  const answer = await call;
  await answer.body.dump();
  await closing;
  assert.ok(one.closed);
  assert.equal((await failed(undici.request(`${base}/echo`, { dispatcher: one }))).code, 'UND_ERR_CLOSED');
  const two = new Dispatcher(options);
  const lost = failed(undici.request(`${base}/silence`, { dispatcher: two }));
  await two.destroy();
  assert.equal((await lost).code, 'UND_ERR_DESTROYED');
});
