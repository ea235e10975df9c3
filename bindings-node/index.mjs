import mutls from './lib/index.js';

export const { Client, MtlsError, MtlsResponse, MtlsStreamedResponse, StatusError, CODES, createFetch, version } = mutls;
export default mutls;
