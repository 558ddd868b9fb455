/** What the platform earns from its providers, in figures. */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { subscriptionStates } from "./own-subscription-routes.ts";
import { believedMs } from "./subscription-policy.ts";

const amount = z.object({ currency: z.string(), amountCents: z.int() });

export const figuresView = z.object({
  /** What the plans of those who are past their trial come to in a month, without those whose sales are stopped. */
  monthly: z.array(amount),
  /** Due and not paid. */
  arrears: z.array(amount),
  trials: z.int(),
  paying: z.int(),
  owing: z.int(),
  /** Whose period of 30 days ago was charged, and who had not left by then. */
  paidBefore: z.int(),
  /** Those of them who left since: ended, deleted, or their sales were stopped. */
  left: z.int(),
  /** `left` of `paidBefore`, permille. Who began since, and who left in the trial, is in neither. */
  churnPermille: z.int(),
  /** Those who owe first; at most 500. */
  items: z.array(
    z.object({
      providerId: z.string(),
      providerName: z.string(),
      planName: z.string(),
      priceCents: z.int(),
      currency: z.string(),
      state: z.enum(subscriptionStates),
      owedCents: z.int(),
      /** Of the oldest that is owed: a plan may have come with another. */
      owedCurrency: z.string(),
      trialEndsAtMs: z.int(),
    }),
  ),
});

const monthMs = 30 * 86_400_000;
const itemsMax = 500;

/** A provider's subscription with what it owes, as the database has it. */
export interface FigureRow {
  readonly providerId: string;
  readonly name: string;
  readonly planName: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly everyMonths: number;
  readonly anchorMs: number;
  readonly endedAtMs: number | null;
  readonly arrearsAtMs: number | null;
  readonly salesStoppedAtMs: number | null;
  /** Null: it is not deleted. */
  readonly deletedAtMs: number | null;
  readonly owedCents: number;
  readonly owedCurrency: string | null;
  readonly isOwing: boolean;
  /** Was the period of 30 days ago charged, and not forgiven? */
  readonly wasCharged: boolean;
}

/** In a transaction of the platform. */
export async function billingFigures(tx: Tx, nowMs: number): Promise<z.input<typeof figuresView>> {
  const { rows } = await sql<FigureRow>`
    with owed as (
      select c.provider_id, c.currency, c.amount_cents, c.period,
        coalesce((select max(t.changed_at_ms) from invoice_prompts t where t.provider_id = 'platform'
          and t.invoice_id = c.invoice_id and t.state = 'paid'), 0) <= ${nowMs - believedMs}::bigint as is_held
      from platform_charges c join invoices i on i.provider_id = 'platform' and i.invoice_id = c.invoice_id
      where i.state = 'issued' and c.due_at_ms <= ${nowMs}::bigint
    ), oldest as (select distinct on (provider_id) provider_id, currency from owed order by provider_id, period)
    select s.provider_id, p.name, plan.name as plan_name, plan.price_cents, plan.currency, plan.every_months, s.anchor_ms,
      s.ended_at_ms, p.arrears_at_ms, p.sales_stopped_at_ms, case when p.state = 'deleted' then p.deleted_at_ms end as deleted_at_ms,
      exists (select from platform_charges c join invoices i on i.provider_id = 'platform' and i.invoice_id = c.invoice_id
        where c.provider_id = s.provider_id and c.amount_cents > 0 and i.state <> 'void'
          and c.from_ms <= ${nowMs - monthMs}::bigint and c.until_ms > ${nowMs - monthMs}::bigint) as was_charged,
      o.currency as owed_currency,
      coalesce((select sum(c.amount_cents) from owed c where c.provider_id = s.provider_id and c.currency = o.currency), 0) as owed_cents,
      exists (select from owed c where c.provider_id = s.provider_id and c.is_held) as is_owing
    from platform_subscriptions s
      join providers p on p.provider_id = s.provider_id
      join platform_plans plan on plan.provider_id = 'platform' and plan.plan_id = s.plan_id
      left join oldest o on o.provider_id = s.provider_id
    where p.state <> 'deleted' or p.deleted_at_ms > ${nowMs - monthMs}::bigint
    order by owed_cents desc, p.name, s.provider_id`.execute(tx);
  return figuresOf(rows, nowMs);
}

/** Pure. @param rows those that owe most first; of deleted providers those of the last 30 days */
export function figuresOf(rows: readonly FigureRow[], nowMs: number): z.input<typeof figuresView> {
  const all = rows
    .filter(({ deletedAtMs }) => deletedAtMs === null)
    .map((row) => ({
      providerId: row.providerId,
      providerName: row.name,
      planName: row.planName,
      priceCents: Number(row.priceCents),
      currency: row.currency,
      state: stateOf(row, nowMs),
      owedCents: Number(row.owedCents),
      owedCurrency: row.owedCurrency ?? row.currency,
      trialEndsAtMs: Number(row.anchorMs),
      monthlyCents: Math.round(Number(row.priceCents) / row.everyMonths),
    }));
  const paying = all.filter(
    ({ state, priceCents }) => priceCents > 0 && ["active", "arrears", "read-only"].includes(state),
  );
  const owing = all.filter(({ owedCents }) => owedCents > 0);
  const leftAtMs = (row: FigureRow): number =>
    Math.min(...[row.endedAtMs, row.salesStoppedAtMs, row.deletedAtMs].map((at) => Number(at ?? Infinity)));
  const paidBefore = rows.filter((row) => row.wasCharged && leftAtMs(row) > nowMs - monthMs);
  const left = paidBefore.filter((row) => leftAtMs(row) <= nowMs);
  return {
    monthly: summed(paying.map(({ currency, monthlyCents }) => ({ currency, amountCents: monthlyCents }))),
    arrears: summed(owing.map(({ owedCurrency, owedCents }) => ({ currency: owedCurrency, amountCents: owedCents }))),
    trials: all.filter(({ state }) => state === "trial").length,
    paying: paying.length,
    owing: owing.length,
    paidBefore: paidBefore.length,
    left: left.length,
    churnPermille: paidBefore.length === 0 ? 0 : Math.round((left.length * 1000) / paidBefore.length),
    items: all.slice(0, itemsMax),
  };
}

function stateOf(
  row: {
    readonly anchorMs: number;
    readonly endedAtMs: number | null;
    readonly arrearsAtMs: number | null;
    readonly salesStoppedAtMs: number | null;
    readonly isOwing: boolean;
  },
  nowMs: number,
): (typeof subscriptionStates)[number] {
  if (row.salesStoppedAtMs !== null) return "stopped";
  if (row.arrearsAtMs !== null) return "read-only";
  if (row.isOwing) return "arrears";
  if (row.endedAtMs !== null) return "ended";
  return nowMs < Number(row.anchorMs) ? "trial" : "active";
}

function summed(amounts: readonly { readonly currency: string; readonly amountCents: number }[]) {
  const sums = new Map<string, number>();
  for (const { currency, amountCents } of amounts) sums.set(currency, (sums.get(currency) ?? 0) + amountCents);
  return [...sums].map(([currency, amountCents]) => ({ currency, amountCents }));
}
