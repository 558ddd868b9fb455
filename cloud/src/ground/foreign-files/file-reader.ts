/**
 * Reading what strangers send: workbooks, CSV, pictures, dumps of other systems, exports of routers. Libraries that parse them can be made to use
 * all memory, or never to end; a limit inside the hub's process is no wall (V8 aborts the process, not the thread). So each file is read by a task,
 * a module that knows nothing of the hub, which a child process runs (`child-reader.ts`); the simulation runs the same module in its own process
 * (`own-process-reader.ts`). Both get bytes and give bytes: what a task is told and what it answers passes through JSON.
 */

/** `job` is all that it is told beside the file; a value of JSON, and so is the answer. Throws `Unreadable`, or anything: the file is refused then. */
export type FileTask<Job, Made> = (job: Job, file: Buffer) => Made | Promise<Made>;

/** @param code a module that exports the task as `read` */
export interface FileTaskAt<_Job, _Made> {
  readonly code: URL;
}

export const fileTask = <Task extends FileTask<never, unknown>>(
  code: URL,
): FileTaskAt<Parameters<Task>[0], Awaited<ReturnType<Task>>> => ({ code });

/** What a task throws when the file is not what it should be. Its message is for people: what is wrong, and what would be right. */
export class Unreadable extends Error {}

export interface FileOrder {
  readonly code: URL;
  readonly job: unknown;
  readonly file: Uint8Array;
}

/**
 * `unreadable`: the task said why. `late`, `too-much-memory`: it passed a limit, and was ended. `ended`: it threw or ended without a word.
 * `not-started`: no fault of the file.
 */
export type ReadOutcome =
  | { readonly kind: "made"; readonly made: unknown }
  | { readonly kind: "unreadable"; readonly why: string }
  | { readonly kind: "late" | "too-much-memory" | "not-started" }
  | { readonly kind: "ended"; readonly why: string };

/** Never throws. */
export interface FileReader {
  read(order: FileOrder): Promise<ReadOutcome>;
  /** Ends what is being read. */
  stop(): Promise<void>;
}
