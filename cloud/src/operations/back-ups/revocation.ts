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
  seller_sites: { key: ["provider_id", "seller_id", "site_id"], columns: ["active"] },
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
} as const;
export type Revocable = keyof typeof revocable;
/** Where the row itself takes a right away: a restore makes it, if its provider is there. */
export const revokesByItself: ReadonlySet<Revocable> = new Set(["second_factor_roles"]);
/** Where what was written later counts, also in a row that the back-up does not have: an address that took another one's place. */
export const writtenAnew: ReadonlySet<Revocable> = new Set(["hook_tokens", "message_addresses"]);
/** The only rows that a restore may take away. */
export const removable: ReadonlySet<Revocable> = new Set(["wireguard_peers", "hook_tokens", "message_addresses"]);

const entrySchema = z.object({
  /** Its order in the hub that noted it. */
  seq: z.number().int(),
  target: z.enum(Object.keys(revocable) as [Revocable, ...Revocable[]]),
  key: z.record(z.string(), z.string()),
  now: z.record(z.string(), z.unknown()),
  /** The row went away; `now` says what it was then. One that was made in its place later is noted later. */
  removed: z.literal(true).optional(),
});
const pieceSchema = z.object({ entries: z.array(entrySchema) });

export type Revocation = z.output<typeof entrySchema>;

export function writePiece(entries: readonly Revocation[]): Buffer {
  return Buffer.from(JSON.stringify({ entries }));
}

/** Null: it is of another shape; a later release may write more kinds. */
export function readPiece(bytes: Buffer): readonly Revocation[] | null {
  const read = pieceSchema.safeParse(readJson(bytes.toString("utf8")));
  return read.success ? read.data.entries : null;
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
