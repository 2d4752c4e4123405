// Stands in for the types of `@anybucket/backend-*` (see `paths` in tsconfig.json): those packages depend on this one, and are built after it.
import type { BackendModule } from './backend-module.js';

export declare const createDatastore: BackendModule['createDatastore'];
export declare const optionsSchema: BackendModule['optionsSchema'];
