import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore, FsDriver } from '@anybucket/backend-fs';
import { PortableDatastore, delayed } from '@anybucket/core/backend';
import { contract } from '@anybucket/core/contract';
import { afterAll, describe, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'anybucket-contract-'));
afterAll(() => rmSync(folder, { recursive: true }));

const runner = { describe, test: test.concurrent, afterAll };

contract('fs', () => new FsDatastore({ root: join(folder, 'plain') }), runner);

// Small calls are synchronous: with delays, concurrent calls overlap.
contract('fs, delayed', () => new PortableDatastore(delayed(new FsDriver({ root: join(folder, 'delayed') }), { ms: 2 })), runner);
