/** The states of a provider and the steps between them. `operations/provider-life` has the consequences of each step. */

import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { notFound, type Problem, refusal } from "../../ground/http/problem.ts";
import type { ProviderRow } from "./providers.ts";

const dayMs = 86_400_000;
type State = ProviderRow["state"];
const notDeleted: readonly State[] = ["active", "suspended"];

/** The allowed states before each step, and what the step writes. `graceEndsAtMs` is for steps with a grace. */
const steps = {
  suspend: {
    from: notDeleted,
    to: (nowMs: number, graceEndsAtMs: number) => {
      return { state: "suspended", suspendedAtMs: nowMs, sellsUntilMs: graceEndsAtMs };
    },
  },
  reactivate: {
    from: notDeleted,
    to: () => ({ state: "active", suspendedAtMs: null, sellsUntilMs: null }),
  },
  delete: {
    from: notDeleted,
    to: (nowMs: number, graceEndsAtMs: number) => {
      return { state: "deleted", deletedAtMs: nowMs, purgeAtMs: graceEndsAtMs };
    },
  },
  // A restored provider is active, whatever its former state. Its people log in again.
  restore: {
    from: ["deleted"],
    to: () => ({
      state: "active",
      deletedAtMs: null,
      purgeAtMs: null,
      suspendedAtMs: null,
      sellsUntilMs: null,
    }),
  },
} as const satisfies Record<
  string,
  { from: readonly State[]; to: (nowMs: number, graceEndsAtMs: number) => Partial<ProviderRow> }
>;

export type LifeCycleStep = keyof typeof steps;

/** Throws a Problem 404, or 409 "wrong-state". */
export async function changeProviderState(
  tx: Tx,
  providerId: string,
  asked: { readonly step: LifeCycleStep; readonly graceDays?: number },
  nowMs: number,
): Promise<ProviderRow> {
  const { from, to } = steps[asked.step];
  const row = await tx
    .updateTable("providers")
    .set({ ...to(nowMs, nowMs + (asked.graceDays ?? 0) * dayMs), updatedAtMs: nowMs })
    .where("providerId", "=", providerId)
    .where("providerId", "!=", platformProviderId)
    .where("state", "in", from)
    // Some of its rows are gone.
    .where("purgeBeganAtMs", "is", null)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw await whyNot(tx, providerId);
  return row;
}

/** Its rows are about to be deleted: from then on it can't be restored. False: it is not due, or was restored since. */
export async function notePurge(tx: Tx, providerId: string, nowMs: number): Promise<boolean> {
  const noted = await tx
    .updateTable("providers")
    .set(({ fn, val }) => ({ purgeBeganAtMs: fn.coalesce("purgeBeganAtMs", val(nowMs)) }))
    .where("providerId", "=", providerId)
    .where("state", "=", "deleted")
    .where("purgeAtMs", "<=", nowMs)
    .returning("providerId")
    .executeTakeFirst();
  return noted !== undefined;
}

async function whyNot(tx: Tx, providerId: string): Promise<Problem> {
  const known = await tx
    .selectFrom("providers")
    .select("state")
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  if (known === undefined || providerId === platformProviderId) return notFound("provider");
  return refusal("wrong-state", { value: known.state });
}

/** The provider of a row is in one of these states. @param table the table, or its other name, that has `provider_id` */
export const providerIs = (
  table: string,
  ...among: readonly State[]
): RawBuilder<boolean> => sql`exists (select from providers
  where providers.provider_id = ${sql.ref(`${table}.providerId`)} and providers.state = any (${among}::text[]))`;

/** Nothing of it is left. */
export async function isPurged(tx: Tx, providerId: string): Promise<boolean> {
  const rows = tx.selectFrom("providers").select("providerId").where("providerId", "=", providerId);
  return (await rows.executeTakeFirst()) === undefined;
}

/** How many providers are active, the platform itself not counted; as a column. */
export const activeProvidersCount: RawBuilder<number> = sql`(select count(*) from providers where provider_id <> ${platformProviderId} and state = 'active')`;

/** Providers that were not deleted, with `provider_id`, `name` and `utc_offset_minutes`. Stands after `from` or `join`, with a name. */
export const keptProviders: RawBuilder<unknown> = sql`(select provider_id, name, utc_offset_minutes from providers where state <> 'deleted')`;

/** The same of those that are active, with their `locale` too. */
export const activeProviders: RawBuilder<unknown> = sql`(select provider_id, name, locale, utc_offset_minutes from providers where state = 'active')`;

/** Active ones for which the condition on `providers` holds. */
export const activeProvidersWhere = (tx: Tx, condition: RawBuilder<boolean>) =>
  tx
    .selectFrom("providers")
    .select(["providerId", "utcOffsetMinutes"])
    .where("state", "=", "active")
    .where(condition)
    .orderBy("providerId")
    .execute();

/** Providers of any state, with `provider_id`, `name` and `utc_offset_minutes`. Stands after `from` or `join`, with a name. */
export const allProviders: RawBuilder<unknown> = sql`(select provider_id, name, utc_offset_minutes from providers)`;

/** How many providers there are of each state, the platform itself not counted. */
export async function countProviders(tx: Tx): Promise<Readonly<Record<State, number>>> {
  const { rows } = await sql<{ state: State; count: number }>`
    select state, count(*) from providers where provider_id <> ${platformProviderId} group by state`.execute(tx);
  const counted = { active: 0, suspended: 0, deleted: 0 };
  for (const row of rows) counted[row.state] = row.count;
  return counted;
}

/** Deleted ones whose grace is over. */
export const providersToPurge = (tx: Tx, nowMs: number) =>
  tx
    .selectFrom("providers")
    .select("providerId")
    .where("state", "=", "deleted")
    .where("purgeAtMs", "<=", nowMs)
    .where("providerId", "!=", platformProviderId)
    .orderBy("providerId")
    .execute();

/** Suspended ones whose grace to sell is over, and for which the condition on `providers` holds. */
export const providersOverGrace = (tx: Tx, nowMs: number, condition: RawBuilder<boolean>) =>
  tx
    .selectFrom("providers")
    .select("providerId")
    .where("state", "=", "suspended")
    .where("sellsUntilMs", "<=", nowMs)
    .where(condition)
    .orderBy("providerId")
    .execute();

/** Is the provider of a row there? SQL, for statements of a restore. @param table has `provider_id` */
export const providerIsThere = (table: string): string =>
  `exists (select from providers there where there.provider_id = ${table}.provider_id)`;
