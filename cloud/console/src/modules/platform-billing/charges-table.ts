import { html, type TemplateResult } from "lit";
import "../../components/table/data-table.ts";
import { dateTime, money, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import type { OwnSubscription } from "./platform-billing.ts";

type Charge = OwnSubscription["charges"][number];
const tones = { issued: "warn", paid: "good", void: "" } as const;

/** The platform's invoices to one provider. `more`: what can be done with an open one. */
export function chargesTable(
  charges: readonly Charge[],
  zone: Zone,
  more?: (charge: Charge) => TemplateResult,
): TemplateResult {
  const columns = [
    { label: say("plan"), cell: (row: Charge) => html`<strong>${row.planName}</strong>` },
    { label: say("period"), cell: (row: Charge) => `${dateTime(row.fromMs, zone)} – ${dateTime(row.untilMs, zone)}` },
    { label: say("dueOn"), cell: (row: Charge) => dateTime(row.dueAtMs, zone) },
    {
      label: say("state"),
      cell: (row: Charge) => html`<span class="badge ${tones[row.state]}">${word("charge", row.state)}</span>`,
    },
    { label: say("amount"), numeric: true, cell: (row: Charge) => money(row.amountCents, row.currency) },
    ...(more === undefined
      ? []
      : [{ label: "", cell: (row: Charge) => (row.state === "issued" ? more(row) : html``) }]),
  ];
  return html`<data-table
    caption=${say("karibuInvoices")}
    emptyText=${say("noKaribuInvoices")}
    .columns=${columns}
    .rows=${charges}
  ></data-table>`;
}
