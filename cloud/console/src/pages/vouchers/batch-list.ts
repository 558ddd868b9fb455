import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { planTitle } from "../../strings/plan-title.ts";
import "../../components/table/export-button.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type Batch, type ListedBatch, listBatches, vouchersExport } from "../../data/catalogue/vouchers.ts";
import { type Names, readNames } from "../../data/names.ts";
import { dateTime, money, today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "./batch-form.ts";
import "./voucher-search.ts";

/** The batches of vouchers, and the search for one code. */
class BatchList extends appElement() {
  readonly #batches = new ListController<ListedBatch, "siteId">(this, {
    read: listBatches,
    topics: ["voucher"],
    filters: ["siteId"],
    isCounted: true,
  });
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });

  override render() {
    // One is there to print them: the batch opens, with its button to print.
    const done = ({ detail: { batchId } }: CustomEvent<Batch>) => {
      this.#batches.toggleAdding();
      void this.#batches.reload();
      location.hash = `#/vouchers/${encodeURIComponent(batchId)}`;
    };
    return listPage(this.#batches, {
      title: say("vouchers"),
      name: "batches",
      emptyText: say("noBatches"),
      narrow: [siteFilter(this.#sites.value)],
      beside: html`<export-button
        path=${vouchersExport({ batchId: null })}
        file="vouchers-${today(this.app.zone)}.csv"
        hasXlsx
      ></export-button>`,
      above: html`<voucher-search .app=${this.app}></voucher-search>`,
      add: this.may("vouchers.manage") && {
        text: say("makeVouchers"),
        form: () => html`<batch-form .app=${this.app} @done=${done}></batch-form>`,
      },
      rowHref: (row) => `#/vouchers/${row.batchId}`,
      columns: [
        {
          label: say("plan"),
          sort: "plan",
          cell: (row) =>
            html`<span class="nowrap"><strong>${planTitle(row.planName)}</strong>${row.prefix === "" ? nothing : html` <span class="mono soft">${row.prefix}…</span>`}</span>`,
        },
        { label: say("site"), cell: (row) => this.#sites.value?.get(row.siteId ?? "") ?? say("none") },
        {
          label: say("batchMadeAt"),
          isNamed: true,
          sort: "made",
          cell: (row) => dateTime(row.createdAtMs, this.app.zone),
        },
        {
          label: say("printedAt"),
          isNamed: true,
          cell: (row) => (row.printedAtMs === null ? say("notYet") : dateTime(row.printedAtMs, this.app.zone)),
        },
        { label: say("vouchersMade"), sort: "quantity", numeric: true, cell: (row) => row.codes },
        {
          label: say("vouchersUsed"),
          numeric: true,
          cell: (row) =>
            row.codes === 0 ? row.used : html`${row.used} <span class="soft">(${percentUsed(row)} %)</span>`,
        },
        { label: say("state"), cell: stateBadge },
        {
          label: say("price"),
          sort: "price",
          numeric: true,
          lead: true,
          cell: (row) => money(row.priceCents, row.currency),
        },
      ],
    });
  }
}
customElements.define("batch-list", BatchList);

/** Whole per cent: 100 only when all are used, 0 only when none is. */
function percentUsed({ used, codes }: Pick<ListedBatch, "used" | "codes">): number {
  if (used === 0 || used >= codes) return used === 0 ? 0 : 100;
  return Math.min(99, Math.max(1, Math.round((100 * used) / codes)));
}

function stateBadge({ state, progressPercent, active }: Batch) {
  if (state === "making") return html`<span class="badge warn">${say("making", { percent: progressPercent })}</span>`;
  if (state === "failed") return html`<span class="badge bad">${say("batchFailed")}</span>`;
  return html`<span class="badge ${active ? "good" : ""}">${say(active ? "active" : "inactive")}</span>`;
}
