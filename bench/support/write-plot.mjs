// Plots in bench/plots, with logarithmic axes, a panel per measure and a line per contender.
import { mkdirSync, writeFileSync } from 'node:fs';
import { View, parse } from 'vega';
import { compile } from 'vega-lite';
import { labelExpression } from './units.mjs';

const folder = new URL('../plots/', import.meta.url);

/** Colors that are visible on light and dark backgrounds. */
const grey = '#7d7d7d';
const colors = ['#e0641c', '#1f86d8', '#2f9e44'];

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
 * Writes a plot as an SVG file.
 * @param file the file name in bench/plots
 * @param title `{ text, subtitle }`
 * @param x the x axis, `{ title, unit, values }`, where `values` are the ticks
 * @param panels `{ title, unit, points }`, where each point is `{ name, size, value }`
 * @param pairs pairs of contender names. Each pair has a color, and its second line is dashed.
 */
export async function writePlot(file, title, x, panels, pairs) {
  const domain = pairs.flat();
  const byName = (range) => ({ field: 'name', type: 'nominal', legend: { title: null }, scale: { domain, range } });
  const axis = (field, axisTitle, unit, values) => ({
    field,
    type: 'quantitative',
    title: axisTitle,
    scale: { type: 'log', base: unit.base, domain: [values[0], values.at(-1)] },
    axis: { labelExpr: labelExpression(unit), values },
  });
  const encoding = {
    x: axis('size', x.title, x.unit, x.values),
    color: byName(pairs.flatMap((pair, index) => pair.map(() => colors[index]))),
    strokeDash: byName(pairs.flatMap((pair) => pair.map((_, index) => (index === 0 ? [1, 0] : [5, 4])))),
  };
  const { spec } = compile({
    title: { ...title, anchor: 'start', fontSize: 16, subtitleFontSize: 12, offset: 16 },
    columns: 2,
    concat: panels.map(({ title: panelTitle, unit, points }) => ({
      title: panelTitle,
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

/** Returns at most nine integer powers of the unit's base that enclose all points. */
function ticksOf(points, { base }) {
  const exponents = points.map(({ value }) => Math.log(value) / Math.log(base));
  const min = Math.floor(Math.min(...exponents));
  const step = Math.max(1, Math.ceil((Math.max(...exponents) - min) / 8));
  const count = Math.max(1, Math.ceil((Math.max(...exponents) - min) / step));
  return Array.from({ length: count + 1 }, (_, index) => base ** (min + index * step));
}
