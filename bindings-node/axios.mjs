import host from 'axios';
import seam from './lib/axios.js';

export const { createAdapter, create } = seam.forAxios(host);

export default create();
