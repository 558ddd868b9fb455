/**
 * The one order in which transactions lock rows of money. Two transactions that lock the same two rows in opposite orders stop
 * each other until PostgreSQL ends one of them. Reports come from both ends: a callback knows its purchase and names a receipt;
 * a confirmation, a list or a statement knows its receipt and leads to a purchase. All of them lock in this order:
 *
 *   refund <- payer <- claim <- receipt <- purchase <- limit of unverified money <- customer credit
 *
 * Of two rows of one kind, the one whose key sorts first comes first. Who needs an earlier row while holding a later one must not
 * wait for it: the row is free, or the transaction is repeated from its start. So no cycle of waiting can close.
 * Behind all of them the customer who pays is kept as they are (`for share`), and then come the feeds: who switches a customer locks no money.
 */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { isLockNotAvailable } from "../../ground/db/passing.ts";

const order = ["refund", "payer", "claim", "receipt", "purchase", "limit", "credit"] as const;
export type MoneyLock = (typeof order)[number];

/** What each transaction holds, as sortable names. */
const held = new WeakMap<Tx, Set<string>>();

interface Turn {
  /** The same lock was taken before in this transaction. */
  readonly isHeld: boolean;
  /** Nothing is held that comes later in the order. */
  readonly mayWait: boolean;
}

function enter(tx: Tx, lock: MoneyLock, key: string): Turn {
  const mine = held.get(tx) ?? new Set<string>();
  held.set(tx, mine);
  const name = `${order.indexOf(lock)}/${key}`;
  const isHeld = mine.has(name);
  const mayWait = ![...mine].some((other) => other > name);
  mine.add(name);
  return { isHeld, mayWait };
}

/** The database repeats a transaction that ends with this code, PostgreSQL's for a conflict. */
export const repeatTransaction = (why: string): Error => Object.assign(new Error(why), { code: "40001" });

/**
 * Locks rows of one kind. @param key tells this lock from others of its kind; several rows at once: the same for each such statement
 * @param lockRows the statement; with `noWait` where it is told so
 */
export async function lockInTurn<Row>(
  tx: Tx,
  lock: Exclude<MoneyLock, "payer" | "limit" | "credit">,
  key: string,
  lockRows: (noWait: boolean) => Promise<Row>,
): Promise<Row> {
  const { mayWait } = enter(tx, lock, key);
  try {
    return await lockRows(!mayWait);
  } catch (error) {
    if (!isLockNotAvailable(error)) throw error;
    throw repeatTransaction(`another transaction holds this ${lock}`);
  }
}

/**
 * Locks the names of several payers, receipts or limits in their order, in one statement. One that another transaction holds is waited for; with `noWait` it
 * is passed over. @returns those that are locked now
 */
export async function lockNamesInTurn(
  tx: Tx,
  lock: "payer" | "receipt" | "limit",
  names: readonly string[],
  { noWait }: { readonly noWait: boolean },
): Promise<ReadonlySet<string>> {
  const sorted = [...new Set(names)].sort();
  if (sorted.length === 0) return new Set();
  if (!noWait && sorted.map((name) => enter(tx, lock, name)).some(({ mayWait }) => !mayWait))
    throw new Error(`a later lock is held than a ${lock}`);
  const { rows } = await sql<{ name: string; mine: boolean }>`
    select name, ${noWait ? sql`pg_try_advisory_xact_lock(hashtextextended(name, 0))` : sql`pg_advisory_xact_lock(hashtextextended(name, 0)) is not null`} as mine
    from unnest(${sorted}::text[]) as name`.execute(tx);
  const locked = rows.filter(({ mine }) => mine).map(({ name }) => name);
  if (noWait) for (const name of locked) enter(tx, lock, name);
  return new Set(locked);
}

/** Locks a name until the transaction ends, also where there is no row yet. */
export async function lockNameInTurn(
  tx: Tx,
  lock: "payer" | "receipt" | "limit" | "credit",
  name: string,
): Promise<void> {
  const { isHeld, mayWait } = enter(tx, lock, name);
  if (isHeld) return;
  const key: RawBuilder<unknown> = sql`hashtextextended(${name}, 0)`;
  if (mayWait) {
    await sql`select pg_advisory_xact_lock(${key})`.execute(tx);
    return;
  }
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${key}) as mine`.execute(tx);
  if (rows[0]?.mine !== true) throw repeatTransaction(`another transaction holds this ${lock}`);
}
