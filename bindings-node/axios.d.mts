import seam from './axios.js';

export declare const createAdapter: typeof seam.createAdapter;
export declare const create: typeof seam.create;
declare const axios: typeof seam.default;
export default axios;
