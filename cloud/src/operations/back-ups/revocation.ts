/** A revocation as it is kept beside the back-ups: which row, and what it says since. */
import { readJson } from "@karibu/protocol/foreign-json";
import { z } from "zod";

/** What a restore may change, and nothing else: a piece of another release, or of somebody else, must not reach further. */
export const revocable = {
  api_tokens: { key: ["provider_id", "token_id"], columns: ["revoked_at_ms", "token_hash"] },
  users: {
    key: ["provider_id", "user_id"],
    columns: ["active", "role", "password_hash", "totp_sealed", "totp_confirmed", "recovery_hashes"],
  },
  roles: { key: ["provider_id", "role_id"], columns: ["permissions"] },
  agents: { key: ["provider_id", "site_id"], columns: ["revoked_at_ms", "public_key"] },
  hosts: { key: ["host_id"], columns: ["revoked_at_ms", "public_key"] },
  providers: {
    key: ["provider_id"],
    columns: ["state", "suspended_at_ms", "sells_until_ms", "deleted_at_ms", "purge_at_ms"],
  },
  second_factor_roles: { key: ["provider_id", "role"], columns: ["since_ms"] },
  sellers: { key: ["provider_id", "seller_id"], columns: ["active", "pin_sealed"] },
  accounts: { key: ["provider_id", "account_id"], columns: ["active", "nt_hash_sealed", "password_sealed"] },
  seller_sites: { key: ["provider_id", "seller_id", "site_id"], columns: ["active"] },
  console_radius: {
    key: ["provider_id"],
    columns: [
      ...(["host", "site_id", "port", "secret_sealed", "names", "roles", "role_attribute", "role_map"] as const),
      ...(["confirmed", "server_at_ms", "changed_at_ms"] as const),
    ],
  },
  wireguard_peers: { key: ["provider_id", "site_id"], columns: ["public_key", "next_public_key"] },
  channels: {
    key: ["provider_id", "channel_id"],
    columns: ["hook_token_hash", "notice_token_hash", "keys_sealed"],
  },
  hook_tokens: { key: ["provider_id", "channel_id", "use", "token_hash"], columns: ["made_at_ms", "replaced_at_ms"] },
  message_addresses: {
    key: ["provider_id", "channel_id", "token_hash"],
    columns: ["token_sealed", "made_at_ms", "replaced_at_ms"],
  },
  person_erasures: {
    key: ["provider_id", "erasure_id"],
    columns: ["customer_id", "party", "grants", "devices", "pseudonym", "asked_by", "at_ms", "counts"],
  },
} as const;
export type Revocable = keyof typeof revocable;
/** Where the row itself takes a right away: a restore makes it, if its provider is there. */
export const revokesByItself: ReadonlySet<Revocable> = new Set(["second_factor_roles", "person_erasures"]);
/** Where what was written later counts, also in a row that the back-up does not have: an address that took another one's place. */
export const writtenAnew: ReadonlySet<Revocable> = new Set(["hook_tokens", "message_addresses"]);
/** The only rows that a restore may take away. */
export const removable: ReadonlySet<Revocable> = new Set([
  ...(["console_radius", "wireguard_peers", "hook_tokens", "message_addresses"] as const),
]);

const entrySchema = z.object({
  /** Its order in the hub that noted it. */
  seq: z.number().int(),
  target: z.enum(Object.keys(revocable) as [Revocable, ...Revocable[]]),
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
    const row = JSON.stringify([entry.target, ...revocable[entry.target].key.map((name) => entry.key[name])]);
    const now = { ...last.get(row)?.now, ...entry.now };
    last.delete(row);
    last.set(row, { ...entry, now });
  }
  return [...last.values()];
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
