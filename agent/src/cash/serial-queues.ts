/** Runs tasks of one key one after the other: what a task reads before it waits still holds after it. */

export interface SerialQueues {
  /** Null: the key's queue is full, and the task did not run. Rejects as the task does; later tasks still run. */
  run<Result>(key: string, task: () => Promise<Result>): Promise<Result | null>;
}

/** `tasksMax`: tasks of one key, the running one included. */
export function createSerialQueues(tasksMax: number): SerialQueues {
  const queues = new Map<string, { tasks: number; last: Promise<unknown> }>();

  return {
    async run(key, task) {
      const queue = queues.get(key) ?? { tasks: 0, last: Promise.resolve() };
      if (queue.tasks >= tasksMax) return null;
      queues.set(key, queue);
      queue.tasks += 1;
      const mine = queue.last.then(task);
      queue.last = mine.catch(() => {}); // only the caller of this task gets its error
      try {
        return await mine;
      } finally {
        queue.tasks -= 1;
        if (queue.tasks === 0) queues.delete(key);
      }
    },
  };
}
