/** At a restore: what was revoked since the back-up is read from the store, and revoked again before a hub may start on the rows. */

import { buffer } from "node:stream/consumers";
import { Fault } from "@karibu/protocol/fault";
import type { RunScript } from "../../ground/db/engine.ts";
import { rowForgotten } from "../../ground/feed/forgotten.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { providerIsThere } from "../../tenancy/providers/provider-state.ts";
import { keepErased } from "../restored/erased-again.ts";
import type { RevokedAgain } from "../restored/revoked-again.ts";
import { revocableTable, revocableTables } from "./revocable-tables.ts";
import {
  headName,
  lastOfEach,
  numbersOf,
  type Piece,
  pieceContext,
  piecePrefix,
  type Revocation,
  readHead,
  readPiece,
  readPieceName,
  subjectOf,
} from "./revocation.ts";
import { hubTagOf } from "./stored-names.ts";
import type { BackupStore } from "./stores/backup-store.ts";

export interface FoundRevocations {
  /** In the order in which they happened. */
  readonly revocations: readonly Revocation[];
  readonly lastPiece: number;
  /** Pieces up to the newest one that are not there. */
  readonly missing: number;
}

/** @param afterPiece those up to this one are in the back-up already */
export type ReadRevocations = (hubTag: string, afterPiece: number) => Promise<FoundRevocations>;

/** Throws Faults "back-up/store-away", "secrets/unknown-master-key", and "restore/damaged" where a piece is not as it was written. */
export function revocationsIn(store: BackupStore, envelope: Envelope): ReadRevocations {
  return async (hubTag, afterPiece) => {
    const found: (Revocation & { readonly piece: number })[] = [];
    const numbers = new Set<number>();
    for (const { name } of await store.list(piecePrefix(hubTag))) {
      const named = readPieceName(name);
      if (named === null || named.number <= afterPiece) continue;
      const { number } = named;
      const piece = await fetchPiece(store, envelope, name);
      if (piece === null) continue;
      for (const one of numbersOf(number, piece)) if (one > afterPiece) numbers.add(one);
      for (const entry of piece.entries) {
        const of = entry.piece ?? number;
        if (of > afterPiece) found.push({ ...entry, piece: of });
      }
    }
    const lastPiece = [...numbers].reduce(
      (one, other) => Math.max(one, other),
      Math.max(afterPiece, await fetchHead(store, envelope, hubTag)),
    );
    return {
      revocations: found
        .sort((one, other) => one.piece - other.piece || one.seq - other.seq)
        .map(({ piece: _, ...entry }) => entry),
      lastPiece,
      missing: lastPiece - afterPiece - numbers.size,
    };
  };
}

/** Null: it is not there any more. Throws like `revocationsIn`. */
export async function fetchPiece(store: BackupStore, envelope: Envelope, name: string): Promise<Piece | null> {
  const stream = await store.get(name);
  if (stream === null) return null;
  const piece = readPiece(openPiece(envelope, name, await buffer(stream)));
  if (piece !== null) return piece;
  throw new Fault("restore/newer", `${name} was written by a later release`, {
    retry: "never",
    hint: "Restore with that release.",
  });
}

/** 0: nothing was sent yet. */
async function fetchHead(store: BackupStore, envelope: Envelope, hubTag: string): Promise<number> {
  const stream = await store.get(headName(hubTag));
  return stream === null ? 0 : (readHead(openPiece(envelope, headName(hubTag), await buffer(stream))) ?? 0);
}

function openPiece(envelope: Envelope, name: string, bytes: Buffer): Buffer {
  try {
    return envelope.open(bytes, pieceContext(name));
  } catch (error) {
    if (error instanceof Fault && error.code === "secrets/unknown-master-key") throw error;
    throw new Fault(
      "restore/damaged",
      `${name} is damaged, and so it is not known what was revoked`,
      { retry: "never" },
      error,
    );
  }
}

/** Of a restore that repeats nothing. */
export const readNothing: ReadRevocations = async (_, afterPiece) => ({
  revocations: [],
  lastPiece: afterPiece,
  missing: 0,
});

/** For the rows that are there: after those of the back-up. Throws a Fault "restore/revocations-missing": nothing is restored then. */
export async function findRevocations(run: RunScript, read: ReadRevocations): Promise<FoundRevocations> {
  const [hub] = await run("select public_key from hub_identity");
  const [stream] = await run("select last_piece from revocation_stream");
  const afterPiece = Number(stream?.last_piece ?? 0);
  if (hub === undefined) return { revocations: [], lastPiece: afterPiece, missing: 0 };
  const found = await read(hubTagOf(String(hub.public_key)), afterPiece);
  if (found.missing > 0) throw piecesMissing(found.missing);
  return found;
}

function piecesMissing(count: number): Fault {
  const what = count === 1 ? "1 piece of what was revoked is" : `${count} pieces of what was revoked are`;
  return new Fault(
    "restore/revocations-missing",
    `${what} missing in the store, and so it is not known who was shut out`,
    {
      retry: "never",
      hint: "Put them back into the store; --without-revocations restores without all of them.",
    },
  );
}

/**
 * In the transaction that ends the restore, after all migrations: a back-up of an earlier release has not all tables and columns. Returns what the
 * back-up said otherwise.
 */
export async function repeatFound(
  run: RunScript,
  revocations: readonly Revocation[],
): Promise<readonly RevokedAgain[]> {
  const columns = revocations.length === 0 ? new Set<string>() : await readColumns(run);
  const again: RevokedAgain[] = [];
  // What lies between is not gone through again: the back-up may be of after it, and a key that went from one row to another would stand in
  // both for a moment.
  for (const revocation of lastOfEach(revocations)) {
    const { target, key, now, removed, atMs } = revocation;
    // A piece of a later release may name more.
    const entries = Object.entries(now).filter(([column]) => columns.has(`${target}.${column}`));
    if (entries.length === 0) continue;
    const repeated = { target, key, now: Object.fromEntries(entries), ...(removed ? { removed } : {}) };
    const change = await repeat(run, repeated);
    if (change === null) continue;
    const { providerId, id: subjectId } = subjectOf(key);
    for (const what of revocableTable(target).what(change.columns, repeated.now, removed === true))
      again.push({ providerId, what, subjectId, label: change.label, revokedAtMs: atMs });
  }
  return again;
}

interface Change {
  readonly columns: ReadonlySet<string>;
  /** What the row is called. */
  readonly label: string;
}

/** Null: the row is not here, or says so already. */
async function repeat(
  run: RunScript,
  { target, key, now, removed }: Omit<Revocation, "seq" | "atMs">,
): Promise<Change | null> {
  const { key: keyNames, columns, name, missing, unlike = [], removable = false, goesUnless } = revocableTable(target);
  const named = columns.filter((column) => Object.hasOwn(now, column));
  if (named.length === 0 || !keyNames.every((column) => Object.hasOwn(key, column))) return null;
  const text = JSON.stringify({ ...now, ...key }).replaceAll("'", "''");
  const list = (alias: string, names: readonly string[]) => names.map((name) => `${alias}."${name}"`).join(", ");
  const record = `jsonb_populate_record(null::"${target}", '${text}'::jsonb) r`;
  const safely = "set local standard_conforming_strings = on;";
  const isIt = `(${list("t", keyNames)}) = (${list("r", keyNames)})`;
  const label = `${name} as label`;
  const asChange = (rows: readonly Record<string, unknown>[], columns: readonly string[]): Change | null =>
    rows[0] === undefined ? null : { columns: new Set(columns), label: String(rows[0].label ?? "") };
  const isOf = (condition: string) => run(`${safely} select 1 from ${record} where ${condition}`);
  const isGone = removed === true || (goesUnless !== undefined && (await isOf(goesUnless)).length === 0);
  if (isGone) {
    if (!removable) return null;
    const gone = await run(`${safely}
      delete from "${target}" t using ${record}
      where ${isIt} returning ${label}`);
    return asChange(gone, named);
  }
  if (missing !== undefined) {
    const names = [...keyNames, ...named];
    const known =
      missing === "written"
        ? `(${keyNames.map((column) => `"${column}"`).join(", ")}) do update set ${named.map((column) => `"${column}" = excluded."${column}"`).join(", ")}
        where (${list("t", named)}) is distinct from (${list("excluded", named)})`
        : "do nothing";
    const made = await run(`${safely}
      insert into "${target}" as t (${names.map((column) => `"${column}"`).join(", ")}) select ${list("r", names)} from ${record}
      where ${providerIsThere("r")}
      on conflict ${known} returning ${label}`);
    if (made.length > 0 && target === "person_erasures") await run(erasedAgain(text));
    return asChange(made, named);
  }
  const [before] = await run(`${safely}
    select ${named.map((column) => `t."${column}" is distinct from r."${column}" as "${column}"`).join(", ")}
    from "${target}" t, ${record} where ${isIt}`);
  // The row that has it in the back-up gets its own later, or had it taken away: each row is as it came to be in the end.
  for (const column of before === undefined ? [] : unlike.filter((one) => named.includes(one)))
    await run(`${safely}
      update "${target}" t set "${column}" = null from ${record} where t."${column}" = r."${column}" and not (${isIt})`);
  const rows = await run(`${safely}
    update "${target}" t set ${named.map((column) => `"${column}" = r."${column}"`).join(", ")}
    from ${record}
    where ${isIt} and (${list("t", named)}) is distinct from (${list("r", named)})
    returning ${label}`);
  // Sites judge sellers and lines, and sell, by their own row, which is of before. The hub writes it anew when it starts.
  if (rows.length > 0 && (target === "sellers" || target === "seller_sites"))
    await run(rowForgotten("seller", "seller_id", JSON.stringify(key)));
  if (rows.length > 0 && target === "accounts")
    await run(rowForgotten("customer-account", "account_id", JSON.stringify(key)));
  if (rows.length > 0 && target === "providers")
    await run(rowForgotten("site", "key", JSON.stringify({ ...key, key: "site" })));
  return asChange(
    rows,
    named.filter((name) => before?.[name] === true),
  );
}

/** The back-up has the person as before, and a site may give back more of them. @param text the erasure as JSON, quotes doubled */
const erasedAgain = (text: string): string => `set local standard_conforming_strings = on;
  ${keepErased(`jsonb_populate_record(null::person_erasures, '${text}'::jsonb)`)};
  select karibu_erase_again(e.provider_id, e.erasure_id) from jsonb_populate_record(null::person_erasures, '${text}'::jsonb) e`;

/** As `table.column`. */
async function readColumns(run: RunScript): Promise<ReadonlySet<string>> {
  const rows = await run(`select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and table_name in (${Object.keys(revocableTables)
      .map((name) => `'${name}'`)
      .join(", ")})`);
  return new Set(rows.map(({ name }) => String(name)));
}

/** The pieces of before count as sent: the restored hub goes on behind them. */
export async function goOnBehind(run: RunScript, lastPiece: number): Promise<void> {
  await run(
    `update revocation_stream set lease = null, leased_until_ms = 0, last_piece = greatest(last_piece, ${lastPiece})`,
  );
}
