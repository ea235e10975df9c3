'use strict';

const { Client } = require('./client.js');
const { MtlsError } = require('./errors.js');
const { MtlsResponse, MtlsStreamedResponse, StatusError } = require('./response.js');
const { Diagnosis, diagnose } = require('./diagnosis.js');
const { createFetch } = require('./create-fetch.js');
const { CODES } = require('./catalogue.js');
const { inspect, check, match, needsRenewal, bundle, createCsr, convert } = require('./tools.js');
const { version } = require('../package.json');

module.exports = {
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
  inspect,
  check,
  match,
  needsRenewal,
  bundle,
  createCsr,
  convert,
};
