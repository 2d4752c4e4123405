import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore, FsDriver } from '@anybucket/backend-fs';
import { PortableDatastore, delayed } from '@anybucket/core/backend';
import { contract } from '@anybucket/core/contract/vitest';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'anybucket-contract-'));
afterAll(() => rmSync(folder, { recursive: true }));

contract('fs', () => new FsDatastore({ root: join(folder, 'plain') }));

// Each small call is synchronous: with pauses in every call, what happens at once really overlaps.
contract('fs, delayed', () => new PortableDatastore(delayed(new FsDriver({ root: join(folder, 'delayed') }), { ms: 2 })));
