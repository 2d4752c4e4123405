// Runs one scenario and sends itself a signal before its n-th system call, after writing the name of that call to standard output.
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { interceptCalls } from './intercept-calls.js';
import { openDatastore } from './open-datastore.js';
import { scenarioBucket, scenarios } from './scenarios.js';

const [, , root = '', scenarioName, n, signal] = argv;
const scenario = scenarios.find(({ name }) => name === scenarioName);
if (scenario === undefined) throw new Error(`unknown scenario ${scenarioName}`);
let remaining = Infinity;
const calls = interceptCalls((name) => {
  if (--remaining !== 0) return;
  writeSync(1, name);
  process.kill(process.pid, signal);
});
// Durable, for more steps: those that flush.
const datastore = openDatastore(root, { calls, durable: true });
// Opens the root, so that only the calls of the scenario count.
await datastore.list();
remaining = Number(n);
await scenario.run(datastore.bucket(scenarioBucket), datastore);
remaining = Infinity;
await datastore.close();
