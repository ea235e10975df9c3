import seam from './lib/undici.js';

export const { Dispatcher } = seam;
