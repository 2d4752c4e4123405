import { contract } from '@anybucket/core/contract';
import { afterAll, describe, inject, test } from 'vitest';
import { openDatastore } from './support.js';

const address = inject('minio');

if (address !== undefined) contract('minio', () => openDatastore(address), { describe, test: test.concurrent, afterAll });
