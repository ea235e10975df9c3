// What is told of connections and certificates: to `onEvent`, and to `mutls:event`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import { Client, needsRenewal } from 'mutls';
import { sandbox, until } from './support.mjs';

const { info, url, options } = await sandbox();
const { chain: cert, key } = info.identities.expiring;
const expiring = { ...options, cert, key };

/** A function for events, and what it was told. */
function listener() {
  const told = [];
  const names = () => told.splice(0).map(({ event }) => event);
  return { told, names, onEvent: (event) => told.push(event) };
}

test('connected, retried and expiring', async () => {
  const { told, names, onEvent } = listener();
  const client = new Client({ ...expiring, onEvent });
  const { handshake } = await client.get('echo?token=abc');
  const [soon, connected] = told;
  assert.deepEqual(names(), ['identity_expiring', 'connected']);
  assert.equal(soon.level, 'warning');
  assert.equal(soon.daysLeft, 5);
  assert.match(soon.subject, /expiring/);
  assert.match(soon.message, /expires in 5 days/);
  assert.equal(connected.host, 'localhost');
  assert.equal(connected.resumed, false);
  assert.equal(connected.daysLeft, 5);
  assert.equal(handshake.clientCertificate.daysLeft, 5);
  assert.equal(connected.serverDaysLeft, handshake.serverDaysLeft);
  assert.ok(!JSON.stringify(connected).includes('token'));
  await client.get('echo');
  assert.deepEqual(names(), []);
  await client.get('close-if-reused');
  assert.deepEqual(names(), ['retried', 'connected']);
});

test('a failure has the code of the error', async () => {
  const { told, onEvent } = listener();
  const client = new Client({ ca: options.ca, onEvent });
  const error = await client.get(`${url('tls12')}/secret-path`).catch((e) => e);
  assert.equal(told.length, 1);
  assert.equal(told[0].event, 'handshake_failed');
  assert.equal(told[0].level, 'info');
  assert.equal(told[0].code, error.code);
  assert.equal(told[0].hint, error.hint);
  assert.ok(!JSON.stringify(told).includes('secret-path'));
});

test('the channel has them too, and may be subscribed to later', async () => {
  const client = new Client(expiring);
  await client.get('echo');
  const { told, names, onEvent } = listener();
  subscribe('mutls:event', onEvent);
  try {
    await client.get('close-if-reused');
    await until(() => told.length >= 3);
    assert.deepEqual(names(), ['identity_expiring', 'retried', 'connected']);
  } finally {
    unsubscribe('mutls:event', onEvent);
  }
  await client.get('close-if-reused');
  assert.deepEqual(names(), []);
});

test('a function that fails breaks nothing', async () => {
  const warnings = [];
  const onWarning = (warning) => warnings.push(warning.message);
  process.on('warning', onWarning);
  try {
    for (const onEvent of [
      () => {
        throw new Error('on purpose');
      },
      async () => {
        throw new Error('on purpose');
      },
    ]) {
      const client = new Client({ ...options, onEvent });
      assert.equal((await client.get('echo')).status, 200);
    }
    await until(() => warnings.length === 2);
    assert.ok(warnings.every((text) => text.includes('on purpose')));
  } finally {
    process.off('warning', onWarning);
  }
});

test('a reload tells of what it reads, and may bring another function', async () => {
  const first = listener();
  const second = listener();
  const client = new Client({ ...options, onEvent: first.onEvent });
  client.reload(expiring);
  await until(() => first.told.length === 1);
  client.reload({ ...options, expiryWarningDays: 100_000, onEvent: second.onEvent });
  await until(() => second.told.length > 0);
  // One that is garbage tells nothing more.
  assert.ok(client);
  assert.throws(() => new Client({ ...options, onEvent: 'loud' }), { code: 'bad_option' });
});

test('a listener keeps neither the process nor the client', () => {
  const script = `
    const { Client } = require('mutls');
    const options = JSON.parse(process.argv[1]);
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    function make() {
      const client = new Client({ ...options, onEvent: () => void client });
      registry.register(client, 1);
      return client.get('echo');
    }
    (async () => {
      for (let i = 0; i < 3; i++) await make();
      for (let i = 0; i < 100 && collected < 3; i++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        gc();
      }
      console.log(collected);
      globalThis.kept = new Client({ ...options, onEvent() {} });
    })();`;
  const ran = spawnSync(process.execPath, ['--expose-gc', '-e', script, JSON.stringify(options)], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  assert.equal(ran.stderr, '');
  // The last one may still be referred to by what has just run.
  assert.ok(Number(ran.stdout) >= 2, ran.stdout);
});

test('needsRenewal asks servers', async () => {
  const client = { ca: options.ca };
  assert.ok((await needsRenewal({ url: url('server_expiring'), client, within: '6d' })).needs_renewal);
  assert.ok(!(await needsRenewal({ url: url('server_expiring'), client, within: '4d' })).needs_renewal);
});
