/** Loads the `minio` package. */
export function loadMinio(): typeof import('minio');
