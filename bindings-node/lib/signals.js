'use strict';
// One listener for each signal, however many calls carry it: Node warns of more than a few.

const watched = new WeakMap();

/** Calls `act` when `signal` aborts. Returns what stops that. */
function watch(signal, act) {
  let entry = watched.get(signal);
  if (entry === undefined) {
    const acts = new Set();
    const listener = () => {
      watched.delete(signal);
      for (const one of [...acts]) one();
    };
    entry = { acts, listener };
    watched.set(signal, entry);
    signal.addEventListener('abort', listener, { once: true });
  }
  entry.acts.add(act);
  return () => {
    entry.acts.delete(act);
    if (entry.acts.size === 0 && watched.get(signal) === entry) {
      watched.delete(signal);
      signal.removeEventListener('abort', entry.listener);
    }
  };
}

module.exports = { watch };
