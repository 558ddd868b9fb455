/** What the agent asks of a disk. The real one is `store/folder-node.ts`; the lab has one that fails on command. */

/** The data folder. Names are relative, with `/` between parts; parent folders are made as needed. */
export interface Folder {
  /** Names below `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Whole content, or null when there is no such file. */
  read(name: string): Promise<Uint8Array | null>;
  /** Opens for appending, making it when absent. */
  append(name: string): Promise<AppendFile>;
  /** Old content or new content after a crash, never a mixture: temp file, datasync, rename, folder sync. */
  replace(name: string, content: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  truncate(name: string, sizeBytes: number): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface AppendFile {
  /** Resolves when the kernel has it, which does not survive a power cut. */
  write(chunk: Uint8Array): Promise<void>;
  /** fdatasync: what was written is on flash. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
