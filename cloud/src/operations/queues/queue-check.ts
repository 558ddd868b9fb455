/** What other times and tries of a queue would change, judged by the last day. Pure. */
import type { QueueFacts, QueueLimits } from "../../ground/jobs/queues.ts";

/** One kind of job in the last day. */
export interface JobKind {
  readonly name: string;
  /** Ended tries, done or failed. */
  readonly runs: number;
  readonly averageMs: number;
  /** How long one may take whatever its queue says; 0: as the queue says. */
  readonly ownSeconds: number;
}

export interface QueueChange {
  /** Kinds that take longer on average than they might: their tries would be cut off. */
  readonly cutOff: readonly string[];
  /** Kinds that need more than half of it: a slow day cuts some of them off. */
  readonly tight: readonly string[];
  /** Kinds that have a longer time of their own: the change does not touch them. */
  readonly untouched: readonly string[];
  /** Until a job that fails each time is a failed job, at most. */
  readonly givenUpAfterSeconds: number;
}

const backOffSecondsMax = 300;

/** The waits between tries double from two seconds on, up to five minutes. */
export function givenUpAfter({ timeoutSeconds, tries }: QueueLimits): number {
  let waits = 0;
  for (let after = 1; after < tries; after++) waits += Math.min(backOffSecondsMax, 2 ** Math.min(after, 20));
  return tries * timeoutSeconds + waits;
}

export function judgeChange(wanted: QueueLimits, kinds: readonly JobKind[]): QueueChange {
  const ran = kinds.filter(({ runs }) => runs > 0);
  const touched = ran.filter(({ ownSeconds }) => ownSeconds <= wanted.timeoutSeconds);
  const shareOf = ({ averageMs }: JobKind) => averageMs / (wanted.timeoutSeconds * 1000);
  return {
    cutOff: touched.filter((kind) => shareOf(kind) >= 1).map(({ name }) => name),
    tight: touched.filter((kind) => shareOf(kind) >= 0.5 && shareOf(kind) < 1).map(({ name }) => name),
    untouched: kinds.filter(({ ownSeconds }) => ownSeconds > wanted.timeoutSeconds).map(({ name }) => name),
    givenUpAfterSeconds: givenUpAfter(wanted),
  };
}

/** What `KARIBU_QUEUES` must say for it: the other queues as they are. Empty: the setting is left out. */
export function settingOf(
  inForce: readonly QueueFacts[],
  usual: readonly QueueFacts[],
  wanted: QueueLimits & { readonly name: string },
): string {
  const isUsual = (one: QueueLimits & { readonly name: string }) =>
    usual.some(
      ({ name, timeoutSeconds, tries }) =>
        name === one.name && timeoutSeconds === one.timeoutSeconds && tries === one.tries,
    );
  return inForce
    .map((queue) => (queue.name === wanted.name ? { ...queue, ...wanted } : queue))
    .filter((queue) => !isUsual(queue))
    .map(({ name, timeoutSeconds, tries }) => `${name}=${timeoutSeconds}/${tries}`)
    .join(",");
}
