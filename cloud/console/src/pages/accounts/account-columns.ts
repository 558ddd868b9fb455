import { html } from "lit";
import type { Column } from "../../components/table/table-columns.ts";
import type { Account } from "../../data/catalogue/accounts.ts";
import { dateTime, type Zone } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";

export function accountColumns(zone: Zone): Column<Account>[] {
  return [
    {
      label: say("userName"),
      cell: (row) =>
        html`<strong class="mono">${row.username}</strong><br /><span class="soft">${row.customerName ?? ""}</span>`,
    },
    { label: say("service"), cell: (row) => say(`service_${row.service}`) },
    { label: say("plan"), cell: (row) => planTitle(row.planName) },
    {
      label: say("state"),
      cell: (row) =>
        html`<span class="badge ${row.active ? "good" : "bad"}">${say(row.active ? "active" : "switchedOff")}</span>${row.weakPassword ? html` <span class="badge warn">${say("weakPassword")}</span>` : ""}`,
    },
    {
      label: say("paidUntil"),
      cell: (row) => paidUntil(row, zone),
    },
  ];
}

/** Until when it is let in, or why it is free, or what it waits for. */
export function paidUntil(account: Account, zone: Zone) {
  const { state, freeReason, paidUntilMs } = account;
  if (state === "free")
    return html`<span class="badge">${say("billing_free")}</span><br /><span class="soft">${freeReason}</span>`;
  if (state !== "subscribed")
    return html`<span class="badge warn">${say(state === "awaiting-subscription" ? "accountState_awaiting_subscription" : "accountState_subscription_ended")}</span>`;
  const stands = standsAs(account, Date.now());
  if (paidUntilMs === null) return stands === null ? say("none") : standingBadge(stands);
  return stands === null
    ? dateTime(paidUntilMs, zone)
    : html`${standingBadge(stands)}<br /><span class="soft">${dateTime(paidUntilMs, zone)}</span>`;
}

const standingBadge = (stands: NonNullable<ReturnType<typeof standsAs>>) =>
  html`<span class="badge ${stands === "grace" ? "warn" : "bad"}">${word("subscription", stands)}</span>`;

/** As its subscription says it: a log-in that is switched on may still be let in no more. Null: it is paid. */
function standsAs(
  {
    suspended,
    paidUntilMs,
    graceUntilMs,
    isNeverPaid,
  }: Pick<Account, "suspended" | "paidUntilMs" | "graceUntilMs" | "isNeverPaid">,
  nowMs: number,
): "suspended" | "paused" | "ended" | "over" | "grace" | null {
  if (suspended !== null) return suspended === "paused" || suspended === "ended" ? suspended : "suspended";
  if (isNeverPaid) return nowMs < (graceUntilMs ?? 0) ? "grace" : "over";
  if (paidUntilMs === null || nowMs < paidUntilMs) return null;
  return nowMs < (graceUntilMs ?? paidUntilMs) ? "grace" : "over";
}
