// A fake `go`. `go install` takes a moment and installs the fake `minio`.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

process.stderr.write('internal/first\n');
await delay(Number(process.env.FAKE_GO_MS ?? 100));
if (process.env.FAKE_GO === 'fails') {
  writeFileSync(join(process.env.GOBIN, 'half'), '');
  process.stderr.write('go: requires go >= 1.24\n');
  process.exitCode = 1;
} else {
  copyFileSync(process.env.FAKE_PROGRAM, join(process.env.GOBIN, 'minio'));
}
