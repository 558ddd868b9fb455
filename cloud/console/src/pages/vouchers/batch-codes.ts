import { displayName } from "@karibu/protocol/plan-name";
import { css, html, nothing } from "lit";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  type Batch,
  batchCodes,
  batchPath,
  listVouchers,
  switchBatch,
  switchVoucher,
  type Voucher,
  vouchersExport,
} from "../../data/catalogue/vouchers.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, money, today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { printSheet, readCodes } from "./print-sheet.ts";
import "../../components/export-button.ts";
import "./batch-sites.ts";
import { voucherColumns } from "./voucher-columns.ts";
import { voucherRefund } from "./voucher-refund.ts";

const voucherStates = ["active", "used", "expired", "disabled"] as const;

/** One batch: what it is, its codes, to be printed, saved or switched off. */
class BatchCodes extends elementWith({
  desk: property<Desk>(),
  batchId: property(""),
  sites: state<ReadonlyMap<string, string>>(new Map()),
  /** Only codes in this state; empty: all. */
  state: state(""),
  /** The voucher whose price goes back. */
  refunding: state<Voucher | null>(null),
}) {
  readonly #deeds = new Deeds(this);
  readonly #batch = new ReadController<Batch>(this, {
    path: () => batchPath(this.batchId),
    topics: ["voucher"],
    events: () => this.desk.events,
  });
  readonly #vouchers = new ListController<Voucher>(this, {
    read: async (cursor) => {
      this.sites = await readNames("sites", this.desk.user);
      return listVouchers(this.#filters(), cursor);
    },
    topics: ["voucher", "session", "grant"],
    events: () => this.desk.events,
  });

  #filters() {
    return { batchId: this.batchId, state: this.state || null };
  }

  static override styles = [
    sharedStyles,
    css`
      .sheet {
        display: none;
      }
      @media print {
        .screen {
          display: none;
        }
        .sheet {
          display: grid;
          grid-template-columns: repeat(4, 1fr);
          gap: 2mm;
        }
        .voucher {
          border: 1px dashed #000;
          padding: 3mm;
          text-align: center;
          break-inside: avoid;
          color: #000;
        }
        .voucher .code {
          font-family: var(--mono);
          font-size: 13pt;
          font-weight: 700;
        }
        .voucher .name,
        .voucher .plan,
        .voucher .how {
          font-size: 8pt;
        }
      }
    `,
  ];

  override render() {
    const batch = this.#batch.value;
    const mayChange = this.desk.user.permissions.includes("vouchers.manage");
    return html`<div class="screen">
        <div class="head">
          <h1>${batch === null ? say("batch") : displayName(batch.planName)}</h1>
          <a href="#/vouchers">${say("vouchers")}</a>
        </div>
        ${this.#deeds.notice()} ${this.#batch.render((value) => this.#facts(value, mayChange))}
        ${this.refunding === null ? nothing : this.#refund(this.refunding)}
        ${this.#filterBar()}
        ${listCard(this.#vouchers, {
          caption: say("batch"),
          emptyText: say(this.state === "" ? "noCodesYet" : "nothingFound"),
          columns: voucherColumns(this.desk, {
            switch: (row) => void this.#switchOne(row),
            refund: (row) => {
              this.refunding = row;
            },
          }),
        })}
      </div>
      <div class="sheet"></div>`;
  }

  #filterBar() {
    const choose = (event: Event) => {
      this.state = (event.target as HTMLSelectElement).value;
      void this.#vouchers.reload();
    };
    return html`<div class="filters">
      <label
        >${say("state")}<select @change=${choose}>
          <option value="">${say("allStates")}</option>
          ${voucherStates.map((state) => html`<option value=${state}>${word("voucher", state)}</option>`)}
        </select></label
      >
      <export-button
        path=${vouchersExport(this.#filters())}
        file="vouchers-${today(this.desk.zone)}.csv"
      ></export-button>
    </div>`;
  }

  #facts(batch: Batch, mayChange: boolean) {
    const { zone } = this.desk;
    return html`<section class="card pad panel">
        ${
          batch.state === "making"
            ? html`<span class="badge warn">${say("making", { percent: batch.progressPercent })}</span>`
            : html`<span class="badge ${batch.active ? "good" : "bad"}">${say(batch.active ? "active" : "inactive")}</span>`
        }
        ${facts([
          [say("vouchersMade"), batch.codes.toLocaleString("en")],
          [say("price"), money(batch.priceCents, batch.currency)],
          [say("homeSite"), batch.siteId === null ? null : (this.sites.get(batch.siteId) ?? say("site"))],
          [say("time"), dateTime(batch.createdAtMs, zone)],
          batch.expiresAtMs === null ? null : [say("until"), dateTime(batch.expiresAtMs, zone)],
        ])}
        ${
          mayChange && batch.state === "ready"
            ? html`<p class="row below">
                <button class="primary" @click=${this.#print}>${say("print")}</button>
                <button @click=${this.#download}>${say("downloadCsv")}</button>
                <button class="quiet" @click=${() => this.#switch(batch)}>${say(batch.active ? "switchOff" : "switchOn")}</button>
              </p>`
            : nothing
        }
      </section>
      ${
        mayChange && this.sites.size > 1
          ? html`<batch-sites .desk=${this.desk} .batchId=${batch.batchId} .sites=${this.sites}></batch-sites>`
          : nothing
      }`;
  }

  #refund(voucher: Voucher) {
    return voucherRefund(voucher, {
      done: (told) => {
        this.refunding = null;
        this.#deeds.tell(told);
        void this.#vouchers.reload();
      },
      cancel: () => {
        this.refunding = null;
      },
    });
  }

  #print() {
    return this.#deeds.run(
      "print",
      () => batchCodes(this.batchId),
      (csv) => {
        printSheet(this.renderRoot.querySelector(".sheet") as HTMLElement, readCodes(csv), this.desk.providerName);
        window.print();
        return "";
      },
    );
  }

  #download() {
    return this.#deeds.run(
      "download",
      () => batchCodes(this.batchId),
      (csv) => {
        saveFile(`vouchers-${this.batchId}.csv`, csv, "text/csv");
        return "";
      },
    );
  }

  async #switch(batch: Batch) {
    if (batch.active && !(await ask(say("switchBatchSure", { count: batch.codes }), say("switchOff")))) return;
    await this.#deeds.run("switch", () => switchBatch(this.batchId, !batch.active));
    await Promise.all([this.#batch.reload(), this.#vouchers.reload()]);
  }

  async #switchOne(row: Voucher) {
    await this.#deeds.run(`switch/${row.voucherId}`, () => switchVoucher(row.voucherId, row.state === "disabled"));
    await this.#vouchers.reload();
  }
}
customElements.define("batch-codes", BatchCodes);
