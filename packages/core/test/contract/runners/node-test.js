import { after, describe, test } from 'node:test';
import { runContract } from './run-contract.js';

runContract({ describe, test, afterAll: after });
