/** Test tools for programs that use anybucket, for every test runner. */
export { withFaults } from './with-faults.js';
export type { FaultOptions } from './with-faults.js';
export type { Fault } from './faults/fault.js';
export type { Faults } from './faults/fault-plan.js';
export { withDelay } from './with-delay.js';
export { readOnly } from './read-only.js';
export type { Operation, RequestName } from './requests/operations.js';
export type { Pattern } from './requests/pattern.js';
export { withPrefix } from './with-prefix.js';
export type { PrefixOptions } from './with-prefix.js';
export { withLog } from './with-log.js';
export type { CallLog } from './log/call-log.js';
export type { CallPattern, CallRecord } from './log/call-record.js';
export { expectAtMost, expectCalls, expectInOrder, expectNever } from './log/expect-calls.js';
export type { ExpectCallsOptions, Logged } from './log/expect-calls.js';
export { withQuota } from './with-quota.js';
export type { QuotaOptions } from './with-quota.js';
