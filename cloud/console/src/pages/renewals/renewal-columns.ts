import { html, nothing } from "lit";
import type { AppContext } from "../../components/app-element.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import type { PageActions } from "../../components/page-actions.ts";
import type { Column } from "../../components/table/table-columns.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { endRenewal, type Renewal } from "../../data/money/renewals.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";

const tones: Record<Renewal["state"], string> = { on: "good", "waiting-for-money": "warn", off: "" };

/** The plans and sites that the rows of a list of renewals name by id. */
export interface RenewalNames {
  readonly plans: readonly Plan[];
  readonly sites: Names;
}
export const noRenewalNames: RenewalNames = { plans: [], sites: noNames };

export async function readRenewalNames({ user }: AppContext): Promise<RenewalNames> {
  const [plans, sites] = await Promise.all([plansToChoose(), readNames("sites", user)]);
  return { plans, sites };
}

/** The columns of a list of renewals. `onEnd` runs when a user with the permission ends one. */
export function renewalColumns(app: AppContext, names: RenewalNames, onEnd: (row: Renewal) => void): Column<Renewal>[] {
  const planName = (planId: string) => {
    const plan = names.plans.find((each) => each.planId === planId);
    return plan === undefined ? say("plan") : planTitle(plan.name);
  };
  const columns: Column<Renewal>[] = [
    { label: say("plan"), cell: (row) => html`<strong>${planName(row.planId)}</strong>` },
    { label: say("site"), cell: (row) => names.sites.get(row.siteId) ?? say("site") },
    {
      label: say("state"),
      cell: (row) =>
        html`<span class="badge ${tones[row.state]}">${word("renewal", row.state)}</span>${row.problem === null ? nothing : html`<br /><span class="soft">${word("renewalProblem", row.problem)}</span>`}`,
    },
    {
      label: say("nextAt"),
      cell: (row) => (row.state === "off" ? say("none") : dateTime(row.nextAtMs, app.zone)),
    },
  ];
  const button = (row: Renewal) =>
    row.state === "off"
      ? nothing
      : html`<button class="quiet danger" @click=${() => onEnd(row)}>${say("endRenewal")}</button>`;
  return app.user.permissions.includes("payments.manage")
    ? [...columns, { label: say("change"), cell: button }]
    : columns;
}

/** Ends a renewal, after a question. */
export async function endRenewalOf(row: Renewal, actions: PageActions): Promise<void> {
  if (!(await ask(say("endRenewalSure"), say("endRenewal"), { danger: true }))) return;
  await actions.run(`end/${row.id}`, () => endRenewal(row.id));
}
