import { readdir } from 'node:fs/promises';

/** Returns the names in a folder, sorted. It is a copy: under Jest, arrays of Node have another prototype, which strict `deepEqual` compares. */
export async function listFolder(path: string): Promise<string[]> {
  return [...(await readdir(path))].sort();
}
