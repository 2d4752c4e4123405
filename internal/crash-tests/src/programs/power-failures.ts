// oxlint-disable eslint/no-console -- a program that reports
// Simulates a power failure before each system call of each scenario.
import { failPowerAtEachCall } from '../power-failure.js';
import { scenarios } from '../scenarios.js';

for (const scenario of scenarios) {
  const failures = await failPowerAtEachCall(scenario);
  console.log(`${scenario.name.padEnd(38)} ${String(failures).padStart(4)} power failures`);
}
