import mutls from './lib/index.js';

export const {
  Client,
  Diagnosis,
  MtlsError,
  MtlsResponse,
  MtlsStreamedResponse,
  StatusError,
  CODES,
  createFetch,
  diagnose,
  version,
} = mutls;
export const { inspect, check, match, needsRenewal, bundle, createCsr, convert } = mutls;
export default mutls;
