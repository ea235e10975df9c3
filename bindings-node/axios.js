'use strict';

const axios = require('axios');
const { forAxios } = require('./lib/axios.js');

module.exports = forAxios(axios).create();
module.exports.default = module.exports;
