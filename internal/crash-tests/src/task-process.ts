// Runs one task, which it receives as a message, and sends its result.
import { performTask } from './tasks.js';
import type { TaskRequest } from './tasks.js';

process.once('message', (request) => void respond(request as TaskRequest));

async function respond(request: TaskRequest): Promise<void> {
  process.send?.(await performTask(request));
  process.disconnect();
}
