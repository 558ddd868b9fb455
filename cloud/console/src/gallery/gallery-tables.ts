import { html, nothing, type TemplateResult } from "lit";
import type { Column } from "../components/table/table-columns.ts";
import "../components/table/data-table.ts";
import "../components/dates/date-range.ts";
import { toast } from "../components/overlay/toast.ts";
import { type Filter, filterChips, filterFields, siteFilter, stateFilter } from "../components/table/list-filters.ts";
import { listPager } from "../components/table/list-page.ts";
import { dateTime, money, type Zone } from "../strings/format.ts";
import { say } from "../strings/strings.ts";
import { type SampleRow, sampleRows } from "./samples.ts";

/** Tables that load, failed, are empty, are full; filters, of which some are set. */
export function galleryTables(zone: Zone): TemplateResult[] {
  const columns: Column<SampleRow>[] = [
    { label: say("name"), sort: "name", cell: (row) => row.name },
    { label: say("phone"), cell: (row) => html`<span class="mono">${row.phone}</span>` },
    { label: say("time"), cell: (row) => dateTime(row.atMs, zone) },
    { label: say("state"), cell: (row) => html`<span class="badge ${row.state}">${say("state")}</span>` },
    { label: say("note"), isExtra: true, cell: () => say("none") },
    { label: say("amount"), sort: "amount", numeric: true, lead: true, cell: (row) => money(row.cents, "KES") },
  ];
  const bulk = [
    { text: say("save"), run: (rows: readonly SampleRow[]) => toast(String(rows.length)) },
    { text: say("switchOff"), isDanger: true, run: () => {} },
  ];
  const table = (caption: string, state: { rows: readonly SampleRow[] | null; isFull?: boolean; error?: string }) =>
    html`<div class="card panel">
      <data-table
        class=${caption}
        caption=${caption}
        .columns=${columns}
        .rows=${state.rows}
        emptyText=${say("noPayments")}
        .emptyAction=${html`<button class="primary">${say("sell")}</button>`}
        errorText=${state.error ?? ""}
        retryText=${say("retry")}
        .count=${state.isFull ? { count: 10_000, isMore: true } : null}
        .name=${state.isFull ? "gallery" : ""}
        .bulk=${state.isFull ? bulk : []}
        .rowName=${(row: SampleRow) => row.name}
        .rowKey=${(row: SampleRow) => row.id}
        .rowHref=${state.isFull ? (row: SampleRow) => `#/gallery?row=${row.id}` : null}
        openHref="#/gallery?row=1"
        sort="-amount"
      ></data-table>
    </div>`;
  return [
    filters(zone),
    table("full", { rows: sampleRows(6), isFull: true }),
    html`<div class="panel">
      ${listPager({
        rows: sampleRows(6),
        count: { count: 10_000, isMore: true },
        firstRow: 101,
        nextCursor: "next",
        hasEarlier: true,
        hasPrevious: true,
        isSecond: false,
        next: async () => {},
        previous: async () => {},
        restart: async () => {},
      })}
    </div>`,
    table("loading", { rows: null }),
    table("empty", { rows: [] }),
    table("error", { rows: null, error: say("hubAway") }),
  ];
}

function filters(zone: Zone): TemplateResult {
  const all: Filter<string>[] = [
    stateFilter("state", ["paid", "failed"]),
    siteFilter(new Map([["1", "Market square"]])),
    { name: "phone", label: say("phone"), placeholder: "07…", inputmode: "tel" },
    { days: zone },
  ];
  const values = { state: "paid", siteId: "1", from: "2026-11-03", to: "2026-11-05" };
  const choose = () => {};
  return html`<div class="filters">${filterFields(all, values, choose)} ${nothing}</div>
    ${filterChips(all, values, choose, () => "2026-11-20")}`;
}
