import { css, html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { planTitle } from "../../strings/plan-title.ts";
import "../../components/table/export-button.ts";
import { facts } from "../../components/facts.ts";
import { PageActions } from "../../components/page-actions.ts";
import { printSlips } from "../../components/print/print-slips.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { selectFilter } from "../../components/table/filters.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import {
  type Batch,
  batchCodes,
  batchPath,
  listVouchers,
  notePrinted,
  switchBatch,
  switchVoucher,
  type Voucher,
  vouchersExport,
} from "../../data/catalogue/vouchers.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime, money, today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./batch-files.ts";
import "./batch-money.ts";
import "./batch-sites.ts";
import { BulkChanges } from "./bulk-change.ts";
import { readPrintLook } from "./print-look.ts";
import { grouped, printSheet, readCodes, voucherSlips } from "./print-sheet.ts";
import { mayTurn, voucherColumns } from "./voucher-columns.ts";
import { voucherRefund } from "./voucher-refund.ts";

const voucherStates = ["active", "used", "expired", "disabled"] as const;

/** One batch: its figures, its codes, and buttons that print, save or switch them off. */
class BatchCodes extends appElement({
  batchId: property(""),
  sites: state<Names>(noNames),
  /** The voucher that the open form refunds. */
  refunding: state<Voucher | null>(null),
}) {
  readonly #batch = new ReadController<Batch>(this, { path: () => batchPath(this.batchId), topics: ["voucher"] });
  readonly #vouchers = new ListController<Voucher, "state">(this, {
    read: (query, { state }) => {
      // The codes need no site's name: they do not wait for a thousand of them.
      void readNames("sites", this.app.user).then((sites) => (this.sites = sites));
      return listVouchers(query, { batchId: this.batchId, state });
    },
    topics: ["voucher", "session", "grant"],
    isCounted: true,
    isOfThing: true,
  });
  readonly #actions = new PageActions(this, () => Promise.all([this.#batch.reload(), this.#vouchers.reload()]));
  readonly #bulk = new BulkChanges(this, this.#actions, () => this.#vouchers.reload());

  #filters() {
    return { batchId: this.batchId, state: this.#vouchers.filters.state ?? "" };
  }

  static override styles = [
    sharedStyles,
    css`
      .print {
        min-width: 12rem;
        min-height: 3.4rem;
        justify-content: center;
        font-size: var(--text-heading);
      }
      .sheet {
        display: none;
      }
      @media print {
        .screen {
          display: none;
        }
        .sheet {
          display: grid;
          /* Four beside each other on A4, one on the paper of a till. */
          grid-template-columns: repeat(auto-fill, minmax(42mm, 1fr));
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
        .voucher .logo {
          max-height: 9mm;
          max-width: 100%;
        }
        .voucher .qr {
          display: block;
          width: 26mm;
          margin: 0 auto;
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
    const mayChange = this.may("vouchers.manage");
    return html`<div class="screen">
        <div class="head">
          <h1>${batch === null ? say("batch") : planTitle(batch.planName)}</h1>
        </div>
        ${this.#batch.render((value) => this.#facts(value, mayChange))}
        ${this.refunding === null ? nothing : this.#refundForm(this.refunding)} ${this.#filterBar()} ${this.#bulk.progress()}
        ${listCard(this.#vouchers, {
          title: say("batch"),
          emptyText: say("noCodesYet"),
          isDense: true,
          bulk: mayChange && this.#bulk.actions(),
          rowKey: (row) => row.voucherId,
          rowName: (row) => grouped(row.code),
          columns: voucherColumns(
            this.app,
            { switch: (row) => void this.#switchVoucher(row), refund: (row) => (this.refunding = row) },
            { ofOnePlan: true, isSorted: true },
          ),
        })}
      </div>
      <div class="sheet"></div>`;
  }

  #filterBar() {
    const options = [
      { value: "", label: say("allStates") },
      ...voucherStates.map((value) => ({ value, label: word("voucher", value) })),
    ];
    const { state } = this.#filters();
    return html`<div class="filters">
      ${selectFilter(say("state"), options, state, (chosen) => void this.#vouchers.narrow({ state: chosen }))}
      <export-button
        path=${vouchersExport(this.#filters())}
        file="vouchers-${today(this.app.zone)}.csv"
        hasXlsx
      ></export-button>
    </div>`;
  }

  #facts(batch: Batch, mayChange: boolean) {
    const { zone } = this.app;
    return html`<section class="card pad panel">
        ${
          batch.state === "making"
            ? html`<job-progress text=${say("batchBeingMade")} .done=${batch.progressPercent} .total=${100}></job-progress>`
            : html`<span class="badge ${batch.active ? "good" : "bad"}">${say(batch.active ? "active" : "inactive")}</span>`
        }
        ${facts([
          [say("vouchersMade"), batch.codes.toLocaleString("en")],
          [say("price"), money(batch.priceCents, batch.currency)],
          [say("homeSite"), batch.siteId === null ? null : (this.sites.get(batch.siteId) ?? say("site"))],
          [say("time"), dateTime(batch.createdAtMs, zone)],
          [say("printedAt"), batch.printedAtMs === null ? say("notYet") : dateTime(batch.printedAtMs, zone)],
          batch.expiresAtMs === null ? null : [say("until"), dateTime(batch.expiresAtMs, zone)],
        ])}
        ${
          mayChange && batch.state === "ready"
            ? html`<p class="row below">
                <button class="primary print" @click=${this.#print}>${say("print")}</button>
                <button @click=${this.#printSlips}>${say("printSlips")}</button>
                <button @click=${this.#download}>${say("downloadCsv")}</button>
                <button class=${batch.active ? "danger" : "quiet"} @click=${() => this.#switch(batch)}>${say(batch.active ? "switchOff" : "switchOn")}</button>
              </p>`
            : nothing
        }
      </section>
      ${
        batch.state === "ready" && this.may("payments.read")
          ? html`<batch-money .app=${this.app} .batchId=${batch.batchId}></batch-money>`
          : nothing
      }
      ${
        batch.state === "ready" && this.may("vouchers.codes")
          ? html`<batch-files .app=${this.app} .batch=${batch} @printed=${() => notePrinted(this.batchId)}></batch-files>`
          : nothing
      }
      ${
        mayChange && this.sites.size > 1
          ? html`<batch-sites .app=${this.app} .batchId=${batch.batchId} .sites=${this.sites}></batch-sites>`
          : nothing
      }`;
  }

  #refundForm(voucher: Voucher) {
    return voucherRefund(this.app, voucher, {
      done: (notice) => {
        this.refunding = null;
        this.#actions.notify(notice);
        void this.#vouchers.reload();
      },
      cancel: () => (this.refunding = null),
    });
  }

  #print() {
    return this.#withCodes("print", async (csv) => {
      const look = await readPrintLook(this.app.providerName, this.#batch.value?.siteId ?? null);
      printSheet(this.renderRoot.querySelector(".sheet") as HTMLElement, readCodes(csv), look);
      window.print();
    });
  }

  /** On the paper of a till, one slip a voucher. */
  #printSlips() {
    return this.#withCodes("slips", async (csv) => {
      const look = await readPrintLook(this.app.providerName, this.#batch.value?.siteId ?? null);
      await printSlips(voucherSlips(readCodes(csv), look));
    });
  }

  /** For another printer. */
  #download() {
    return this.#withCodes("download", (csv) => saveFile(`vouchers-${this.batchId}.csv`, csv, "text/csv"));
  }

  #withCodes(name: string, use: (csv: string) => unknown) {
    return this.#actions.run(
      name,
      () => batchCodes(this.batchId),
      async (csv) => {
        await use(csv);
        await notePrinted(this.batchId);
        return "";
      },
    );
  }

  async #switch(batch: Batch) {
    if (
      batch.active &&
      !(await ask(say("switchBatchSure", { count: batch.codes }), say("switchOff"), {
        danger: true,
        thing: planTitle(batch.planName),
      }))
    )
      return;
    await this.#actions.run("switch", () => switchBatch(this.batchId, !batch.active));
  }

  async #switchVoucher(row: Voucher) {
    if (await mayTurn(row))
      await this.#actions.run(`switch/${row.voucherId}`, () => switchVoucher(row.voucherId, row.state === "disabled"));
  }
}
customElements.define("batch-codes", BatchCodes);
