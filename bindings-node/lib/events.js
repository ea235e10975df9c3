'use strict';
// What happens to a client besides the answers of its calls: told to `onEvent`, and to the diagnostics channel `mutls:event`.

const { channel } = require('node:diagnostics_channel');
const { queue, enter, leave, camelCased } = require('./queue.js');
const { badOption } = require('./errors.js');

const events = channel('mutls:event');

/** Ids of clients that are garbage. */
const gone = new FinalizationRegistry(leave);

/** Who is told of one client. The client holds it; the queue does not, so that neither keeps the other alive. */
class Observer {
  #native;
  #observed = false;
  #onEvent;

  constructor(native) {
    this.#native = native;
  }

  /** Asks for events where somebody wants them: before each call, since a channel may be subscribed to at any time. */
  look() {
    if (!this.#observed && (events.hasSubscribers || this.#onEvent !== undefined)) this.#observe();
  }

  set onEvent(onEvent) {
    if (onEvent !== undefined && onEvent !== null && typeof onEvent !== 'function') {
      throw badOption('`onEvent` is not a function', 'Give a function that takes an event.');
    }
    this.#onEvent = onEvent ?? undefined;
    this.look();
  }

  #observe() {
    this.#observed = true;
    const self = new WeakRef(this);
    const id = enter({ onEvent: (json) => self.deref()?.tell(json) });
    gone.register(this, id);
    this.#native.observe(queue, id);
  }

  tell(json) {
    if (this.#onEvent === undefined && !events.hasSubscribers) return;
    const event = Object.freeze(camelCased(JSON.parse(json)));
    if (events.hasSubscribers) events.publish(event);
    const onEvent = this.#onEvent;
    // Whatever it does, the calls go on.
    try {
      const outcome = onEvent?.(event);
      if (typeof outcome?.catch === 'function') outcome.catch(complain);
    } catch (error) {
      complain(error);
    }
  }
}

function complain(error) {
  process.emitWarning(`\`onEvent\` failed: ${error?.stack ?? String(error)}`, 'MutlsWarning');
}

module.exports = { Observer };
