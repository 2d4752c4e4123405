/** Serves any datastore over the S3 protocol: `serve` starts a server, `createHandler` handles the requests of another one. */
export { serve } from './server/serve.js';
export type { S3Server } from './server/serve.js';
export { serveInBackground } from './server/serve-in-background.js';
export type { BackgroundServeOptions, BackgroundServer } from './server/serve-in-background.js';
export { createHandler } from './handler.js';
export type { RequestHandler } from './handler.js';
export type { HandlerOptions, ServeOptions, TlsOptions } from './options.js';
export type { Credentials } from './auth/credentials.js';
export type { RequestRecord } from './server/request-log.js';
