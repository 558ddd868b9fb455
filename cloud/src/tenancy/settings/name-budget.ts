/**
 * How many new names below the hub's are given. Each is a certificate of the hub's own domain, and the authority gives some fifty a week, to all
 * providers together (renewals do not count).
 *
 * Attackers and what stops them. Who chooses another name each minute: a provider has three a week, and a name that it had before costs nothing.
 * Who signs up a hundred times and takes one name each: the newcomers of two weeks share half of what there is, so the providers that are there
 * already find names left. Who waits two weeks with them: all together never take the whole, so the hub's own further names
 * (`KARIBU_OTHER_HOSTS`) get their certificates in any case. Two processes at once: they are counted one after the other, under a lock.
 */

import type { Clock } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { refusal } from "../../ground/http/problem.ts";
import { readProviderRow } from "../providers/providers.ts";
import { isMadeAfter, isSubdomainTaken } from "../providers/subdomains.ts";

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const newcomerMs = 14 * dayMs;
/** By then nobody asks the authority again for a name that is not used. */
export const namesKeptMs = 60 * dayMs;
/** In a week. Let's Encrypt gives 50 certificates per registered domain. */
const namesMax = { ofOne: 3, ofNewcomers: 20, ofAll: 40 } as const;

/** Names that were chosen in the last week, by when. */
export interface ChosenNames {
  readonly ofOne: readonly number[];
  readonly ofNewcomers: readonly number[];
  readonly ofAll: readonly number[];
}

/** Null: there is a name left. Else when there will be one. Pure. @param isNewcomer signed up less than two weeks ago */
export function nextNameAtMs(chosen: ChosenNames, isNewcomer: boolean): number | null {
  const limits = [
    { atMs: chosen.ofOne, max: namesMax.ofOne },
    { atMs: chosen.ofAll, max: namesMax.ofAll },
    ...(isNewcomer ? [{ atMs: chosen.ofNewcomers, max: namesMax.ofNewcomers }] : []),
  ];
  // The one after which fewer than the most are left in the week.
  const freeAtMs = limits.map(({ atMs, max }) => atMs.toSorted((a, b) => b - a)[max - 1]);
  const used = freeAtMs.filter((atMs) => atMs !== undefined);
  return used.length === 0 ? null : Math.max(...used) + weekMs;
}

/**
 * Before the provider takes the name. A name that somebody else has takes nothing: the change itself is refused.
 * Throws a Problem 429 that says when to come back.
 */
export async function takeName(
  clock: Clock,
  database: Database,
  { providerId, name }: { readonly providerId: string; readonly name: string },
): Promise<void> {
  const nowMs = clock.wall().atMs;
  await database.asPlatform("subdomains", async (tx) => {
    await lockName(tx, "subdomain-names");
    if (await isSubdomainTaken(tx, name)) return;
    const { rows } = await sql<{ providerId: string; name: string; chosenAtMs: number; isNewcomer: boolean }>`
      select n.provider_id, n.name, n.chosen_at_ms, ${isMadeAfter("n", nowMs - newcomerMs)} as is_newcomer
      from subdomain_names n
      where n.chosen_at_ms > ${nowMs - weekMs}::bigint or (n.provider_id = ${providerId} and n.name = ${name})`.execute(
      tx,
    );
    if (rows.some((row) => row.providerId === providerId && row.name === name)) return;
    const times = (of: typeof rows) => of.map((row) => Number(row.chosenAtMs));
    const own = await readProviderRow(tx, providerId);
    const freeAtMs = nextNameAtMs(
      {
        ofOne: times(rows.filter((row) => row.providerId === providerId)),
        ofNewcomers: times(rows.filter((row) => row.isNewcomer)),
        ofAll: times(rows),
      },
      own.createdAtMs > nowMs - newcomerMs,
    );
    if (freeAtMs !== null) {
      const retryAfterSeconds = Math.max(1, Math.ceil((freeAtMs - nowMs) / 1000));
      throw refusal("too-many-tries", { retryAfterSeconds });
    }
    await tx
      .insertInto("subdomain_names")
      .values({ providerId, name, chosenAtMs: nowMs })
      .onConflict((on) => on.doNothing())
      .execute();
  });
}
