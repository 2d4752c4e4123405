// Runs the memory backend, and the contract over it, under each test runner.

const jestTransforms = [{ transform: 'ts-jest' }, { transform: '@swc/jest', quick: true }, { transform: 'babel-jest' }];

const jest = jestTransforms.map(({ transform, quick }) => ({
  name: `jest: ${transform}`,
  tool: 'jest',
  variant: transform,
  what: 'all backends and the contract in CommonJS mode, its default',
  needs: '`--experimental-vm-modules` for a configuration in JavaScript, and for a backend by the name of its package',
  quick,
  async run(workshop) {
    const project = await workshop.project('jest');
    await project.bin('jest', ['--config', `${transform.replace(/^@swc\//, 'swc-')}.config.js`]);
    return project.versionOf('jest');
  },
}));

const vitest = ['1.6.1', '2.1.9', '3.2.7', '4.1.12'].map((version) => ({
  name: `vitest ${version.split('.')[0]}`,
  tool: 'vitest',
  what: 'the contract; the packages install beside it',
  async run(workshop) {
    const project = await workshop.project('contract', { name: `vitest-${version}`, dependencies: { vitest: version } });
    await project.bin('vitest', ['run', 'vitest.test.js']);
    return project.versionOf('vitest');
  },
}));

export const scenarios = [
  ...jest,
  {
    name: 'nest',
    tool: '@nestjs/core',
    what: 'a module and its tests in the default set-up, Jest with ts-jest',
    async run(workshop) {
      const project = await workshop.project('nest');
      await project.bin('jest', []);
      return project.versionOf('@nestjs/core');
    },
  },
  ...vitest,
  {
    name: 'mocha',
    tool: 'mocha',
    what: 'the contract',
    async run(workshop) {
      const project = await workshop.project('contract');
      await project.bin('mocha', ['mocha.spec.js']);
      return project.versionOf('mocha');
    },
  },
  {
    name: 'node:test',
    tool: 'node:test',
    what: 'the contract',
    async run(workshop) {
      const project = await workshop.project('contract');
      await project.run(process.execPath, ['--test', 'node.test.js']);
      return process.versions.node;
    },
  },
];
