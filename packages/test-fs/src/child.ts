import { perform } from './tasks.js';
import type { TaskCall } from './tasks.js';

/** A process that does one task, and tells its answer. */
process.once('message', (call) => {
  void perform(call as TaskCall).then((answer) => {
    process.send?.(answer);
    process.disconnect();
  });
});
