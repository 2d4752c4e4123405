import assert from 'node:assert/strict';
import { contract } from '@anybucket/core/contract';
import { afterAll, describe, inject, test } from 'vitest';
import { openDatastore } from './support.js';

const address = inject('minio');

// Cases run at the same time on one datastore: without spare connections, a reader that pauses may lose its own.
const open = () => openDatastore(address ?? assert.fail(), { maxConnections: 256 });

if (address !== undefined) contract('minio', open, { describe, test: test.concurrent, afterAll });
