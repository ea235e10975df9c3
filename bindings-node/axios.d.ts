import type { AxiosAdapter, AxiosInstance, AxiosStatic, CreateAxiosDefaults } from 'axios';
import type { Client, ClientOptions } from './index';

/**
 * An adapter for axios: `axios.create({ adapter: createAdapter({ cert, key, ca }) })`.
 *
 * @param client A client, or its options. Without an identity or trust of its own, the adapter takes those of an `https.Agent`
 *   that a call brings as `httpsAgent`. docs/node.md says what becomes of axios's other options.
 */
export declare const createAdapter: (client?: Client | ClientOptions) => AxiosAdapter;

/** An axios that makes its calls with mutls: `axios.create` with an adapter made from `config.mutls`. */
export declare const create: (config?: CreateAxiosDefaults & { mutls?: Client | ClientOptions }) => AxiosInstance;

/** axios itself, with an adapter of ours: in place of `require('axios')`. */
declare const axios: Omit<AxiosStatic, 'create'> & AxiosInstance & { create: typeof create; createAdapter: typeof createAdapter };

export default axios;
