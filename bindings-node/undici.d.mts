export { Dispatcher } from './undici.js';
