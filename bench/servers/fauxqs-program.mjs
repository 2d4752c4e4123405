// Runs fauxqs without its log of requests, which its command writes. Arguments: the folder of the package, the port.
import { pathToFileURL } from 'node:url';

const [, , folder, port] = process.argv;
const { startFauxqs } = await import(pathToFileURL(`${folder}/dist/app.js`).href);
await startFauxqs({ port: Number(port), host: '127.0.0.1', logger: false });
