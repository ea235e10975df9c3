import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, Diagnosis, diagnose } from 'mutls';
import { sandbox } from './support.mjs';

const { info, url, identity, options } = await sandbox();

test('a client that works', async () => {
  const found = await new Client(options).diagnose('/echo');
  assert.ok(found instanceof Diagnosis);
  assert.deepEqual([found.state, found.code], ['ok', null], String(found));
  assert.deepEqual(
    found.steps.map((step) => step.name),
    ['options', 'identity', 'trust', 'proxy', 'dns', 'connect', 'handshake', 'without_identity', 'answer'],
  );
  assert.match(found.html, /<svg/);
  assert.equal(JSON.parse(JSON.stringify(found)).handshake.clientCertificate.summary, 'sent');
});

test('a client that cannot be made', async () => {
  const found = await diagnose(url('required'), { ...identity, key: info.identities.mismatch.key }, { probe: false });
  assert.deepEqual([found.state, found.code], ['failed', 'key_mismatch'], String(found));
  assert.ok(found.steps.every((step) => step.name !== 'answer'));
  await assert.rejects(diagnose(url('required'), { crt: 'x' }), { code: 'bad_option' });
  await assert.rejects(diagnose(url('required'), identity, { prob: false }), { code: 'bad_option' });
});

test('a signal ends it, and libuv is free meanwhile', async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error('enough')), 50);
  await assert.rejects(diagnose(url('tcp_silent'), identity, { signal: abort.signal }), /enough/);
  await assert.rejects(diagnose(url('required'), identity, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});
