import { html, nothing } from "lit";
import type { Column } from "../../components/table/table-columns.ts";
import type { ListedDocument } from "../../data/money/documents.ts";
import { day, money, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

export const fiscalTones = { waiting: "warn", accepted: "good", refused: "bad" } as const;

/** Of lists of documents, wherever they stand. */
export function documentColumns(zone: Zone): Column<ListedDocument>[] {
  return [
    {
      label: say("document"),
      cell: (row) =>
        html`<strong class="mono nowrap">${row.number}</strong><br /><span class="soft">${word("docKind", row.kind)}</span>`,
    },
    {
      label: say("customerName"),
      cell: (row) => html`<span class="roomy">${row.customerName ?? say("walkIn")}</span>`,
    },
    { label: say("issuedOn"), cell: (row) => html`<span class="nowrap">${day(row.issuedOn, zone)}</span>` },
    {
      label: say("fiscal"),
      cell: (row) =>
        row.fiscalState === null
          ? nothing
          : html`<span class="badge ${fiscalTones[row.fiscalState]}">${word("fiscal", row.fiscalState)}</span>`,
    },
    { label: say("vat"), numeric: true, cell: (row) => money(row.vatCents, row.currency) },
    { label: say("total"), numeric: true, lead: true, cell: (row) => money(row.totalCents, row.currency) },
  ];
}
