// How numbers are written, in tables and along the axes of plots.

const [kib, mib, gib] = [2 ** 10, 2 ** 20, 2 ** 30];

/** Units from the largest to the smallest, each with its factor; and the base in which a scale of them counts. */
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

/** A value of the smallest unit, with three digits. */
export function written(value, { steps }) {
  const [factor, name] = steps.find(([least]) => value >= least) ?? steps.at(-1);
  return `${threeDigits.format(value / factor)}${name}`;
}

/** The same as an expression of vega, which knows the value as `datum.value`. */
export function labelExpression({ steps }) {
  return steps.reduceRight((smaller, [factor, name]) => {
    const label = `datum.value / ${factor} + '${name}'`;
    return smaller === undefined ? label : `datum.value >= ${factor} ? ${label} : ${smaller}`;
  }, undefined);
}
