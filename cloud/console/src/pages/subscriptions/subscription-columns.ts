import { html, nothing } from "lit";
import type { Column } from "../../components/table/table-columns.ts";
import type { Subscription } from "../../data/money/subscriptions.ts";
import { dateTime, money, type Zone } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";

const tones: Record<Subscription["state"], string> = {
  active: "good",
  grace: "warn",
  over: "bad",
  suspended: "bad",
  paused: "",
  ended: "",
};

export const subscriptionBadge = ({ state, cancelAtEnd, problem }: Subscription) =>
  html`<span class="badge ${tones[state]}">${word("subscription", state)}</span>${cancelAtEnd && state !== "ended" ? html`<br /><span class="soft">${say("cancelledAtEnd")}</span>` : nothing}${problem === null ? nothing : html`<br /><span class="soft">${word("renewalProblem", problem)}</span>`}`;

/** A line that nobody has paid yet has no end, nor has a package that its site has not told of. */
export const paidUntilOf = ({ paidUntilMs, createdAtMs }: Subscription, zone: Zone): string =>
  paidUntilMs === createdAtMs ? say("none") : dateTime(paidUntilMs, zone);

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
    { label: say("state"), cell: subscriptionBadge },
    { label: say("paidUntil"), cell: (row) => paidUntilOf(row, zone) },
    { label: say("nextDue"), numeric: true, lead: true, cell: (row) => money(row.dueCents, row.currency) },
  ];
}
