/** Exchanges two paths in a loop, each time in one step (`renameat2` with RENAME_EXCHANGE), until it is killed: `swapper.js PATH PATH`. */
import { swap } from 'fs-native-extensions';

const [first, second] = process.argv.slice(2);
if (first === undefined || second === undefined) throw new Error('usage: swapper.js PATH PATH');
process.send?.('ready');
for (;;) {
  try {
    await swap(first, second);
  } catch (error) {
    // The attacked process may have moved or removed one of them.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
