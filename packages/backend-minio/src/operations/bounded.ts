/** Requests that one call has under way at most, where it needs many. */
const atOnce = 16;

/**
 * Does some work for each item, a few at a time, and gives the results in the items' order.
 * @throws what the first failure threw; no item is begun after it, and those begun are waited for.
 */
export async function bounded<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  limit = atOnce,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
  return results;
}
