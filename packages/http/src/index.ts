/** Serves objects over HTTP, and receives uploads: for frameworks with web requests and responses, and for those of Node. */
export { serveObject } from './serve/serve-object.js';
export { sendObject } from './serve/send-object.js';
export type { NodeRequest, NodeResponse } from './serve/send-object.js';
export type { ObjectHeaderOptions, ServeOptions } from './serve/options.js';
export { receiveUpload } from './upload/receive-upload.js';
export type { StoredUpload, UploadFile, UploadOptions, UploadPutOptions, UploadResult } from './upload/options.js';
export { UploadError, isUploadError } from './upload/upload-error.js';
export type { UploadErrorCode } from './upload/upload-error.js';
export { serveFolder } from './folder/serve-folder.js';
export type { FolderHandler } from './folder/serve-folder.js';
export type { FolderOptions } from './folder/options.js';
