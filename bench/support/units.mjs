// Formats numbers in tables and on the axes of plots.

const [kib, mib, gib] = [2 ** 10, 2 ** 20, 2 ** 30];

/** For each quantity, its units from largest to smallest with their factors, and the base of a logarithmic axis. */
export const units = {
  time: {
    base: 10,
    steps: [
      [1e6, ' s'],
      [1e3, ' ms'],
      [1, ' us'],
    ],
  },
  count: {
    base: 10,
    steps: [
      [1e6, 'M'],
      [1e3, 'k'],
      [1, ''],
    ],
  },
  bytes: {
    base: 2,
    steps: [
      [gib, ' GiB'],
      [mib, ' MiB'],
      [kib, ' KiB'],
      [1, ' B'],
    ],
  },
  speed: {
    base: 2,
    steps: [
      [gib, ' GiB/s'],
      [mib, ' MiB/s'],
      [kib, ' KiB/s'],
      [1, ' B/s'],
    ],
  },
};

const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false });

/** Formats a value, given in the smallest unit (microseconds for `time`), with three significant digits. */
export function formatValue(value, { steps }) {
  const [unitFactor, name] = steps.find(([factor]) => value >= factor) ?? steps.at(-1);
  return `${threeDigits.format(value / unitFactor)}${name}`;
}

/** Returns the same format as a Vega expression. */
export function labelExpression({ steps }) {
  return steps.reduceRight((smaller, [factor, name]) => {
    const label = `datum.value / ${factor} + '${name}'`;
    return smaller === undefined ? label : `datum.value >= ${factor} ? ${label} : ${smaller}`;
  }, undefined);
}
