'use strict';

module.exports = require('./lib/undici.js');
