'use strict';
// The compiled addon, from the package of this platform.

const { version } = require('../package.json');

/** Such as `linux-x64-gnu`. */
function platform() {
  const { platform: system, arch } = process;
  if (system === 'linux') {
    const { glibcVersionRuntime } = process.report.getReport().header;
    return `linux-${arch}-${glibcVersionRuntime ? 'gnu' : 'musl'}`;
  }
  return system === 'win32' ? `win32-${arch}-msvc` : `${system}-${arch}`;
}

function load() {
  try {
    // Where mutls was built from its source.
    return require('../mutls.node');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
  }
  const name = `@mutls/binding-${platform()}`;
  try {
    return require(name);
  } catch (error) {
    const missing = error.code === 'MODULE_NOT_FOUND' && String(error.message).includes(name);
    const what = missing
      ? `mutls: the package ${name}@${version}, which holds its compiled part for this platform, is not installed. ` +
        `npm leaves it out where it runs with --omit=optional or --no-optional, where the lock file or node_modules came ` +
        `from another platform, or where mutls does not support this one. Run: npm install ${name}@${version}`
      : `mutls: ${name} cannot be loaded: ${error.message}`;
    throw new Error(what, { cause: error });
  }
}

const native = load();
if (native.version() !== version) {
  throw new Error(
    `mutls: the package is ${version}, its compiled part is ${native.version()}. ` +
      `Run: npm install mutls@${version} @mutls/binding-${platform()}@${version}`,
  );
}

module.exports = native;
