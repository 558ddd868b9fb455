/**
 * Reads a back-up file. First proves that the whole file is unchanged; nothing is restored before that. Lines
 * end at `\n` only: a row's text may hold other characters that some readers take for the end of a line (U+2028, U+2029).
 */

import { constants } from "node:buffer";
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Fault } from "@karibu/protocol/fault";
import { readJson } from "@karibu/protocol/foreign-json";
import { baselineName } from "../../ground/db/baseline.ts";
import { type Release, readRelease } from "../../ground/db/migrate.ts";
import type { BackupEnd, BackupHead } from "./backup.ts";
import { createEndMarkReader, type EndMark, type EndMarkReader } from "./backup-end-mark.ts";

export type BackupLine =
  | { readonly kind: "table"; readonly name: string }
  | { readonly kind: "row"; readonly json: string }
  | { readonly kind: "end"; readonly end: BackupEnd };

/** A file that was read completely and is unchanged. */
export interface ProvedBackup {
  readonly head: BackupHead;
  readonly end: BackupEnd;
  /**
   * Reads it again, and proves it again meanwhile: the content is valid only when this ends without a Fault. The "end"
   * line does not prove it.
   */
  lines(): AsyncGenerator<BackupLine, void, undefined>;
}

const newline = 0x0a;
const controlSign = 0x23; // #
/** The longest possible line: each was one string when it was written. */
const lineBytesMax = constants.MAX_STRING_LENGTH;

/** `open` opens the file from its beginning, each time. Throws Faults "restore/damaged", "restore/before-baseline", "restore/newer", "restore/unreadable". */
export async function proveBackup(open: () => Readable, ofRelease?: Promise<Release>): Promise<ProvedBackup> {
  // The bytes first: the content of a damaged file need not be read.
  const mark = await readEndMark(open);
  if (mark === "wrong") throw changed();
  const baseline = (await (ofRelease ?? readRelease())).migrations[0]?.hash;
  if (baseline === undefined) throw new TypeError("the first migration is the baseline");
  const proved: Proved = { mark, baseline };
  let head: BackupHead | null = null;
  let end: BackupEnd | null = null;
  for await (const line of readLines(open, proved)) {
    if (line.kind === "head") head = line.head;
    if (line.kind === "end") end = line.end;
  }
  if (head === null || end === null) throw noBackup();
  return {
    head,
    end,
    async *lines() {
      for await (const line of readLines(open, proved)) if (line.kind !== "head") yield line;
    },
  };
}

async function readEndMark(open: () => Readable): Promise<EndMark> {
  const { withoutEndMark, found } = createEndMarkReader();
  try {
    for await (const _ of withoutEndMark(open()));
  } catch (error) {
    throw error instanceof Fault ? error : unreadable(error);
  }
  return found();
}

interface Proved {
  /** The first pass found it; the one of each later pass must be good too. */
  readonly mark: EndMark;
  /** Hash of the schema that this release's databases begin with. */
  readonly baseline: string;
}

async function* readLines(
  open: () => Readable,
  proved: Proved,
): AsyncGenerator<BackupLine | { readonly kind: "head"; readonly head: BackupHead }, void, undefined> {
  const { withoutEndMark, found } = createEndMarkReader();
  const hash = createHash("sha256");
  let hasHead = false;
  let end: BackupEnd | null = null;
  for await (const line of splitLines(unpack(open, withoutEndMark))) {
    if (end !== null) throw changed();
    if (!hasHead) {
      const head = readHead(line, proved);
      hasHead = true;
      hash.update(line).update("\n");
      yield { kind: "head", head };
    } else if (line[0] !== controlSign) {
      hash.update(line).update("\n");
      yield { kind: "row", json: line.toString("utf8") };
    } else {
      const control = readControl(line);
      if ("sha256" in control) {
        if (hash.digest("hex") !== control.sha256) throw changed();
        end = control;
        yield { kind: "end", end };
      } else {
        hash.update(line).update("\n");
        yield { kind: "table", name: control.table };
      }
    }
  }
  if (!hasHead) throw noBackup();
  if (end === null || found() !== "right") throw cutShort();
}

async function* unpack(
  open: () => Readable,
  withoutEndMark: EndMarkReader["withoutEndMark"],
): AsyncGenerator<Buffer, void, undefined> {
  const content = createGunzip();
  const feeding = pipeline(open(), withoutEndMark, content);
  feeding.catch(() => {}); // the reader of `content` gets the error
  try {
    yield* content;
    await feeding;
  } catch (error) {
    if (error instanceof Fault) throw error; // a sealed file says itself what is wrong with it
    const { code, message } = error as { code?: string; message: string };
    if (code === "Z_BUF_ERROR") throw cutShort(error);
    if (message === "incorrect header check") throw noBackup(error); // zlib's message for a file that is not gzip
    throw code?.startsWith("Z_") ? changed(error) : unreadable(error);
  }
}

async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      yield Buffer.concat([...begun, chunk.subarray(from, at)]);
      begun = [];
      begunBytes = 0;
      from = at + 1;
    }
    begun.push(chunk.subarray(from));
    begunBytes += chunk.length - from;
    if (begunBytes > lineBytesMax) throw changed();
  }
  if (begunBytes > 0) throw cutShort();
}

function readHead(line: Buffer, { mark, baseline }: Proved): BackupHead {
  const head = readJson(line.toString("utf8", 1)) as
    | (Partial<Omit<BackupHead, "format">> & { format?: number })
    | null
    | undefined;
  if (line[0] !== controlSign || head?.karibu !== "backup" || !Array.isArray(head.migrations)) throw noBackup();
  const isOfBaseline = head.migrations.includes(baselineName) && head.baseline === baseline;
  if (head.format === 1 || (head.format === 2 && !isOfBaseline)) throw tooOld();
  if (head.format === 2) return head as BackupHead;
  throw mark === "right" ? newer(`format ${head.format}`) : noBackup();
}

function readControl(line: Buffer): { readonly table: string } | BackupEnd {
  const control = readJson(line.toString("utf8", 1)) as { readonly table: string } | BackupEnd | null | undefined;
  if (typeof control !== "object" || control === null) throw changed();
  return control;
}

function tooOld(): Fault {
  return new Fault(
    "restore/before-baseline",
    "the back-up was made before Karibu's first release and can't be restored: use one that this release or a later one made",
    { retry: "never", hint: "The version that made it can still restore it." },
  );
}

/** `what`: the part that this release does not know. */
export function newer(what: string): Fault {
  return new Fault("restore/newer", `the back-up was made by a later release (${what})`, {
    retry: "never",
    hint: "Restore it with that release.",
  });
}

function damaged(message: string, cause?: unknown): Fault {
  return new Fault("restore/damaged", message, { retry: "never" }, cause);
}

const changed = (cause?: unknown) =>
  damaged("the back-up is damaged: bytes of it have changed since it was written", cause);
const cutShort = (cause?: unknown) => damaged("the back-up is damaged: its end is missing or has changed", cause);
const noBackup = (cause?: unknown) => damaged("this is no back-up of Karibu, or its first bytes have changed", cause);

function unreadable(cause: unknown): Fault {
  return new Fault(
    "restore/unreadable",
    `the back-up can't be read: ${(cause as Error).message}`,
    { retry: "never" },
    cause,
  );
}
