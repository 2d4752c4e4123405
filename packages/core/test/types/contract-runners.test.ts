import type * as node from 'node:test';
import type { ContractOptions } from '@anybucket/core/contract';
import type * as jest from '@jest/globals';
import type Mocha from 'mocha';
import type * as vitest from 'vitest';
import { expectTypeOf, test } from 'vitest';

// Nothing here runs: the compiler checks the types.

test('the functions of vitest are accepted', () => {
  expectTypeOf<{
    describe: typeof vitest.describe;
    test: typeof vitest.test;
    skip: typeof vitest.test.skip;
    afterAll: typeof vitest.afterAll;
  }>().toExtend<ContractOptions>();
  expectTypeOf<{ describe: typeof vitest.suite; test: typeof vitest.it.concurrent }>().toExtend<ContractOptions>();
});

test('the functions of jest are accepted', () => {
  expectTypeOf<{
    describe: typeof jest.describe;
    test: typeof jest.test;
    skip: typeof jest.test.skip;
    afterAll: typeof jest.afterAll;
  }>().toExtend<ContractOptions>();
  expectTypeOf<{ describe: typeof jest.describe; test: typeof jest.it.concurrent }>().toExtend<ContractOptions>();
});

test('the functions of node:test are accepted', () => {
  expectTypeOf<{
    describe: typeof node.describe;
    test: typeof node.test;
    skip: typeof node.test.skip;
    afterAll: typeof node.after;
  }>().toExtend<ContractOptions>();
  expectTypeOf<{ describe: typeof node.suite; test: typeof node.it }>().toExtend<ContractOptions>();
});

test('the functions of mocha are accepted', () => {
  expectTypeOf<{
    describe: Mocha.SuiteFunction;
    test: Mocha.TestFunction;
    skip: Mocha.PendingTestFunction;
    afterAll: Mocha.HookFunction;
  }>().toExtend<ContractOptions>();
});
