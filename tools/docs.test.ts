/** The documentation agrees with the sources and with itself: links, error codes, options, the length of the README. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fs from '@anybucket/backend-fs';
import * as memory from '@anybucket/backend-memory';
import * as minio from '@anybucket/backend-minio';
import { describe, expect, test } from 'vitest';
import { statusOf } from '../packages/core/src/api/errors.js';
import { anchors, linkTargets, markdownFiles, readText } from './markdown.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const maxReadmeWords = 500;

test('the README has at most 500 words', () => {
  const words = readText('README.md').split(/\s+/).filter(Boolean);
  expect(words.length).toBeLessThanOrEqual(maxReadmeWords);
});

describe('links', () => {
  const files = markdownFiles();

  test.each(files)('%s has no broken link', (file) => {
    expect(linkTargets(readText(file)).filter((target) => !resolves(file, target))).toEqual([]);
  });

  /** Returns whether a link of a Markdown file leads to a file of the repository and an anchor in it; one to another site is not followed. */
  function resolves(file: string, target: string): boolean {
    if (/^(?:https?|mailto):/.test(target)) return true;
    const [path = '', anchor] = target.split('#', 2).map(decodeURIComponent);
    const to = path === '' ? file : posix.join(dirname(file), path);
    if (to.startsWith('..') || !existsSync(join(root, to))) return false;
    if (anchor === undefined) return true;
    return to.endsWith('.md') && statSync(join(root, to)).isFile() && anchors(readText(to)).has(anchor);
  }

  test('the index of the documentation links to every page', () => {
    const linked = new Set(linkTargets(readText('docs/README.md')).map((target) => posix.join('docs', target)));
    const pages = files.filter((file) => /^docs\/(?!reference\/)/.test(file) && file !== 'docs/README.md');
    expect(pages.filter((page) => !linked.has(page))).toEqual([]);
  });
});

test('docs/guide/errors.md has a row for each error code, with its status', () => {
  const rows = [...readText('docs/guide/errors.md').matchAll(/^\| `(\w+)` +\| (\d+|-) +\|/gm)].map(([, code, status]) => [code, status]);
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(Object.entries(statusOf).map(([code, status]) => [code, status === undefined ? '-' : String(status)])),
  );
  expect(rows).toHaveLength(Object.keys(statusOf).length);
});

test.each(Object.entries({ fs, memory, minio }))('the README of backend-%s has a row for each option', (name, { optionsSchema }) => {
  const rows = [...readText(`packages/backend-${name}/README.md`).matchAll(/^\| (`[^|]*`) +\|/gm)].map(([, cell]) => cell).join();
  expect(Object.keys(optionsSchema.options).filter((option) => !rows.includes(`\`${option}\``))).toEqual([]);
});
