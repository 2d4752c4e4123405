import { readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Application, ReflectionKind } from 'typedoc';
import { compilerOptions } from './compiler-options.mjs';

const introduction = 'Generated from the doc comments by `npm run api`. The [guide](../README.md) shows how the parts work together.';

/** Writes one Markdown page per entry, and README.md as their index. */
export async function writeReference(entries, folder) {
  const tsconfig = `${folder}.tsconfig.json`;
  await writeFile(tsconfig, JSON.stringify({ compilerOptions, files: entries.map(({ types }) => types) }));
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: entries.map(({ types }) => types),
    outputs: [{ name: 'markdown', path: folder }],
    tsconfig,
    name: 'API reference',
    readme: 'none',
    logLevel: 'Warn',
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    sort: ['source-order'],
    groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases', 'Variables'],
    outputFileStrategy: 'modules',
    entryFileName: 'README.md',
    flattenOutputFiles: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    // A named type is not repeated as the union that it stands for.
    expandObjects: false,
    tableColumnSettings: { hideInherited: true, hideModifiers: true, hideOverrides: true, hideSources: true },
  });
  const project = await app.convert();
  if (project === undefined || app.logger.hasErrors()) throw new Error('TypeDoc failed');
  for (const module of project.children ?? []) module.name = nameOf(entries, module.name);
  removeInheritedMembers(project);
  await app.generateOutputs(project);
  await renamePages(entries, folder);
}

/** Returns the name by which an entry is imported; TypeDoc names it by its path from the folder of all packages. */
function nameOf(entries, module) {
  const pathOf = ({ types }) => types.replace(/(?:\/index)?\.d\.ts$/, '');
  const entry = entries.find((one) => pathOf(one).endsWith(`packages/${module}`));
  if (entry === undefined) throw new Error(`no entry for the module ${module}`);
  return entry.name;
}

/** Each class of a backend would otherwise repeat all of `PortableDatastore`. The page links to the parent. */
function removeInheritedMembers(project) {
  for (const type of project.getReflectionsByKind(ReflectionKind.Class)) {
    for (const member of type.children?.filter(({ inheritedFrom }) => inheritedFrom !== undefined) ?? []) project.removeReflection(member);
  }
}

/** Renames the pages from `@anybucket.core.backend.md` to `core-backend.md`, also in their links, and writes the index. */
async function renamePages(entries, folder) {
  const links = new Map(entries.map(({ name, file }) => [`${name.replaceAll('/', '.')}.md`, `${file}.md`]));
  for (const page of await readdir(folder)) {
    const path = join(folder, page);
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replaceAll(/@anybucket[\w.-]*\.md/g, (link) => links.get(link) ?? link),
    );
    await rename(path, join(folder, links.get(page) ?? page));
  }
  const index = entries.map(({ name, file }) => `- [${name}](${file}.md)`);
  await writeFile(join(folder, 'README.md'), ['# API reference', '', introduction, '', ...index, ''].join('\n'));
}
