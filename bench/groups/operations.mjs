// Versions, uploads in parts, snapshots and transfers.
import { measureCompletion } from '../rows/completed-uploads.mjs';
import { measureSnapshots } from '../rows/snapshots.mjs';
import { measureTransfers } from '../rows/bulk-transfers.mjs';
import { measureVersionedPuts } from '../rows/versioned-puts.mjs';
import { stopServer } from '../support/minio-server.mjs';
import { describeMachine, table } from '../support/report.mjs';

const skipped = 'skipped: not on the PATH';

/** Measures all rows and returns the section of the README. */
export async function operations() {
  try {
    console.error('operations: versioned puts');
    const puts = await measureVersionedPuts();
    console.error('operations: snapshots');
    const { snapshot, restore } = await measureSnapshots();
    console.error('operations: transfers');
    const transfers = await measureTransfers();
    console.error('operations: 1,000 parts');
    const completions = await measureCompletion();
    const [own] = transfers;
    const targets = [
      ...puts
        .slice(0, 2)
        .map(({ name, unversioned, versioned }) => [
          `${name}: a versioned put at most twice an unversioned one`,
          versioned / unversioned,
          2,
        ]),
      ['snapshot of 100,000 objects: at most 1 ms', snapshot / 1000, 1],
      ['restore of 100,000 objects: at most 1 ms', restore / 1000, 1],
    ];
    const ratio = ({ milliseconds }) => (milliseconds === own.milliseconds ? '' : ` (${(milliseconds / own.milliseconds).toFixed(2)}x)`);
    return [
      describeMachine(),
      table(
        ['', 'put 4 KiB', 'put 4 KiB, versioned'],
        puts.map(({ name, unversioned, versioned }) => [
          name,
          `${unversioned.toFixed(1)} us`,
          `${versioned.toFixed(1)} us (${(versioned / unversioned).toFixed(2)}x)`,
        ]),
      ),
      table(
        ['complete an upload of 1,000 parts of 5 MiB', 'time'],
        completions.map(({ name, milliseconds }) => [name, `${milliseconds.toFixed(0)} ms`]),
      ),
      table(
        ['100,000 objects', 'time'],
        [
          ['snapshot', `${snapshot.toFixed(1)} us`],
          ['restore', `${restore.toFixed(1)} us`],
        ],
      ),
      table(
        ['10,000 objects of 4 KiB, folder to MinIO', 'time'],
        transfers.map((program) => [
          program.name,
          program.milliseconds === undefined ? skipped : `${program.milliseconds.toFixed(0)} ms${ratio(program)}`,
        ]),
      ),
      table(
        ['target', 'measured', 'met'],
        targets.map(([target, value, max]) => [target, value.toFixed(2), value <= max ? 'yes' : 'no']),
      ),
    ].join('\n\n');
  } finally {
    await stopServer();
  }
}
