/** How tickets are written in lists and on their page. */
import { html, nothing, type TemplateResult } from "lit";
import type { Column } from "../../components/table/table-columns.ts";
import { dateTime, duration, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import type { Ticket } from "./tickets.ts";

export const kinds = ["connection", "speed", "payment", "account", "equipment", "other"] as const;
export const priorities = ["low", "normal", "high", "urgent"] as const;
export const states = ["open", "reopened", "waiting", "solved", "closed"] as const;

export const stateBadge = ({ state }: Pick<Ticket, "state">): TemplateResult =>
  html`<span class="badge ${state === "solved" ? "good" : state === "closed" ? "" : state === "waiting" ? "" : "warn"}"
    >${word("ticket_state", state)}</span
  >`;

export const lateBadge = ({ late }: Pick<Ticket, "late">): TemplateResult | typeof nothing =>
  late === null ? nothing : html`<span class="badge bad">${word("ticket_late", late)}</span>`;

export const priorityBadge = ({ priority }: Pick<Ticket, "priority">): TemplateResult | typeof nothing =>
  priority === "normal" || priority === "low"
    ? html`${word("priority", priority)}`
    : html`<span class="badge ${priority === "urgent" ? "bad" : "warn"}">${word("priority", priority)}</span>`;

export const workTime = (workMs: number | null): string =>
  workMs === null ? say("none") : duration(Math.round(workMs / 1000));

export function ticketColumns(zone: Zone): Column<Ticket>[] {
  return [
    {
      label: say("subject"),
      cell: (row) => html`<strong><span class="soft number">#${row.number}</span> ${row.subject}</strong>`,
    },
    { label: say("state"), lead: true, cell: (row) => html`${stateBadge(row)} ${lateBadge(row)}` },
    { label: say("customer"), cell: (row) => row.customerName ?? say("none") },
    { label: say("priority"), cell: (row) => html`${priorityBadge(row)}` },
    { label: say("assignedTo"), isNamed: true, cell: (row) => row.assignedToName ?? say("nobodyYet") },
    { label: say("site"), isExtra: true, cell: (row) => row.siteName ?? say("none") },
    { label: say("time"), sort: "changed", cell: (row) => dateTime(row.changedAtMs, zone) },
  ];
}
