import { displayName } from "@karibu/protocol/plan-name";
import { html, nothing } from "lit";
import type { Column } from "../../components/data-table.ts";
import { listPlans, type Plan } from "../../data/catalogue/plans.ts";
import type { Renewal } from "../../data/money/renewals.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const tones: Record<Renewal["state"], string> = { on: "good", "waiting-for-money": "warn", off: "" };

/** What a list of renewals needs to name its plans and sites. */
export interface RenewalNames {
  readonly plans: readonly Plan[];
  readonly sites: ReadonlyMap<string, string>;
}

export async function readRenewalNames(desk: Desk): Promise<RenewalNames> {
  const [{ items: plans }, sites] = await Promise.all([listPlans({ limit: 100 }), readNames("sites", desk.user)]);
  return { plans, sites };
}

/** Columns of lists of renewals. `onEnd`: switches one off, for whoever may. */
export function renewalColumns(desk: Desk, names: RenewalNames, onEnd: (row: Renewal) => void): Column<Renewal>[] {
  const planName = (planId: string) => {
    const plan = names.plans.find((one) => one.planId === planId);
    return plan === undefined ? say("plan") : displayName(plan.name);
  };
  return [
    { label: say("plan"), cell: (row) => html`<strong>${planName(row.planId)}</strong>` },
    { label: say("site"), cell: (row) => names.sites.get(row.siteId) ?? say("site") },
    {
      label: say("state"),
      cell: (row) =>
        html`<span class="badge ${tones[row.state]}">${word("renewal", row.state)}</span>${row.problem === null ? nothing : html`<br /><span class="soft">${word("renewalProblem", row.problem)}</span>`}`,
    },
    {
      label: say("nextAt"),
      cell: (row) => (row.state === "off" ? say("none") : dateTime(row.nextAtMs, desk.zone)),
    },
    ...(desk.user.permissions.includes("payments.manage")
      ? [
          {
            label: say("change"),
            cell: (row: Renewal) =>
              row.state === "off"
                ? nothing
                : html`<button class="quiet" @click=${() => onEnd(row)}>${say("switchOff")}</button>`,
          },
        ]
      : []),
  ];
}
