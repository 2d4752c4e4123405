/**
 * Calls `work` for each item, for up to `concurrency` items at a time. After a failure or an abort, no further work starts; rejects when the
 * running work has ended.
 */
export async function runConcurrently<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  concurrency: number,
  signal: AbortSignal | undefined,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { readonly reason: unknown } | undefined;
  const start = (item: Item): void => {
    const promise: Promise<void> = work(item)
      .catch((reason: unknown) => {
        failure ??= { reason };
      })
      .finally(() => running.delete(promise));
    running.add(promise);
  };
  try {
    for await (const item of items) {
      signal?.throwIfAborted();
      start(item);
      while (running.size >= concurrency) await Promise.race(running);
      if (failure !== undefined) break;
    }
  } finally {
    await Promise.all(running);
  }
  if (failure !== undefined) throw failure.reason;
}
