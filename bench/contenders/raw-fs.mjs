// node:fs/promises: a temp file, its MD5 and a rename. No metadata, no key order, no locks.
import { createReadStream } from 'node:fs';
import { hash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { scratchFolder } from '../support/scratch-folder.mjs';

export const rawFs = {
  name: 'node:fs/promises',
  async open() {
    const root = scratchFolder();
    let count = 0;
    return {
      async put(key, bytes) {
        const path = join(root, key);
        const temp = `${path}.${count++}.tmp`;
        await mkdir(dirname(path), { recursive: true });
        await writeFile(temp, bytes);
        hash('md5', bytes, 'hex');
        await rename(temp, path);
      },
      get: (key) => readFile(join(root, key)),
      stat: (key) => stat(join(root, key)),
      delete: (key) => unlink(join(root, key)),
      async list() {
        const entries = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
        for (const entry of entries) await stat(join(entry.parentPath, entry.name));
        return entries.length;
      },
      async page(startAfter) {
        const entries = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
        const keys = entries.map((entry) => relative(root, join(entry.parentPath, entry.name))).toSorted();
        const page = keys.filter((key) => key > startAfter).slice(0, 1000);
        for (const key of page) await stat(join(root, key));
        return page.length;
      },
      async putStream(key, chunks) {
        const file = await open(join(root, `${key}.tmp`), 'w');
        for await (const chunk of chunks()) await file.write(chunk);
        await file.close();
        await rename(join(root, `${key}.tmp`), join(root, key));
      },
      async getStream(key) {
        let bytes = 0;
        for await (const chunk of createReadStream(join(root, key), { highWaterMark: 256 * 1024 })) bytes += chunk.length;
        return bytes;
      },
    };
  },
};
