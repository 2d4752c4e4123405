import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore, FsDriver } from '@anybucket/backend-fs';
import { PortableDatastore, delayed } from '@anybucket/core/backend';
import { contract } from '@anybucket/core/contract';
import { afterAll, describe, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'anybucket-contract-'));
afterAll(() => rmSync(directory, { recursive: true }));

const runner = { describe, test: test.concurrent, afterAll };

contract('fs', () => new FsDatastore({ root: join(directory, 'plain') }), runner);

// Small operations are synchronous, so concurrent ones do not overlap without a delay.
contract('fs, delayed', () => new PortableDatastore(delayed(new FsDriver({ root: join(directory, 'delayed') }), { ms: 2 })), runner);
