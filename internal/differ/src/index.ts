/** Runs random programs on several backends and a model, and shows where they differ. For tests; the command is `npm run diff`. */
export { diff } from './diff.js';
export type { DiffOptions, Found } from './diff.js';
export { Backend } from './run/backend.js';
export { explain } from './report/explain.js';
