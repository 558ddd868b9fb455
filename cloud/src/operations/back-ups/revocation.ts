/** A revocation as it is kept beside the back-ups: which row, and what it says since. */
import { readJson } from "@karibu/protocol/foreign-json";
import { z } from "zod";
import { revocableTable, revocableTables } from "./revocable-tables.ts";

const entrySchema = z.object({
  /** Its order in the hub that noted it. */
  seq: z.number().int(),
  /** Its table. */
  target: z.enum(Object.keys(revocableTables)),
  key: z.record(z.string(), z.string()),
  now: z.record(z.string(), z.unknown()),
  /** The row went away; `now` says what it was then. One that was made in its place later is noted later. */
  removed: z.literal(true).optional(),
  /** When. */
  atMs: z.number(),
  /** In folded pieces: the one that it came in. */
  piece: z.number().int().optional(),
});
/** The first and the last number of pieces that follow each other. */
const rangeSchema = z.tuple([z.number().int(), z.number().int()]);
const pieceSchema = z.object({
  entries: z.array(entrySchema),
  /** Folded of several: which ones. It has the number of the last one. */
  covers: z.array(rangeSchema).optional(),
});

export type Revocation = z.output<typeof entrySchema>;

export type Piece = z.output<typeof pieceSchema>;

export function writePiece(piece: Piece): Buffer {
  return Buffer.from(JSON.stringify(piece));
}

/** What each row came to, in the order of its last change. */
export function lastOfEach<Entry extends Omit<Revocation, "seq">>(entries: readonly Entry[]): Entry[] {
  const last = new Map<string, Entry>();
  for (const entry of entries) {
    const row = JSON.stringify([entry.target, ...revocableTable(entry.target).key.map((name) => entry.key[name])]);
    const now = { ...last.get(row)?.now, ...entry.now };
    last.delete(row);
    last.set(row, { ...entry, now });
  }
  return [...last.values()];
}

/** Whose row it is: what a person looks for, and no hash. Addresses are named by their channel. */
export function subjectOf(key: Readonly<Record<string, string>>): { readonly providerId: string; readonly id: string } {
  const { provider_id: providerId = "platform", use: _, token_hash: __, ...rest } = key;
  return { providerId, id: Object.values(rest).join(" ") || providerId };
}

/** Of numbers, in any order. */
export function rangesOf(numbers: Iterable<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((one, other) => one - other)) {
    const newest = ranges.at(-1);
    if (newest !== undefined && number <= newest[1] + 1) newest[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

/** The numbers of the pieces that this one holds. */
export function numbersOf(number: number, { covers }: Piece): number[] {
  if (covers === undefined) return [number];
  return covers.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
}

/** Null: it is of another shape; a later release may write more kinds. */
export function readPiece(bytes: Buffer): Piece | null {
  const read = pieceSchema.safeParse(readJson(bytes.toString("utf8")));
  return read.success ? read.data : null;
}

/** The number of the newest piece, apart from the pieces: without it nobody would miss the last ones. */
export const headName = (hubTag: string): string => `${piecePrefix(hubTag)}head.sealed`;

const headSchema = z.object({ lastPiece: z.number().int().nonnegative() });
export const writeHead = (lastPiece: number): Buffer => Buffer.from(JSON.stringify({ lastPiece }));
export function readHead(bytes: Buffer): number | null {
  const read = headSchema.safeParse(readJson(bytes.toString("utf8")));
  return read.success ? read.data.lastPiece : null;
}

/** Of all pieces of a hub. They stand beside its back-ups, and their names do not begin like those. */
export function piecePrefix(hubTag: string): string {
  return `revoked-${hubTag}-`;
}

/** @param mark 4 random bytes: two processes may send the same number, and neither may overwrite what the other one sent */
export function pieceName(hubTag: string, number: number, atMs: number, mark: Uint8Array): string {
  const stamp = new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").toLowerCase();
  return `${piecePrefix(hubTag)}${String(number).padStart(12, "0")}-${stamp}z-${Buffer.from(mark).toString("hex")}.sealed`;
}

const named = /^revoked-[0-9a-f]{8}-(\d{12})-(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)z-[0-9a-f]{8}\.sealed$/;

/** Null: it is no piece. */
export function readPieceName(name: string): { readonly number: number; readonly atMs: number } | null {
  const [, number, ...time] = named.exec(name) ?? [];
  if (number === undefined) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = time.map(Number);
  return { number: Number(number), atMs: Date.UTC(year, month - 1, day, hour, minute, second) };
}

/** A piece is bound to its name: none can be taken for another one. */
export const pieceContext = (name: string): string => `revocations/${name}`;
