'use strict';
// Bodies that are counted on their way.

const PIECE = 64 * 1024;

/** Bytes as a source of small pieces, so that there is progress to tell. */
function* inPieces(bytes) {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** `source`, which fails with `error` behind `limit` bytes. */
async function* limited(source, limit, error) {
  let sum = 0;
  for await (const piece of source) {
    sum += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.byteLength;
    if (sum > limit) throw error;
    yield piece;
  }
}

/** Tells `listener` in the words of axios. `direction` is `upload` or `download`. */
function counted(listener, direction, length) {
  const total = length >= 0 ? length : undefined;
  const begun = performance.now();
  let before = 0;
  return (loaded) => {
    const bytes = loaded - before;
    before = loaded;
    const seconds = (performance.now() - begun) / 1000;
    const rate = seconds > 0 ? loaded / seconds : undefined;
    listener({
      loaded,
      total,
      progress: total ? loaded / total : undefined,
      bytes,
      rate,
      estimated: rate && total !== undefined ? (total - loaded) / rate : undefined,
      event: undefined,
      lengthComputable: total !== undefined,
      [direction]: true,
    });
  };
}

module.exports = { inPieces, limited, counted };
