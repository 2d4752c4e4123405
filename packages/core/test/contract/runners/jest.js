import { afterAll, describe, test } from '@jest/globals';
import { capabilities, runContract } from './run-contract.js';

runContract({ describe, test: test.concurrent, afterAll, skip: test.skip, capabilities });
