/** The parts of the crash test programs that the tests run too. */
export { crashAtEachCall } from './crash-steps.js';
export { crashInProcess } from './crash-in-process.js';
export { scenarios } from './scenarios.js';
export { failPowerAtEachCall } from './power-failure.js';
export { killAtRandom } from './random-kills.js';
export { killVersionsAtRandom } from './version-kills.js';
export { openDatastore } from './open-datastore.js';
export { runTask, waitUntilStopped } from './run-task.js';
export type { TaskRequest } from './tasks.js';
export { tryHostileKeys } from './hostile-keys.js';
export { interleave, interleavings } from './interleave.js';
