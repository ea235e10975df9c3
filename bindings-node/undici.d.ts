import { Dispatcher as Base } from 'undici';
import type { Client, ClientOptions } from './index';

/**
 * A dispatcher for undici's `request`, `fetch`, `stream` and `setGlobalDispatcher`, and for Node's own `fetch(url, { dispatcher })`.
 *
 * One transaction each: redirects, cookies and decompression stay with undici. Errors are undici's most specific ones, with the
 * `MtlsError` as `cause`; what concerns certificates is the `MtlsError` itself. `close` and `destroy` close the client.
 */
export class Dispatcher extends Base {
  /** @param client A client, or its options. */
  constructor(client: Client | ClientOptions);
  /** The client that makes the calls. */
  readonly client: Client;
  readonly closed: boolean;
  readonly destroyed: boolean;
}
