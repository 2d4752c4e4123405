import { PortableDatastore, delayed } from '@anybucket/core/backend';
import { contract } from '@anybucket/core/contract/vitest';
import { MemoryDatastore, MemoryDriver } from '@anybucket/backend-memory';

contract('memory', () => new MemoryDatastore());

// Memory serialises by accident: with pauses in every call, what happens at once really overlaps.
contract('memory, delayed', () => new PortableDatastore(delayed(new MemoryDriver(), { ms: 2 })));
