/**
 * How many times longer eight times as much takes, for tests of input that is made to hold the hub up: 8 where each part is looked at
 * once, 64 where each looks at all the others. `prepared` makes the input of a size and returns the work on it.
 *
 * Only this thread's own processor time counts, and a pair that other work disturbed (caches, the collector) is tried again: work that
 * grows with the square never comes near `linearGrowth`, however often it is tried.
 */
export function growthOf(prepared: (size: number) => () => unknown): number {
  const [few, many] = [prepared(1), prepared(8)];
  let least = Number.POSITIVE_INFINITY;
  for (let pair = 0; pair < 12 && least >= linearGrowth; pair++) {
    const fewUs = usEach(few);
    least = Math.min(least, usEach(many) / fewUs);
  }
  return least;
}

/** Below this the work grows with its length alone. */
export const linearGrowth = 24;

/** Some systems count a thread's time in steps of several milliseconds: the work is repeated until it has taken many of them. */
const leastUs = 100_000;

function usEach(work: () => unknown): number {
  const began = process.threadCpuUsage();
  for (let times = 1; ; times++) {
    work();
    const { user, system } = process.threadCpuUsage(began);
    if (user + system >= leastUs) return (user + system) / times;
  }
}
