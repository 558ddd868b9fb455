import type { Tx } from "../db/database.ts";
import type { QueueFacts } from "./queues.ts";

export interface WorkOptions {
  /** The handler only uses our database: a worker takes several such jobs at a time, one after the other. */
  readonly quick?: boolean;
  /** A worker takes so many jobs at a time, all at once: for handlers that share their transactions. The last of them holds up none but its worker. */
  readonly sideBySide?: number;
}

export interface SendOptions {
  readonly startAfterMs?: number;
  readonly singletonKey?: string;
}

/** Jobs of one name that are due and that nobody has begun. */
export interface WaitingJobs {
  readonly name: string;
  readonly count: number;
  /** For how long the oldest of them has been due. */
  readonly oldestMs: number;
}

/**
 * Work to do after a commit, at least once: handlers are idempotent. pg-boss in production (both engines), a
 * deterministic in-process queue in the simulation; one contract suite for both.
 */
export interface JobQueue {
  /** Their limits as they are in force. */
  readonly queues: readonly QueueFacts[];
  /**
   * In the transaction of its cause: the job exists if and only if that commits. `startAfterMs` is a delay from now.
   * While a job of the same name and `singletonKey` waits for its first try, another one is no second run: the two are one job, with the data of the first.
   * Whichever of them runs, it begins after the commit of each that was sent.
   */
  send(tx: Tx, name: string, data: object, options?: SendOptions): Promise<void>;
  /**
   * Several jobs of one name in one statement, and without NOTIFY: PostgreSQL lets notifying commits wait for each other. Call `wake` after the commit.
   * @param options of each, in the order of `data`; left out: none has any
   */
  sendAll(tx: Tx, name: string, data: readonly object[], options?: readonly SendOptions[]): Promise<void>;
  /** There may be new jobs: this process polls now. */
  wake(): void;
  /** Registers the handler of `name`. A throw means: try later, with back-off; after the last try, dead letters. */
  work(name: string, handler: (data: object) => Promise<void>, options?: WorkOptions): Promise<void>;
  /** Of all processes, by name: for the metrics. */
  waiting(): Promise<readonly WaitingJobs[]>;
  start(): Promise<void>;
  /** Takes no new job, and waits for the running ones. */
  stop(): Promise<void>;
}
