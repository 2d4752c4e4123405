import { expect, test } from 'vitest';
import { isHttpDate, truncateToSeconds } from '../../src/rules/http-dates.js';

test.for([
  [0, 0],
  [999, 0],
  [1000, 1000],
  [1001, 1000],
  [-1, -1000],
])('truncates %i ms to %i ms', ([time, second]) => {
  expect(truncateToSeconds(time as number).getTime()).toBe(second);
  expect(truncateToSeconds(new Date(time as number)).getTime()).toBe(second);
});

test.for([
  [new Date(0), true],
  [new Date('0000-01-01T00:00:00Z'), true],
  [new Date('9999-12-31T23:59:59.999Z'), true],
  [new Date('+010000-01-01T00:00:00Z'), false],
  [new Date('-000001-12-31T23:59:59Z'), false],
  [new Date(Number.NaN), false],
  ['2020-01-01', false],
  [0, false],
  [undefined, false],
  [null, false],
] as const)('isHttpDate(%o) is %s', ([value, expected]) => {
  expect(isHttpDate(value)).toBe(expected);
});
