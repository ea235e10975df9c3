import mutls = require('mutls');
import axios = require('mutls/axios');
import undici = require('mutls/undici');

const client: mutls.Client = new mutls.Client({ cert: 'x' });
const adapter = axios.createAdapter(client);
const dispatcher = new undici.Dispatcher(client);

export = { adapter, dispatcher, get: axios.default.get };
