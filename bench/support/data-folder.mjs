// Selects the folder of large amounts of data. On a disk, the measurements would mainly show the speed of the disk.
import { existsSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';

const ramDisk = '/dev/shm';

/**
 * Returns the folder `TMPDIR`, if it is set; otherwise the RAM disk, if it has enough space; otherwise the system's temporary folder.
 * @param bytes the required space
 * @param files the required number of files
 */
export function selectDataFolder(bytes, files = 0) {
  if (process.env.TMPDIR !== undefined || !existsSync(ramDisk)) return tmpdir();
  const { bavail, bsize, ffree } = statfsSync(ramDisk);
  return Math.min(bavail * bsize, freemem()) >= bytes && ffree >= files ? ramDisk : tmpdir();
}
