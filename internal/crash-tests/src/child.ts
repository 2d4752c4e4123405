import { perform } from './tasks.js';
import type { TaskCall } from './tasks.js';

/** A process that does one task, and tells its answer. */
process.once('message', (call) => void answer(call as TaskCall));

async function answer(call: TaskCall): Promise<void> {
  process.send?.(await perform(call));
  process.disconnect();
}
