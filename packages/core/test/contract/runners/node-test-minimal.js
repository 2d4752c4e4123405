import { suite, test } from 'node:test';
import { runContract } from './run-contract.js';

runContract({ describe: suite, test });
