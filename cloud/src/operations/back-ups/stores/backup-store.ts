/** Where back-ups are kept: a folder or a bucket. One narrow contract, and one suite of tests that both pass. */
import type { Readable } from "node:stream";
import { Fault } from "@karibu/protocol/fault";

export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
}

/** All of them throw the Fault "back-up/store-away" where the place can't be reached or refuses. */
export interface BackupStore {
  readonly kind: "folder" | "bucket";
  /** For people: the folder, or the bucket and its address. Never a key. */
  readonly place: string;
  /** The whole file under its name, or nothing of it. The same name again replaces it. */
  put(name: string, file: string, onBytes?: (sent: number) => void): Promise<void>;
  /** A small one. */
  putBytes(name: string, bytes: Uint8Array): Promise<void>;
  /** From its first byte. It may end early or with an error: the reader proves what it gets. Null: there is no such file. */
  get(name: string): Promise<Readable | null>;
  /** Those whose names begin so, in the order of their names. */
  list(prefix: string): Promise<StoredFile[]>;
  /** Also where there is none of that name. */
  remove(name: string): Promise<void>;
  /** What an upload that broke off left behind: nobody else would remove it. Only under names that begin so. */
  clearUnfinished(prefix: string): Promise<void>;
}

/** Names are ours: no dots that climb, no sign that a bucket or a file system takes for something else. */
const storedName = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*(\.[a-z]+)?$/;

export function checkName(name: string): void {
  if (!storedName.test(name)) throw new TypeError(`not a name of a stored file: ${name}`);
}

/** `what`: what went wrong, without a key or an address with one. */
export function storeAway(what: string, cause?: unknown): Fault {
  return new Fault(
    "back-up/store-away",
    `the back-up store does not take or give it: ${what}`,
    {
      retry: "later",
      hint: "Look at the store: is it reachable, is there room, are the keys valid?",
    },
    cause,
  );
}
