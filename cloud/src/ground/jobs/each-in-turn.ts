import type { World } from "@karibu/protocol/world";

/**
 * Works for one after the other, mostly providers. The trouble of one does not hold the others up; when all had their turn the first error is thrown,
 * so that the run counts as failed. @returns the sum of what `work` said it did
 */
export async function eachInTurn<Item extends { readonly providerId: string }>(
  { log }: Pick<World, "log">,
  name: string,
  items: readonly Item[],
  work: (item: Item) => Promise<number>,
): Promise<number> {
  let done = 0;
  const failed: unknown[] = [];
  for (const item of items)
    try {
      done += await work(item);
    } catch (error) {
      log.error("job-failed-for-one", { job: name, providerId: item.providerId, error: String(error) });
      failed.push(error);
    }
  if (failed.length > 0) throw failed[0];
  return done;
}
