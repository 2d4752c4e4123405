import { after, describe, it } from 'mocha';
import { runContract } from './run-contract.js';

runContract({ describe, test: it, afterAll: after, timeoutMs: 10_000 });
