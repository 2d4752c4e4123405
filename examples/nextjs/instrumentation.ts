/** Creates the bucket when the server starts. */
export async function register(): Promise<void> {
  // Next.js compiles this file for the edge runtime as well.
  if (process.env['NEXT_RUNTIME'] === 'edge') return;
  const { connect } = await import('@anybucket/core');
  await (await connect('data_store')).createBucket('photos');
}
