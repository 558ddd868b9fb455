import { html, nothing } from "lit";
import type { Column } from "../../components/table/table-columns.ts";
import type { Subscription } from "../../data/money/subscriptions.ts";
import { dateTime, money, type Zone } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { hasNoEnd, standing } from "./subscription-words.ts";

export function subscriptionBadge(row: Subscription, zone: Zone) {
  const { text, tone, note } = standing(row, zone, Date.now());
  const notes = [note, row.problem === null ? "" : word("renewalProblem", row.problem)].filter((each) => each !== "");
  return html`<span class="badge ${tone}">${text}</span>${notes.map((each) => html`<br /><span class="soft">${each}</span>`)}`;
}

export const paidUntilOf = (row: Subscription, zone: Zone): string =>
  hasNoEnd(row) ? say("none") : dateTime(row.paidUntilMs, zone);

export function subscriptionColumns(zone: Zone, withCustomer: boolean): Column<Subscription>[] {
  const customer: Column<Subscription> = {
    label: say("customer"),
    cell: (row) =>
      html`<strong>${row.customerName ?? row.phone ?? say("none")}</strong><br /><span class="mono soft">${row.username ?? (row.customerName === null ? "" : row.phone)}</span>`,
  };
  return [
    ...(withCustomer ? [customer] : []),
    {
      label: say("plan"),
      cell: (row) =>
        html`<strong>${planTitle(row.planName)}</strong>${withCustomer ? nothing : html`<br /><span class="mono soft">${row.username ?? say(`subscriptionKind_${row.kind}`)}</span>`}`,
    },
    { label: say("state"), cell: (row) => subscriptionBadge(row, zone) },
    { label: say("paidUntil"), cell: (row) => paidUntilOf(row, zone) },
    { label: say("nextDue"), numeric: true, lead: true, cell: (row) => money(row.dueCents, row.currency) },
  ];
}
