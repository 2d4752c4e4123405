// The minimum of a store with ETags: a copy in a Map and its MD5. No metadata, no key order.
import { createHash, hash } from 'node:crypto';

export const mapMd5 = {
  name: 'Map + MD5',
  async open() {
    const objects = new Map();
    const streamed = new Map();
    return {
      async put(key, bytes) {
        const copy = new Uint8Array(bytes);
        objects.set(key, { copy, etag: hash('md5', copy, 'hex') });
      },
      get: async (key) => new Uint8Array(objects.get(key).copy),
      stat: async (key) => ({ size: objects.get(key).copy.length, etag: objects.get(key).etag }),
      async page(startAfter) {
        const keys = Array.from(objects.keys()).filter((key) => key > startAfter);
        return keys.sort((a, b) => (a < b ? -1 : 1)).slice(0, 1000).length;
      },
      async putStream(key, chunks) {
        const md5 = createHash('md5');
        const copies = [];
        for await (const chunk of chunks()) {
          copies.push(new Uint8Array(chunk));
          md5.update(chunk);
        }
        streamed.set(key, { copies, etag: md5.digest('hex') });
      },
      async getStream(key) {
        let bytes = 0;
        for await (const chunk of streamed.get(key).copies) bytes += new Uint8Array(chunk).length;
        return bytes;
      },
    };
  },
};

/** The MD5 of a stream that is not stored. */
export const md5Only = {
  name: 'MD5 only',
  async open() {
    return {
      async putStream(key, chunks) {
        const md5 = createHash('md5');
        for await (const chunk of chunks()) md5.update(chunk);
        return md5.digest('hex');
      },
    };
  },
};
