import mutls from './lib/index.js';

export const { Client, MtlsError, MtlsResponse, MtlsStreamedResponse, StatusError, CODES, createFetch, version } = mutls;
export const { inspect, check, match, needsRenewal, bundle, createCsr, convert } = mutls;
export default mutls;
