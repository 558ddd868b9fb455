/**
 * The named queues, most urgent first: how many of their jobs run at once in a process, how long one may take, and how often it is
 * tried. For what each carries, and why some are empty, see docs/payments.md.
 */
export interface QueueLimits {
  readonly timeoutSeconds: number;
  /** With the first one. After the last the job is a failed job, which staff can read, retry or delete. */
  readonly tries: number;
}

export interface QueueFacts extends QueueLimits {
  readonly name: string;
  /** 1 is the most urgent. */
  readonly priority: number;
  readonly concurrency: number;
}

/** What `KARIBU_QUEUES` may say. */
export const queueRange = { secondsLeast: 5, secondsMost: 3600, triesLeast: 1, triesMost: 99 };

/** Changed limits by the name of a queue. */
export type ChangedLimits = ReadonlyMap<string, QueueLimits>;

const inOrder = [
  ["provisioning", 4, 90, 3],
  ["reconnection", 4, 60, 3],
  ["payments", 8, 60, 3],
  ["sms", 8, 30, 3],
  ["router-setup", 2, 120, 2],
  ["dashboard", 2, 30, 1],
  ["sessions", 2, 120, 10],
  ["subscriptions", 2, 300, 10],
  ["router-watch", 2, 120, 2],
  ["metrics", 1, 120, 10],
  ["notices", 2, 120, 10],
  ["maintenance", 1, 900, 10],
] as const satisfies readonly (readonly [name: string, concurrency: number, timeoutSeconds: number, tries: number])[];

export type QueueName = (typeof inOrder)[number][0];

/** Jobs that do a whole batch, or read a whole list: at least so many seconds, whatever their queue allows one piece of work. */
const longJobSeconds = new Map([
  ["provisioning.make-batch", 300],
  ["payments.pull", 300],
]);

/** Jobs each of which sends the next: nobody would send one that was given up again. They are tried for ten minutes at least, whatever their queue allows. */
const chainedJobs: ReadonlySet<string> = new Set([
  "payments.ask",
  "payments.ask-now",
  "payments.ask-next",
  "payments.ask-page",
]);
const chainedTries = 10;

/** The time of its own that a kind of job has at least; 0: as its queue says. */
export const ownSecondsOf = (job: string): number => longJobSeconds.get(job) ?? 0;

export const queueNames: readonly string[] = inOrder.map(([name]) => name);

export function queuesWith(changed: ChangedLimits): readonly QueueFacts[] {
  return inOrder.map(([name, concurrency, timeoutSeconds, tries], index) => ({
    name,
    concurrency,
    ...(changed.get(name) ?? { timeoutSeconds, tries }),
    priority: index + 1,
  }));
}

/** A job's name begins with its queue's: `payments.absorb`. Other names belong to maintenance. */
export function queueNameOf(job: string): string {
  const name = job.split(".")[0] ?? "";
  return queueNames.includes(name) ? name : "maintenance";
}

/** The limits of one kind of job. */
export function limitsOf(queues: readonly QueueFacts[], job: string): QueueFacts {
  const queue = queues.find(({ name }) => name === queueNameOf(job)) as QueueFacts;
  const tries = Math.max(queue.tries, chainedJobs.has(job) ? chainedTries : 0);
  return { ...queue, tries, timeoutSeconds: Math.max(queue.timeoutSeconds, ownSecondsOf(job)) };
}
