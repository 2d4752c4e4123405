// Compiles an app that uses every entry, with `skipLibCheck: false`, with each TypeScript version and module setting.

const versions = ['5.4', '5.9', '6', '7'];
const settings = { nodenext: '`module: nodenext`', bundler: '`moduleResolution: bundler`', commonjs: '`module: commonjs`' };

export const scenarios = versions.flatMap((version) =>
  Object.entries(settings).map(([setting, what]) => ({
    name: `typescript ${version}: ${setting}`,
    tool: 'TypeScript',
    what,
    quick: version === '5.9',
    async run(workshop) {
      const project = await workshop.project('types');
      await project.run(process.execPath, [`node_modules/typescript-${version}/bin/tsc`, '--project', `${setting}.json`]);
      return project.versionOf(`typescript-${version}`);
    },
  })),
);
