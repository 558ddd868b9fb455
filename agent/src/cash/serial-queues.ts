/** One after the other, by name: what is looked at before a wait still holds after it. */

export interface Turns {
  /** Null: too many wait already, and nothing was done. Rejects as the task does; whoever waits behind it goes on. */
  take<Result>(name: string, task: () => Promise<Result>): Promise<Result | null>;
}

/** `waitingMax`: of one name, the one that runs included. */
export function createTurns(waitingMax: number): Turns {
  const queues = new Map<string, { waiting: number; last: Promise<unknown> }>();

  return {
    async take(name, task) {
      const queue = queues.get(name) ?? { waiting: 0, last: Promise.resolve() };
      if (queue.waiting >= waitingMax) return null;
      queues.set(name, queue);
      queue.waiting += 1;
      const mine = queue.last.then(task);
      queue.last = mine.catch(() => {}); // told to whoever asked for it, not to the next
      try {
        return await mine;
      } finally {
        queue.waiting -= 1;
        if (queue.waiting === 0) queues.delete(name);
      }
    },
  };
}
