/** Lines of context around a difference. */
const context = 2;
/** Larger texts are compared line by line, because the table of the comparison grows with the product of their lengths. */
const maxTableCells = 4_000_000;

/**
 * Returns the differences of two texts: lines of the first one alone begin with `-`, those of the second one alone with `+`. An empty string if
 * the texts are equal.
 */
export function diffLines(expected: string, actual: string): string {
  if (expected === actual) return '';
  const changes = compare(expected.split('\n'), actual.split('\n'));
  const near = changes.map((_, index) => changes.slice(Math.max(0, index - context), index + context + 1).some((line) => line[0] !== ' '));
  const lines: string[] = [];
  for (const [index, line] of changes.entries()) {
    if (near[index] === true) lines.push(line);
    else if (near[index - 1] !== false) lines.push('  ...');
  }
  return lines.join('\n');
}

/** Returns the lines of both texts in order, by the longest common subsequence. */
function compare(left: readonly string[], right: readonly string[]): string[] {
  if (left.length * right.length > maxTableCells) return [...left.map((line) => `- ${line}`), ...right.map((line) => `+ ${line}`)];
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      lengths[i * width + j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const result: string[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      result.push(`  ${left[i]}`);
      i++;
      j++;
    } else if (i < left.length && (j === right.length || at(i + 1, j) >= at(i, j + 1))) result.push(`- ${left[i++]}`);
    else result.push(`+ ${right[j++]}`);
  }
  return result;
}
