import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { FsDriver } from '@anybucket/backend-fs';
import { PortableDatastore } from '@anybucket/core/backend';
import { sceneBucket } from './play-scene.js';
import { scenes } from './scenes.js';
import { watchedCalls } from './watched-calls.js';

/** A process that does one scene and gets a signal before its n-th call of the system, whose name it leaves on its output. */
const [, , root = '', name, n, signal] = argv;
const scene = scenes.find((one) => one.name === name);
if (scene === undefined) throw new Error(`there is no scene ${name}`);
let left = Infinity;
const calls = watchedCalls((call) => {
  if (--left !== 0) return;
  writeSync(1, call);
  process.kill(process.pid, signal);
});
const store = new PortableDatastore(new FsDriver({ root }, { calls }));
await store.list();
left = Number(n);
await scene.act(store.bucket(sceneBucket), store);
left = Infinity;
await store.close();
