export * from './index.js';
import * as mutls from './index.js';
export default mutls;
