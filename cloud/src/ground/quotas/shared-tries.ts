/**
 * Tries of one person in a bucket that refills evenly, as in `http/rate-limit.ts`, but counted in the database: two hub processes give no
 * more of them than one. For guesses that are worth a write: of codes that are cash, of passwords by who holds a stolen token.
 * Who attacks: a person of the provider, or a thief with their token, who sends tries to many processes at once. What stops them: the row
 * is locked from the try until its transaction ends, so tries of one person are judged one after the other.
 */
import type { Clock } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../db/database.ts";
import { isAheadSql } from "../db/hub-clock.ts";
import { refusal } from "../http/problem.ts";

/** Whose try: of this provider, by this name. */
export interface Tried {
  readonly providerId: string;
  readonly subject: string;
}

export interface SharedTries {
  /** Takes one, before what is tried is looked at. Returns how many are left, or throws a Problem 429 that says when to come back. */
  take(tx: Tx, who: Tried): Promise<number>;
  /** Takes one. False: none is left. */
  tryTake(tx: Tx, who: Tried): Promise<boolean>;
  /** Returns one: a success was not a guess. */
  giveBack(tx: Tx, who: Tried): Promise<void>;
  /** Returns all. */
  forget(tx: Tx, who: Tried): Promise<void>;
}

/** Buckets are full again by then, and their rows are deleted. */
export const sharedTriesKeptMs = 86_400_000;

/** @param limit `perSeconds`: at most a day, in which an empty bucket is full again */
export function createSharedTries(
  clock: Clock,
  kind: string,
  { tries, perSeconds }: { readonly tries: number; readonly perSeconds: number },
): SharedTries {
  const perMs = tries / (perSeconds * 1000);
  /** The clock was ahead when it was touched last, and was set back since: nobody knows how long ago that is. */
  const isAhead = (nowMs: number) => isAheadSql("t.atMs", nowMs);
  /** What is in the bucket by now. A clock that was set back takes nothing away, and empties none for as long as it was ahead. */
  const filled = (nowMs: number) =>
    sql<number>`case when ${isAhead(nowMs)} then ${tries}::float8
      else least(${tries}::float8, t.remaining + greatest(0, ${nowMs}::bigint - t.at_ms) * ${perMs}::float8) end`;
  const isIt = ({ providerId, subject }: Tried) =>
    sql<boolean>`t.provider_id = ${providerId} and t.kind = ${kind} and t.subject = ${subject}`;
  /** How many are left after this one; null: there was none. */
  async function taken(tx: Tx, who: Tried, nowMs: number): Promise<number | null> {
    const { rows } = await sql<{ remaining: number }>`
      insert into shared_tries as t (provider_id, kind, subject, remaining, at_ms)
      values (${who.providerId}, ${kind}, ${who.subject}, ${tries - 1}::float8, ${nowMs}::bigint)
      on conflict (provider_id, kind, subject) do update
        set remaining = ${filled(nowMs)} - 1, at_ms = case when ${isAhead(nowMs)} then ${nowMs}::bigint else greatest(t.at_ms, ${nowMs}::bigint) end
        where ${filled(nowMs)} >= 1
      returning remaining`.execute(tx);
    return rows[0] === undefined ? null : Math.floor(Number(rows[0].remaining));
  }

  return {
    tryTake: async (tx, who) => (await taken(tx, who, clock.wall().atMs)) !== null,
    async take(tx, who) {
      const nowMs = clock.wall().atMs;
      const remaining = await taken(tx, who, nowMs);
      if (remaining !== null) return remaining;
      const { rows: left } = await sql<{ filled: number }>`
        select ${filled(nowMs)} as filled from shared_tries t where ${isIt(who)}`.execute(tx);
      const retryAfterSeconds = Math.max(1, Math.ceil((1 - Number(left[0]?.filled ?? 0)) / perMs / 1000));
      throw refusal("too-many-tries", { retryAfterSeconds });
    },
    async giveBack(tx, who) {
      await sql`update shared_tries t set remaining = least(${tries}::float8, t.remaining + 1) where ${isIt(who)}`.execute(
        tx,
      );
    },
    async forget(tx, who) {
      await sql`delete from shared_tries t where ${isIt(who)}`.execute(tx);
    },
  };
}
