import type { CompiledQuery, Transaction } from "kysely";
import type { Schema } from "./schema.ts";

/**
 * The only ways to the hub's database. Tenant tables have row-level security (FORCE); the roles below can't bypass it.
 * Time, identifiers and randomness are values handed in: no `now()`, no `gen_random_uuid()` in a statement that matters.
 * Transactions don't nest: hand the `tx` down instead (a call within a call throws "database/nested").
 */
export interface Database {
  /** One transaction that sees and writes the rows of this provider only (role `karibu_app`). Retries serialisation failures. */
  asProvider<T>(providerId: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** One transaction over all providers (role `karibu_platform`). `reason` is kebab case and goes to the log. */
  asPlatform<T>(reason: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * One transaction that sees and writes the rows of these providers only, and of the tables that a booking needs (role `karibu_booker`). It waits
   * for no lock longer than half a second, or `lockTimeout` (code 55P03). Repeats a conflict with another transaction twice. It is urgent, unless it
   * `canWait`.
   */
  asBooker<T>(
    providerIds: readonly string[],
    work: (tx: Tx) => Promise<T>,
    options?: Pick<TransactionOptions, "lockTimeout"> & { readonly canWait?: boolean },
  ): Promise<T>;
  /** Tells all listeners of all processes, at once. It is called outside of every transaction. */
  notify(notices: readonly Notice[]): Promise<void>;
  /** Runs after a committed NOTIFY on `channel`. Payloads are hints: listeners read the tables. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  readonly engine: "embedded" | "postgresql";
  close(): Promise<void>;
}

export interface TransactionOptions {
  /** Few texts, often asked, that find rows by keys: the server keeps how it runs them. Else it plans each statement anew, for its values. */
  readonly prepared?: boolean;
  /**
   * It finds each row by its key, whatever the planner has counted: else many rows asked for by key read whole tables that it believes to be short, or all rows of
   * their provider. How: `karibu_by_keys` in `guards.sql`.
   */
  readonly byKeys?: boolean;
  /**
   * Somebody has paid and waits: it takes a connection that others may not take, or goes before them. Short, and it waits for no lock for long.
   * `together`: for many at once, and so few at a time. `alone`: for one, `urgentAloneMax` of them at a time, so that no flood of these is in the way of
   * those that go together. `news`: brings what was paid for to its site, `urgentNewsMax` of them at a time, so that no flood of these is in the way of money.
   */
  readonly urgent?: "together" | "alone" | "news";
  /** How long it waits for what somebody holds (code 55P03 then), as PostgreSQL says it. Left out: as long as any statement may take. */
  readonly lockTimeout?: string;
}

/**
 * Of urgent transactions: those that go together in one process (the batch of callbacks that is being kept, and the two lanes that book), those that go alone,
 * and those that read what is new for a site.
 */
export const urgentTogetherMax = 3;
export const urgentAloneMax = 2;
export const urgentNewsMax = 2;

/** What an engine must know of a transaction before it begins. `opening`: the statement that says whose it is. */
export type Wanted = Pick<TransactionOptions, "prepared" | "urgent"> & { readonly opening?: CompiledQuery };

/** A hint to those who listen on a channel. */
export interface Notice {
  readonly channel: string;
  readonly payload: string;
}

export type Tx = Transaction<Schema>;
