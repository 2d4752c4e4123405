import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ProgressLine } from '../src/progress-line.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function recorder(isTTY: boolean) {
  const texts: string[] = [];
  return { isTTY, texts, write: (text: string) => texts.push(text) };
}

test('overwrites and erases the line on a terminal', () => {
  const terminal = recorder(true);
  const line = new ProgressLine(terminal);
  line.show('one');
  line.show('two');
  line.clear();
  line.clear();
  expect(terminal.texts).toEqual(['\r\u001B[Kone', '\r\u001B[Ktwo', '\r\u001B[K']);
});

test('writes a line immediately and then every 30 seconds when the output is not a terminal', () => {
  const log = recorder(false);
  const line = new ProgressLine(log);
  for (let second = 0; second <= 61; second += 1) {
    line.show(`${second} s`);
    vi.advanceTimersByTime(1000);
  }
  line.clear();
  expect(log.texts).toEqual(['0 s\n', '30 s\n', '60 s\n']);
});
