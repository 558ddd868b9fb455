/** The data folder. `node-folder.ts` is the real one; the lab has one that fails on command. */

/** Names are relative, with `/` between parts. Parent folders are created as needed. */
export interface Folder {
  /** Names below `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
  /** The whole content; null when there is no such file. */
  read(name: string): Promise<Uint8Array | null>;
  /**
   * The same of a file on a bad medium: each page of `pageBytes` that the disk refuses is full of `refusedByte`. Rejects as `read` does where
   * it gives no page at all.
   */
  readAround(name: string): Promise<Uint8Array | null>;
  /** Opens a file for appending and creates it when absent. */
  append(name: string): Promise<AppendFile>;
  /** A crash leaves the old content or the new content, never a mixture: temp file, datasync, rename, folder sync. */
  replace(name: string, content: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  truncate(name: string, sizeBytes: number): Promise<void>;
  remove(name: string): Promise<void>;
  /** What the name stands for now; null: there is no such file. */
  stat(name: string): Promise<FileStat | null>;
}

/** The kernel reads a file in such pages, so a bad sector takes one with it. */
export const pageBytes = 4096;
/** As erased flash reads. It stands in no record, and is not what a write that was cut off leaves (zeros). */
export const refusedByte = 0xff;

export interface FileStat {
  /** Tells this file from another one that had, or gets, the same name. */
  readonly file: string;
  readonly sizeBytes: number;
  /** When its content changed last, by the disk's clock. */
  readonly changedMs: number;
}

export interface AppendFile {
  /** As `FileStat.file`: its name may stand for another file meanwhile. */
  readonly file: string;
  /** Resolves when the kernel has the bytes. They do not survive a power cut yet. */
  write(chunk: Uint8Array): Promise<void>;
  /** fdatasync: the written bytes are on flash. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
