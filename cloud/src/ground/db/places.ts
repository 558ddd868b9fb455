/** So many at once: who comes later waits for a place, first come, first served. */
export interface Places {
  take<Result>(work: () => Promise<Result>): Promise<Result>;
  /** How many wait. */
  readonly waiting: number;
}

export function createPlaces(most: number): Places {
  const queue: (() => void)[] = [];
  let taken = 0;
  return {
    async take(work) {
      if (taken < most) taken++;
      else await new Promise<void>((resolve) => queue.push(resolve));
      try {
        return await work();
      } finally {
        // Handed on: whoever comes in this moment does not get in between.
        const next = queue.shift();
        if (next === undefined) taken--;
        else next();
      }
    },
    get waiting() {
      return queue.length;
    },
  };
}
