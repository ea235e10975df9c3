// Node's https: reads rows (URL, certificate, key, CA), prints what came of each.
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { createInterface } from 'node:readline';

const call = (url, cert, key, ca) =>
  new Promise((done) => {
    const options = { ca: readFileSync(ca), agent: false, timeout: 10_000 };
    if (cert) Object.assign(options, { cert: readFileSync(cert), key: readFileSync(key) });
    const request = get(url, options, (answer) => {
      answer.on('error', (error) => done(`${error.code}: ${error.message}`));
      answer.on('end', () => done(`status ${answer.statusCode}`));
      answer.resume();
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', (error) => done(`${error.code}: ${error.message}`));
  });

for await (const line of createInterface({ input: process.stdin })) {
  console.log((await call(...line.split('\t'))).replaceAll('\n', ' '));
}
