import { contractCases } from '@anybucket/core/contract';
import { catalogue } from './catalogue.js';

/** Turns a pattern of the catalogue into what it matches. */
export function matcher(pattern: string): (id: string) => boolean {
  const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return (id) => expression.test(id);
}

/** The page of the documentation that maps the catalogue to the cases. */
export function catalogueTable(): string {
  const lines = [
    '# The contract',
    '',
    `What every backend promises, in ${contractCases.length} cases, made from the suite by \`npm run docs:contract\`. Run it against your own backend:`,
    '',
    "    import { contract } from '@anybucket/core/contract/vitest';",
    '',
    "    contract('mine', () => new MyDatastore());",
  ];
  for (const [subject, behaviours] of Object.entries(catalogue)) {
    lines.push('', `## ${subject}`, '', '| behaviour | cases |', '| --- | --- |');
    for (const [behaviour, ...patterns] of behaviours) lines.push(`| ${behaviour} | ${patterns.map(counted).join(', ')} |`);
  }
  lines.push(
    '',
    '## All cases',
    '',
    'A case that needs a capability is skipped where it is missing, one that needs its lack where it is there.',
    '',
  );
  for (const [group, cases] of groups()) lines.push(`- **${group}** (${cases.length}): ${cases.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

function counted(pattern: string): string {
  const count = contractCases.filter(({ id }) => matcher(pattern)(id)).length;
  return pattern.includes('*') ? `\`${pattern}\` (${count})` : `\`${pattern}\``;
}

function groups(): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const { id, needs } of contractCases) {
    const group = id.slice(0, id.indexOf('/'));
    const name = `\`${id.slice(group.length + 1)}\``;
    all.set(group, [...(all.get(group) ?? []), needs.length === 0 ? name : `${name} (needs ${needs.join(' and ')})`]);
  }
  return all;
}
