/** The whole contract. It opens several datastores over one folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contract } from '@anybucket/core/contract';
import { afterAll, describe, test } from 'vitest';
import { createDatastore } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'anybucket-lmdb-'));
afterAll(() => rmSync(folder, { recursive: true }));

contract('lmdb', () => createDatastore({ folder }, { name: 'lmdb' }), { describe, test: test.concurrent, afterAll });
