import { inject } from 'vitest';
import { contract } from '@anybucket/core/contract/vitest';
import { openDatastore } from './support.js';

const address = inject('minio');

if (address !== undefined) contract('minio', () => openDatastore(address));
