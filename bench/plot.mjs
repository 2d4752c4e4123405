// Plots of growth, as SVG files beside bench/README.md: both axes logarithmic, a panel a measure, a line a contender.
import { mkdirSync, writeFileSync } from 'node:fs';
import { View, parse } from 'vega';
import { compile } from 'vega-lite';
import { labelExpression } from './units.mjs';

const folder = new URL('plots/', import.meta.url);

/** These stand out on white and on black: the page behind may be either. */
const grey = '#7d7d7d';
const colours = ['#e0641c', '#1f86d8', '#2f9e44'];

const text = { color: grey, titleColor: grey, labelColor: grey, subtitleColor: grey };
const config = {
  background: null,
  font: 'system-ui, sans-serif',
  title: text,
  axis: { ...text, titleFontWeight: 'normal', domainColor: grey, tickColor: grey, gridColor: grey, gridOpacity: 0.25, labelFontSize: 11 },
  legend: { ...text, labelFontSize: 12, labelLimit: 0, orient: 'bottom', columns: 2, symbolType: 'stroke', symbolSize: 400 },
  view: { stroke: null },
};

/**
 * Draws and writes a plot.
 * @param file its name in bench/plots
 * @param title `{ text, subtitle }`: what it shows, and what is missing and why
 * @param x `{ title, unit, values }`, values being the ticks
 * @param panels `{ title, unit, points }`, points being `{ name, size, value }`
 * @param pairs names of contenders, two and two: a colour a pair, the second one dashed
 */
export async function writePlot(file, title, x, panels, pairs) {
  const domain = pairs.flat();
  const named = (range) => ({ field: 'name', type: 'nominal', legend: { title: null }, scale: { domain, range } });
  const axis = (field, name, unit, values) => ({
    field,
    type: 'quantitative',
    title: name,
    scale: { type: 'log', base: unit.base, domain: [values[0], values.at(-1)] },
    axis: { labelExpr: labelExpression(unit), values },
  });
  const encoding = {
    x: axis('size', x.title, x.unit, x.values),
    color: named(pairs.flatMap((pair, index) => pair.map(() => colours[index]))),
    strokeDash: named(pairs.flatMap((pair) => pair.map((_, index) => (index === 0 ? [1, 0] : [5, 4])))),
  };
  const { spec } = compile({
    title: { ...title, anchor: 'start', fontSize: 16, subtitleFontSize: 12, offset: 16 },
    columns: 2,
    concat: panels.map(({ title: measure, unit, points }) => ({
      title: measure,
      width: 320,
      height: 220,
      data: { values: points },
      mark: { type: 'line', point: { size: 35 }, strokeWidth: 2 },
      encoding: { ...encoding, y: axis('value', null, unit, ticksOf(points, unit)) },
    })),
    config,
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(file, folder), `${await new View(parse(spec), { renderer: 'none' }).toSVG()}\n`);
}

/** Whole powers of the unit's base around all points, at most nine. */
function ticksOf(points, { base }) {
  const exponents = points.map(({ value }) => Math.log(value) / Math.log(base));
  const least = Math.floor(Math.min(...exponents));
  const step = Math.max(1, Math.ceil((Math.max(...exponents) - least) / 8));
  const count = Math.max(1, Math.ceil((Math.max(...exponents) - least) / step));
  return Array.from({ length: count + 1 }, (_, index) => base ** (least + index * step));
}
