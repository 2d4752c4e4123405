import { goModule } from './install.js';

/** A way to a server that was tried in vain. */
export interface Attempt {
  readonly way: string;
  readonly why: string;
}

/** No way led to a MinIO server. The message lists what was tried and how to get one. */
export class MinioNotFoundError extends Error {
  override readonly name = 'MinioNotFoundError';
  readonly attempts: readonly Attempt[];

  constructor(attempts: readonly Attempt[]) {
    super([`No MinIO server was found. Tried:`, ...attempts.map(({ way, why }) => `- ${way}: ${why}`), '', ...howToGetOne].join('\n'));
    this.attempts = attempts;
  }
}

const howToGetOne = [
  'Any one of these is enough:',
  '- a server that runs already: ABTEST_MINIO=http://KEY:SECRET@HOST:PORT',
  '- a `minio` program on the PATH',
  '- Go 1.24 or newer (https://go.dev/dl): the server is then built once, in about 3 minutes',
  `  (by hand: go install ${goModule})`,
  '- Docker, running',
];
