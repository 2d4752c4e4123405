/** Compares backends with each other and with a model by running random programs. The command line is `npm run diff`. */
export { diff } from './diff.js';
export type { DiffOptions, Finding } from './diff.js';
export { Backend } from './run/backend.js';
export { explain } from './report/explain.js';
