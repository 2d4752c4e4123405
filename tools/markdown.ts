/** Finds the tracked Markdown files, their code blocks, headings and links. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns the paths of all Markdown files in the repository, relative to its root and with `/`. New files count before they are committed. */
export function markdownFiles(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '*.md'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0');
  const deleted = execFileSync('git', ['ls-files', '--deleted', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  return listed.filter((path) => path !== '' && !deleted.includes(path));
}

/** Returns the text of a file by its path relative to the root. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** A fenced code block. */
export interface CodeBlock {
  /** The language after the fence: `ts`, `json`. */
  readonly language: string;
  readonly code: string;
  /** Code in a comment below the block, `<!-- check ... -->`: it tests the code of the block, and is not rendered. */
  readonly check: string;
  /** Why the block cannot run, from a comment above it: `<!-- not run: REASON -->`. */
  readonly notRun: string | undefined;
}

const blockPattern =
  /(?:^<!-- not run: (?<reason>[^\n]+) -->\n+)?^```(?<language>\w+)\n(?<code>.*?)^```$(?:\n+<!-- check\n(?<check>.*?)^-->$)?/gms;

/** Returns the fenced code blocks of a Markdown text. */
export function codeBlocks(text: string): CodeBlock[] {
  return [...text.matchAll(blockPattern)].map(({ groups = {} }) => ({
    language: groups['language'] ?? '',
    code: groups['code'] ?? '',
    check: groups['check'] ?? '',
    notRun: groups['reason'],
  }));
}

/** Removes code blocks and code spans, in which `[a](b)` is not a link. */
function withoutCode(text: string): string {
  return text
    .replaceAll(/^(`{3,})[^\n]*\n.*?^\1$/gms, '')
    .replaceAll(/^(?: {4}|\t).*$/gm, '')
    .replaceAll(/(`+)(?!`).+?(?<!`)\1(?!`)/g, '');
}

/** Returns the targets of the links and images of a Markdown text. */
export function linkTargets(text: string): string[] {
  const prose = withoutCode(text);
  const inline = [...prose.matchAll(/\]\(<?([^\s)>]+)>?(?:\s+"[^"]*")?\)/g)];
  const references = [...prose.matchAll(/^\[[^\]]+\]:\s*<?([^\s>]+)>?/gm)];
  const html = [...prose.matchAll(/<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)="([^"]+)"/g)];
  return [...inline, ...references, ...html].map(([, target = '']) => target);
}

/** Returns the anchors of a Markdown text, as GitHub derives them from headings, and those of `<a id="...">`. */
export function anchors(text: string): Set<string> {
  const found = new Set([...text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)].map(([, id = '']) => id));
  const seen = new Map<string, number>();
  for (const [, heading = ''] of text.replaceAll(/^(`{3,})[^\n]*\n.*?^\1$/gms, '').matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const slug = slugOf(heading);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    found.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return found;
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<[^>]+>/g, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}
