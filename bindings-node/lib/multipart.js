'use strict';
// FormData as multipart/form-data (RFC 7578, in the words of the HTML standard), with its length.

const { randomBytes } = require('node:crypto');

const escape = (text) => text.replace(/\r\n|\r|\n/g, '%0D%0A').replace(/"/g, '%22');
const lines = (text) => text.replace(/\r\n|\r|\n/g, '\r\n');

function encode(form) {
  const boundary = `mutls-${randomBytes(16).toString('hex')}`;
  const parts = [];
  let length = 0;
  const add = (part) => {
    parts.push(part);
    length += part.length ?? part.size;
  };
  for (const [name, value] of form) {
    let about = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(lines(name))}"`;
    if (typeof value === 'string') {
      add(Buffer.from(`${about}\r\n\r\n${lines(value)}\r\n`));
      continue;
    }
    about += `; filename="${escape(value.name)}"\r\nContent-Type: ${value.type || 'application/octet-stream'}\r\n\r\n`;
    add(Buffer.from(about));
    add(value);
    add(Buffer.from('\r\n'));
  }
  add(Buffer.from(`--${boundary}--\r\n`));
  const type = `multipart/form-data; boundary=${boundary}`;
  if (parts.every(Buffer.isBuffer)) return { bytes: Buffer.concat(parts), type };
  return { source: pieces(parts), length, type };
}

async function* pieces(parts) {
  for (const part of parts) {
    if (Buffer.isBuffer(part)) yield part;
    else yield* part.stream();
  }
}

module.exports = { encode };
