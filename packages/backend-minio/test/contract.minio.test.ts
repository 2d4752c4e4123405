import { contract } from '@anybucket/core/contract';
import { afterAll, describe, inject, test } from 'vitest';
import { open } from './support.js';

const address = inject('minio');

if (address !== undefined) contract('minio', () => open(address), { describe, test: test.concurrent, afterAll });
