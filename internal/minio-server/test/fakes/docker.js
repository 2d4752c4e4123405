// A fake `docker`. A container is a process that outlives the client that started it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const args = process.argv.slice(2);
const daemon = process.env.FAKE_DAEMON;
const argumentAfter = (name) => args[args.indexOf(name) + 1];
const pidFile = () => join(daemon, argumentAfter('--name'));

if (!existsSync(daemon)) {
  process.stderr.write('Cannot connect to the Docker daemon\n');
  process.exitCode = 1;
} else if (args[0] === 'image') {
  process.exitCode = existsSync(join(daemon, 'image')) ? 0 : 1;
} else if (args[0] === 'pull') {
  writeFileSync(join(daemon, 'image'), args.at(-1));
} else if (args[0] === 'run') {
  const address = argumentAfter('--publish').split(':').slice(0, 2).join(':');
  const container = spawn(process.env.FAKE_PROGRAM, ['server', join(daemon, 'data'), '--address', address], {
    detached: true,
    stdio: 'ignore',
  });
  writeFileSync(pidFile(), String(container.pid));
  setInterval(() => undefined, 1000);
} else if (args[0] === 'rm') {
  process.kill(Number(readFileSync(join(daemon, args.at(-1)), 'utf8')), 'SIGKILL');
}
