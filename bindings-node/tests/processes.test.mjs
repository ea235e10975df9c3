// Real processes: how they begin, how they end, and what else goes on in them meanwhile.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from 'mutls';
import { ledger, newId, sandbox } from './support.mjs';

const { url, options } = await sandbox();
const client = new Client(options);
const here = fileURLToPath(new URL('.', import.meta.url));

/** Runs a program in a process of its own. `MUTLS` in it are the options of a client. */
function start(source, { flags = [], env = {}, extension = 'module' } = {}) {
  const all = { ...process.env, MUTLS: JSON.stringify(options), BASE: url('required'), ...env };
  delete all.NODE_TEST_CONTEXT;
  const child = spawn(process.execPath, [...flags, `--input-type=${extension}`, '-e', source], { cwd: here, env: all });
  const output = { out: '', err: '' };
  child.stdout.on('data', (data) => (output.out += data));
  child.stderr.on('data', (data) => (output.err += data));
  const limit = setTimeout(() => child.kill('SIGKILL'), 120_000);
  const ended = once(child, 'close').then(([code, signal]) => {
    clearTimeout(limit);
    return { code, signal, ...output };
  });
  return { child, ended, lines: createInterface(child.stdout) };
}

const run = (source, how) => start(source, how).ended;
const MODULE = `import { Client } from 'mutls'; const client = new Client(JSON.parse(process.env.MUTLS));`;

test('CommonJS and ESM', async () => {
  const cjs = await run(
    `const { Client } = require('mutls'); new Client(JSON.parse(process.env.MUTLS)).get('echo').then((r) => console.log(r.status))`,
    { extension: 'commonjs' },
  );
  assert.deepEqual([cjs.code, cjs.out], [0, '200\n'], cjs.err);
  const esm = await run(`${MODULE} console.log((await client.get('echo')).status)`);
  assert.deepEqual([esm.code, esm.out], [0, '200\n'], esm.err);
});

test('a missing platform package is named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mutls-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    cpSync(join(here, 'node_modules/mutls'), join(folder, 'node_modules/mutls'), { recursive: true });
    const child = spawn(process.execPath, ['-e', "require('mutls')"], { cwd: folder });
    let text = '';
    child.stderr.on('data', (data) => (text += data));
    const [code] = await once(child, 'close');
    assert.notEqual(code, 0);
    assert.match(text, /the package @mutls\/binding-\S+@\d/);
    assert.match(text, /npm install @mutls\/binding-/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an idle client lets the process end, an unread body too', async () => {
  const begun = performance.now();
  const { code, out } = await run(`${MODULE}
    await client.get('echo');
    globalThis.kept = [client, await client.stream('large/100000000'), await client.fetch('large/100000000')];
    console.log('end');`);
  assert.deepEqual([code, out], [0, 'end\n']);
  assert.ok(performance.now() - begun < 20_000);
});

test('a call in flight holds the process, and so does a body that is read', async () => {
  const { code, out } = await run(`${MODULE}
    client.get('delay/200').then((r) => console.log(r.status));
    client.fetch('drip?bytes=3&ms=100').then((r) => r.text()).then((t) => console.log(t.length));`);
  assert.equal(code, 0);
  assert.deepEqual(out.split('\n').sort(), ['', '200', '3']);
});

for (const [how, source, code] of [
  ['process.exit', 'process.exit(7)', 7],
  ['an uncaught exception', "throw new Error('on purpose')", 1],
  ['process.exit in a callback', "client.get('status/200').then(() => process.exit(7))", 7],
]) {
  test(`${how} with calls in flight ends cleanly`, async () => {
    for (let time = 0; time < 5; time += 1) {
      const { code: got, signal, err } = await run(`${MODULE}
        for (let i = 0; i < 30; i += 1) {
          client.get('silence').catch(() => {});
          client.fetch('drip?bytes=100000&ms=1').then((r) => r.text()).catch(() => {});
          client.post('upload', { body: (async function* () { for (;;) yield Buffer.alloc(100000); })() }).catch(() => {});
        }
        setTimeout(() => { ${source} }, ${100 * time});`);
      assert.deepEqual([got, signal], [code, null], err);
      assert.ok(!/panick|fatal/i.test(err), err);
    }
  });
}

test('worker threads, several at once and one after the other', async () => {
  const { code, out, err } = await run(
    `import { Worker } from 'node:worker_threads';
    import { once } from 'node:events';
    const source = "const { Client } = require('mutls'); const { parentPort } = require('node:worker_threads');" +
      "const client = new Client(JSON.parse(process.env.MUTLS));" +
      "client.get('silence').catch(() => {});" +
      "Promise.all([1, 2, 3].map(() => client.get('echo'))).then((all) => { parentPort.postMessage(all.length); process.exit(0); })";
    for (let time = 0; time < 3; time += 1) {
      const workers = Array.from({ length: 4 }, () => new Worker(source, { eval: true, execArgv: [] }));
      await Promise.all(workers.map(async (worker) => {
        const ended = once(worker, 'exit');
        console.log((await once(worker, 'message'))[0], (await ended)[0]);
      }));
    }
    const { Client } = await import('mutls');
    const client = new Client(JSON.parse(process.env.MUTLS));
    const worker = new Worker(source.replace('process.exit(0)', '0'), { eval: true, execArgv: [] });
    await once(worker, 'message');
    const call = client.get('delay/200');
    await worker.terminate();
    console.log((await call).status);`,
  );
  assert.equal(code, 0, err);
  assert.equal(out, `${'3 0\n'.repeat(12)}200\n`);
});

test('SIGTERM drains on close()', async () => {
  const { child, ended, lines } = start(`${MODULE}
    process.on('SIGTERM', async () => {
      console.log('drained', await client.close());
    });
    client.get('delay/600').then((r) => console.log(r.status));
    setInterval(() => {}, 1000).unref();
    await client.get('status/200');
    console.log('ready');`);
  await once(lines, 'line');
  child.kill('SIGTERM');
  const { code, out } = await ended;
  assert.equal(code, 0);
  assert.equal(out, 'ready\n200\ndrained true\n');
});

test('a killed process leaves nothing at the server', async () => {
  const id = newId();
  const { child, ended } = start(`${MODULE} client.get('silence', { headers: { 'x-sandbox-id': '${id}' } });`);
  await ledger(client, id, { seen: 1 });
  child.kill('SIGKILL');
  await ended;
  assert.equal((await ledger(client, id, { aborted: 1 })).aborted, 1);
});

/** How long reading a small file and deriving a key take, in milliseconds: the median of several. */
const LATENCIES = `
  import { readFile } from 'node:fs/promises';
  import { pbkdf2 } from 'node:crypto';
  import { promisify } from 'node:util';
  const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
  async function timed(act) {
    const all = [];
    for (let i = 0; i < 15; i += 1) { const begun = performance.now(); await act(); all.push(performance.now() - begun); }
    return median(all);
  }
  const latencies = async () => [
    await timed(() => readFile('/etc/hostname')),
    await timed(() => promisify(pbkdf2)('p', 's', 1000, 32, 'sha256')),
  ];`;

test('1,000 calls in flight take about as long as one, and libuv stays free', async () => {
  const { code, out, err } = await run(
    `${LATENCIES} ${MODULE.replace('JSON.parse(process.env.MUTLS)', '{ ...JSON.parse(process.env.MUTLS), pool: { maxIdle: 2000 } }')}
    const all = () => Promise.all(Array.from({ length: 1000 }, () => client.get('delay/200')));
    const idle = await latencies();
    await all();
    const begun = performance.now();
    const calls = all();
    // While nothing else is to do: a thousand requests have been written, and are waited for.
    const waiting = client.get('delay/30').then(latencies);
    await calls;
    const took = performance.now() - begun;
    console.log(JSON.stringify({ took, idle, busy: await waiting }));`,
  );
  assert.equal(code, 0, err);
  const { took, idle, busy } = JSON.parse(out);
  // Four at a time, they would take fifty seconds.
  assert.ok(took < 10_000, `a thousand calls of 200 ms took ${took} ms`);
  // Libuv's four threads, had they been taken, would be free again only after 200 ms.
  for (const at of [0, 1]) assert.ok(busy[at] < idle[at] + 150, `${busy[at]} ms in place of ${idle[at]} ms`);
});

test('no leak', async () => {
  const requests = Number(process.env.MUTLS_LEAK_REQUESTS ?? 6000);
  const { code, out, err } = await run(
    `${MODULE}
    async function some(count) {
      let left = count;
      await Promise.all(Array.from({ length: 16 }, async () => {
        while (left-- > 0) {
          switch (left % 8) {
            case 0: await client.fetch('bytes/20000').then((r) => r.arrayBuffer()); break;
            case 1: await client.post('echo', { body: ['a', 'b'] }); break;
            case 2: await client.get('status/404', { signal: AbortSignal.timeout(60000) }); break;
            case 3: { const r = await client.stream('bytes/100'); for await (const _ of r); break; }
            case 4: if (left % 64 === 4) await client.get('truncated/1/2').catch(() => {}); break;
            default: await client.get('echo');
          }
        }
      }));
      for (let i = 0; i < 3; i += 1) { globalThis.gc(); await new Promise((r) => setTimeout(r, 20)); }
      const { rss, heapUsed, external } = process.memoryUsage();
      return { rss, heapUsed, external };
    }
    await some(${requests} / 2);
    const before = await some(${requests} / 4);
    const after = await some(${requests});
    console.log(JSON.stringify({ before, after }));`,
    { flags: ['--expose-gc'] },
  );
  assert.equal(code, 0, err);
  const { before, after } = JSON.parse(out);
  const grown = (what) => after[what] - before[what];
  assert.ok(grown('heapUsed') < 1.5e6, `the heap grew by ${grown('heapUsed')} bytes in ${requests} requests`);
  assert.ok(grown('external') < 1e6, `external memory grew by ${grown('external')} bytes`);
  // The allocator of each thread keeps some; a leak would go on.
  assert.ok(grown('rss') < 40e6, `RSS grew by ${grown('rss')} bytes in ${requests} requests`);
});
