/** What the programs are made of, for the tests. */
export { dyingCalls } from './dying-calls.js';
export { playHere } from './play-here.js';
export { playAllSteps } from './play-scene.js';
export { scenes } from './scenes.js';
export { readWhole, snapshot } from './snapshot.js';
