/** At a restore: what was revoked since the back-up is read from the store, and revoked again in the same transaction. */
import { buffer } from "node:stream/consumers";
import { Fault } from "@karibu/protocol/fault";
import type { RunScript } from "../../ground/db/engine.ts";
import { rowForgotten } from "../../ground/feed/forgotten.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import {
  pieceContext,
  piecePrefix,
  type Revocation,
  readPiece,
  readPieceName,
  revocable,
  revokesByItself,
} from "./revocation.ts";
import { hubTagOf } from "./stored-names.ts";
import type { BackupStore } from "./stores/backup-store.ts";

export interface FoundRevocations {
  /** In the order in which they happened. */
  readonly revocations: readonly Revocation[];
  readonly lastPiece: number;
  /** Pieces between the first and the last one that are not there. */
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
      const number = readPieceName(name)?.number;
      if (number === undefined || number <= afterPiece) continue;
      const stream = await store.get(name);
      if (stream === null) continue;
      const entries = readPiece(openPiece(envelope, name, await buffer(stream)));
      if (entries === null)
        throw new Fault("restore/newer", `${name} was written by a later release`, {
          retry: "never",
          hint: "Restore with that release.",
        });
      numbers.add(number);
      found.push(...entries.map((entry) => ({ ...entry, piece: number })));
    }
    const lastPiece = Math.max(afterPiece, ...numbers);
    return {
      revocations: found.sort((one, other) => one.piece - other.piece || one.seq - other.seq),
      lastPiece,
      missing: lastPiece - afterPiece - numbers.size,
    };
  };
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

export interface RepeatedRevocations extends FoundRevocations {
  /** How many rows were changed. */
  readonly changed: number;
  /** What the database has no table or column for: the back-up is of an earlier release than the revocation. */
  readonly later: readonly Revocation[];
}

/** In the transaction of the restore, after its rows are there. Throws a Fault "restore/revocations-missing": nothing is restored then. */
export async function repeatRevocations(run: RunScript, read: ReadRevocations): Promise<RepeatedRevocations> {
  const [hub] = await run("select public_key from hub_identity");
  const [stream] = (await hasStream(run)) ? await run("select last_piece from revocation_stream") : [];
  if (hub === undefined) return { revocations: [], lastPiece: 0, missing: 0, changed: 0, later: [] };
  const found = await read(hubTagOf(String(hub.public_key)), Number(stream?.last_piece ?? 0));
  if (found.missing > 0) throw piecesMissing(found.missing);
  return { ...found, ...(await repeatFound(run, found.revocations)) };
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

/** Again for what was left over, after the migrations. */
export async function repeatFound(
  run: RunScript,
  revocations: readonly Revocation[],
): Promise<Pick<RepeatedRevocations, "changed" | "later">> {
  const columns = revocations.length === 0 ? new Set<string>() : await readColumns(run);
  const later: Revocation[] = [];
  let changed = 0;
  for (const revocation of revocations) {
    const { target, key, now } = revocation;
    const isHere = ([column]: [string, unknown]) => columns.has(`${target}.${column}`);
    const entries = Object.entries(now);
    const missing = entries.filter((entry) => !isHere(entry));
    if (missing.length > 0) later.push({ ...revocation, now: Object.fromEntries(missing) });
    if (missing.length === entries.length) continue;
    changed += await repeat(run, { target, key, now: Object.fromEntries(entries.filter(isHere)) });
  }
  return { changed, later };
}

async function repeat(run: RunScript, { target, key, now }: Omit<Revocation, "seq">): Promise<number> {
  const { key: keyNames, columns } = revocable[target];
  const named = columns.filter((column) => Object.hasOwn(now, column));
  if (named.length === 0 || !keyNames.every((name) => Object.hasOwn(key, name))) return 0;
  const text = JSON.stringify({ ...now, ...key }).replaceAll("'", "''");
  const list = (alias: string, names: readonly string[]) => names.map((name) => `${alias}."${name}"`).join(", ");
  const record = `jsonb_populate_record(null::"${target}", '${text}'::jsonb) r`;
  const safely = "set local standard_conforming_strings = on;";
  if (revokesByItself.has(target)) {
    const names = [...keyNames, ...named];
    const made = await run(`${safely}
      insert into "${target}" (${names.map((name) => `"${name}"`).join(", ")}) select ${list("r", names)} from ${record}
      where exists (select from providers p where p.provider_id = r.provider_id)
      on conflict do nothing returning 1 as changed`);
    return made.length;
  }
  const rows = await run(`${safely}
    update "${target}" t set ${named.map((name) => `"${name}" = r."${name}"`).join(", ")}
    from ${record}
    where (${list("t", keyNames)}) = (${list("r", keyNames)}) and (${list("t", named)}) is distinct from (${list("r", named)})
    returning 1 as changed`);
  // Sites judge sellers by their own row, which is of before. The hub writes it anew when it starts.
  if (rows.length > 0 && (target === "sellers" || target === "seller_sites"))
    await run(rowForgotten("seller", "seller_id", JSON.stringify(key)));
  return rows.length;
}

/** As `table.column`. */
async function readColumns(run: RunScript): Promise<ReadonlySet<string>> {
  const rows = await run(`select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and table_name in (${Object.keys(revocable)
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

async function hasStream(run: RunScript): Promise<boolean> {
  return (await run("select to_regclass('public.revocation_stream') is not null as yes"))[0]?.yes === true;
}
