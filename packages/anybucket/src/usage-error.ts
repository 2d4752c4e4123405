/** An error that the user can correct. It is printed as one line, and the command ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
