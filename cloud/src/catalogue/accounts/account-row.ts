/** An account as its sites know it. Pure. */

import type { CustomerAccountBody } from "@karibu/protocol/accounts/customer-account";
import type { Terms } from "@karibu/protocol/plan";
import { kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import type { Selectable } from "kysely";
import type { Schema } from "../../ground/db/schema.ts";
import type { OwnLimits, Standing } from "./account-standing.ts";

export type AccountRow = Selectable<Schema["accounts"]>;

/** Nobody pays for it: no end. */
export const freeStanding: Standing = {
  paidUntilMs: null,
  graceUntilMs: null,
  suspended: null,
  afterEnd: null,
  period: null,
};

/** It is billed, and has no subscription yet: not let in. Its sites write the word beside the refusal. */
export const awaitingStanding: Standing = { ...freeStanding, suspended: "awaiting-subscription" };

/** How it stands, for people. */
export type AccountState = "free" | "awaiting-subscription" | "subscribed" | "subscription-ended";

export function accountStateOf({ billing, standing }: Pick<AccountRow, "billing" | "standing">): AccountState {
  if (billing === "free") return "free";
  if (standing.suspended === awaitingStanding.suspended) return "awaiting-subscription";
  return standing.suspended === "ended" ? "subscription-ended" : "subscribed";
}

/** The plan's terms with what differs. The end is the subscription's: a plan's validity is for what is bought once. */
export function termsOf(plan: Terms, own: OwnLimits): Terms {
  const speed = (limit: number | null, usual: Terms["downKbps"]) => (limit === null ? usual : kbps(limit));
  const hasOwnSpeed = own.downKbps !== null || own.upKbps !== null;
  return {
    ...plan,
    validitySeconds: null,
    validUntilMs: null,
    downKbps: speed(own.downKbps, plan.downKbps),
    upKbps: speed(own.upKbps, plan.upKbps),
    burst: hasOwnSpeed ? null : plan.burst,
    devices: own.devices ?? plan.devices,
  };
}

/** A line's terms with other limits of its own: what does not differ stays as it was sold, also where its plan was changed since. */
export function termsWith(
  terms: Terms,
  { plan, before, own }: { readonly plan: Terms; readonly before: OwnLimits; readonly own: OwnLimits },
): Terms {
  const fresh = termsOf(plan, own);
  const differs = (limit: keyof OwnLimits) => before[limit] !== own[limit];
  return {
    ...terms,
    ...(differs("downKbps") ? { downKbps: fresh.downKbps } : {}),
    ...(differs("upKbps") ? { upKbps: fresh.upKbps } : {}),
    ...(differs("downKbps") || differs("upKbps") ? { burst: fresh.burst } : {}),
    ...(differs("devices") ? { devices: fresh.devices } : {}),
  };
}

/** @param customerIsOff a customer who was switched off gets nothing, not even the page that takes a payment */
export function feedBodyOf(
  row: AccountRow,
  secrets: { readonly ntHash: string; readonly clearPassword: string | null },
  customerIsOff: boolean,
): CustomerAccountBody {
  const { paidUntilMs, graceUntilMs, suspended, resumes, afterEnd, period, nextPeriods = [] } = row.standing;
  const next = nextPeriods.map(({ fromMs, ...named }) => ({ fromMs: unixMs(fromMs), ...named }));
  const reason = customerIsOff ? "" : suspended;
  return {
    accountId: row.accountId,
    username: row.username,
    service: row.service,
    ntHash: secrets.ntHash,
    ...(secrets.clearPassword === null ? {} : { clearPassword: secrets.clearPassword }),
    planName: row.planName,
    terms: { ...row.terms, validUntilMs: paidUntilMs === null ? null : unixMs(paidUntilMs) },
    active: row.active && row.deletedAtMs === null,
    ...graceOf(paidUntilMs, graceUntilMs),
    ...(reason === null ? {} : { suspended: { reason } }),
    ...(resumes === undefined || customerIsOff ? {} : { resumes: resumesOf(resumes) }),
    ...(afterEnd === null || customerIsOff ? {} : { afterEnd }),
    ...(period === null ? {} : { period }),
    ...(next.length === 0 ? {} : { nextPeriods: next }),
    ...(row.macs.length === 0 ? {} : { macs: row.macs }),
    ...(row.address === null ? {} : { address: row.address }),
  };
}

const graceOf = (paidUntilMs: number | null, graceUntilMs: number | null) => {
  const graceMs = paidUntilMs === null || graceUntilMs === null ? 0 : Math.max(0, graceUntilMs - paidUntilMs);
  return graceMs === 0 ? {} : { graceSeconds: seconds(Math.floor(graceMs / 1000)) };
};

const resumesOf = ({ atMs, paidUntilMs, graceUntilMs, afterEnd }: NonNullable<Standing["resumes"]>) => ({
  atMs: unixMs(atMs),
  paidUntilMs: unixMs(paidUntilMs),
  ...graceOf(paidUntilMs, graceUntilMs),
  ...(afterEnd === null ? {} : { afterEnd }),
});
