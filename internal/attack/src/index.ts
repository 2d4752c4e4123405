/** Attacks on the backends, each as a function that runs for a while and returns what it counted. */
export { attackDisk } from './disk.js';
export type { DiskReport } from './disk.js';
export { attackLimits } from './limits.js';
export type { LimitsReport } from './limits.js';
export { attackSwap, swapTargets } from './swap.js';
export type { SwapReport, SwapTarget } from './swap.js';
