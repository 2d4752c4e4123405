import { PortableDatastore, delayed } from '@anybucket/core/backend';
import { contract } from '@anybucket/core/contract/vitest';
import { MemoryDriver } from '@anybucket/backend-memory';

// Memory serialises by accident: with pauses in every call, what happens at once really overlaps.
contract('memory, delayed', () => new PortableDatastore(delayed(new MemoryDriver(), { ms: 2 })));
