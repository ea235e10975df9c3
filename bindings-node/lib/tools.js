'use strict';
// What is done to certificates, keys and stores besides using them. What they do is core's.

const native = require('./native.js');
const { translated, badOption } = require('./errors.js');
const { toolDocument } = require('./document.js');
const { work } = require('./queue.js');

async function run(tool, input, options) {
  if (options !== undefined && (options === null || typeof options !== 'object')) {
    throw badOption('the options are not an object', 'docs/identity-files.md has their names.');
  }
  let output;
  try {
    const parts = toolDocument(input, options ?? {});
    output = await work((queue, id) => native.runTool(queue, id, tool, ...parts));
  } catch (error) {
    throw translated(error);
  }
  return { report: JSON.parse(output.report), parts: output.parts };
}

const isOptions = (value) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value) &&
  !(value instanceof ArrayBuffer) && !(value instanceof URL);

/** A tool that may be called without an input. */
const withoutInput = (tool) => (input, options) =>
  isOptions(input) && options === undefined ? run(tool, undefined, input) : run(tool, input, options);

const reporting = (call) => async (input, options) => (await call(input, options)).report;

module.exports = {
  inspect: reporting(withoutInput('inspect')),
  check: reporting((input, options) => run('check', input, options)),
  match: reporting((input, options) => run('match', input, options)),
  needsRenewal: reporting(withoutInput('needs_renewal')),
  bundle: (input, options) => run('bundle', input, options),
  createCsr: withoutInput('create_csr'),
  convert: (input, options) => run('convert', input, options),
};
