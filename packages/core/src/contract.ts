/**
 * The contract: the behaviour that every backend must have, as cases that any test runner can run against any datastore.
 *
 *     import { contract } from '@anybucket/core/contract';
 *     import { afterAll, describe, test } from 'vitest';
 *
 *     contract('mine', () => new MyDatastore(), { describe, test: test.concurrent, afterAll });
 */
export { contract } from './contract/contract.js';
export type { ContractOptions } from './contract/contract.js';
export { contractCases } from './contract/contract-cases.js';
export type { ContractCase } from './contract/contract-case.js';
export type { ContractContext, Requirement } from './contract/contract-context.js';
