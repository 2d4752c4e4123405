import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { FsDriver } from '@anybucket/backend-fs';
import { PortableDatastore } from '@anybucket/core/backend';
import { dyingCalls } from './dying-calls.js';
import { sceneBucket } from './play-scene.js';
import { scenes } from './scenes.js';

/** A process that does one scene and is killed before its n-th call of the system, whose name it leaves on its output. */
const [, , root = '', name, n] = argv;
const scene = scenes.find((one) => one.name === name);
if (scene === undefined) throw new Error(`there is no scene ${name}`);
const { calls, arm } = dyingCalls((call) => {
  writeSync(1, call);
  process.kill(process.pid, 'SIGKILL');
  throw new Error('the process outlives SIGKILL');
});
const store = new PortableDatastore(new FsDriver({ root }, { calls }));
await store.list();
arm(Number(n));
await scene.act(store.bucket(sceneBucket), store);
arm(Infinity);
await store.close();
