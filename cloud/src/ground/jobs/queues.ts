/**
 * The named queues, most urgent first: how many of their jobs run at once in a process, and how long one may take. For what each
 * carries, and why some are empty, see docs/payments.md.
 */
export interface QueueFacts {
  readonly name: string;
  /** 1 is the most urgent. */
  readonly priority: number;
  readonly concurrency: number;
  readonly timeoutSeconds: number;
}

const inOrder: readonly (readonly [name: string, concurrency: number, timeoutSeconds: number])[] = [
  ["provisioning", 4, 300],
  ["reconnection", 4, 60],
  ["payments", 8, 120],
  ["sms", 4, 60],
  ["router-setup", 2, 300],
  ["dashboard", 2, 60],
  ["sessions", 2, 120],
  ["subscriptions", 2, 300],
  ["router-watch", 2, 120],
  ["metrics", 1, 120],
  ["notices", 2, 120],
  ["maintenance", 1, 900],
];

export const queues: readonly QueueFacts[] = inOrder.map(([name, concurrency, timeoutSeconds], index) => ({
  name,
  concurrency,
  timeoutSeconds,
  priority: index + 1,
}));

/** A job's name begins with its queue's: `payments.absorb`. Other names belong to maintenance. */
export function queueOf(job: string): QueueFacts {
  const name = job.split(".")[0];
  return queues.find((queue) => queue.name === name) ?? (queues.at(-1) as QueueFacts);
}
