/** What the programs are made of, for the tests. */
export { playHere } from './play-here.js';
export { playAllSteps } from './play-scene.js';
export { scenes } from './scenes.js';
export { readWhole, snapshot } from './snapshot.js';
export { killAtRandom } from './random-kills.js';
export type { KillPlan, KillReport } from './random-kills.js';
export { runTask, untilStopped } from './run-task.js';
export type { RunningTask } from './run-task.js';
export type { TaskCall } from './tasks.js';
export { tryHostileKeys } from './hostile-keys.js';
export { interleave, pairs } from './interleave.js';
