import { join } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { compilerOptions } from './compiler-options.mjs';

const silent = { default: { logLevel: 'none' } };

/** Writes `<entry>.api.md` for each entry: its exported declarations, without comments, in a stable order. */
export async function writeReports(entries, folder) {
  const [first, ...others] = entries.map((entry) => ExtractorConfig.prepare(configurationOf(entry, folder)));
  // One compilation for all entries.
  const compilerState = CompilerState.create(first, { additionalEntryPoints: others.map((config) => config.mainEntryPointFilePath) });
  for (const config of [first, ...others]) {
    const { succeeded } = Extractor.invoke(config, { localBuild: true, compilerState, messageCallback: silenceProgress });
    if (!succeeded) throw new Error(`API Extractor failed for ${config.mainEntryPointFilePath}`);
  }
}

function configurationOf({ file, folder: projectFolder, types }, reportFolder) {
  return {
    configObjectFullPath: join(projectFolder, 'api-extractor.json'),
    packageJsonFullPath: join(projectFolder, 'package.json'),
    configObject: {
      projectFolder,
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [types] } },
      apiReport: { enabled: true, reportFileName: `${file}.api.md`, reportFolder, reportTempFolder: `${reportFolder}.tmp` },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: { ...silent, 'ae-forgotten-export': { logLevel: 'none', addToApiReportFile: true } },
        tsdocMessageReporting: silent,
      },
    },
  };
}

/** Prints errors only, no versions and paths. */
function silenceProgress(message) {
  if (message.logLevel !== 'error') message.handled = true;
}
