/** What one file may cost. They are walls of the machine's, not of V8's: see `child-reader.ts`. */

const mb = 1024 * 1024;

/** The largest file of all kinds that are read: base64 and escapes make a request larger. */
export const fileBytesMax = 84 * mb;

export const childLimits = {
  /** From the file to the last byte of the answer. */
  timeMs: 10_000,
  /** To start the process and load the task: no fault of the file. */
  startMs: 30_000,
  /** Looked at while it works; a child may pass it by what it takes between two looks. */
  residentBytes: 400 * mb,
  lookEveryMs: 20,
  /** V8's own limit: passing it aborts the child. */
  heapMb: 192,
  /** A net under the looks. Node does not start with less than 2 GB. */
  addressKb: 3 * 1024 * 1024,
  /** A child whose hub was killed meanwhile ends by this. */
  processorS: 30,
  answerBytes: 96 * mb,
} as const;

export type ChildLimits = { readonly [name in keyof typeof childLimits]: number };

/** Whose turn it is: `reading-turns.ts`. */
export const turnLimits = {
  atOnce: 2,
  /** In the line or being read, of all providers. Twelve files of ten seconds, two at once: a minute for the last. */
  all: 12,
  perProvider: 4,
  /** What waits holds its file. */
  waitingBytes: 128 * mb,
} as const;
