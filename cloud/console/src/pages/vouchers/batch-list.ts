import { displayName } from "@karibu/protocol/plan-name";
import { html, nothing } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Batch, listBatches, vouchersExport } from "../../data/catalogue/vouchers.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, money, today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/export-button.ts";
import "./batch-form.ts";
import "./voucher-search.ts";

class BatchList extends elementWith({
  desk: property<Desk>(),
  adding: state(false),
}) {
  readonly #batches = new ListController<Batch>(this, {
    read: listBatches,
    topics: ["voucher"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const done = () => {
      this.adding = false;
      void this.#batches.reload();
    };
    return html`<div class="head">
        <h1>${say("vouchers")}</h1>
        <span class="row">
          <export-button
            path=${vouchersExport({ batchId: null })}
            file="vouchers-${today(this.desk.zone)}.csv"
          ></export-button>
          ${
            this.desk.user.permissions.includes("vouchers.manage")
              ? html`<button class="primary" aria-expanded=${this.adding} @click=${() => (this.adding = !this.adding)}>
                  ${say("makeVouchers")}
                </button>`
              : nothing
          }
        </span>
      </div>
      <voucher-search .desk=${this.desk}></voucher-search>
      ${this.adding ? html`<batch-form @done=${done}></batch-form>` : nothing}
      ${listCard(this.#batches, {
        caption: say("vouchers"),
        emptyText: say("noBatches"),
        rowHref: (row) => `#/vouchers/${row.batchId}`,
        columns: [
          { label: say("plan"), sort: "plan", cell: (row) => html`<strong>${displayName(row.planName)}</strong>` },
          { label: say("time"), cell: (row) => dateTime(row.createdAtMs, this.desk.zone) },
          { label: say("vouchersMade"), sort: "quantity", numeric: true, cell: (row) => row.codes },
          {
            label: say("state"),
            cell: (row) =>
              row.state === "making"
                ? html`<span class="badge warn">${say("making", { percent: row.progressPercent })}</span>`
                : row.state === "failed"
                  ? html`<span class="badge bad">${say("batchFailed")}</span>`
                  : html`<span class="badge ${row.active ? "good" : ""}">${say(row.active ? "active" : "inactive")}</span>`,
          },
          {
            label: say("price"),
            sort: "price",
            numeric: true,
            lead: true,
            cell: (row) => money(row.priceCents, row.currency),
          },
        ],
      })}`;
  }
}
customElements.define("batch-list", BatchList);
