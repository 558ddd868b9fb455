import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { selectFilter } from "../../components/table/filters.ts";
import {
  codesPerFile,
  type PaperName,
  type PortalAddress,
  papers,
  readPortalAddress,
  savePortalAddress,
  sheetPath,
} from "../../data/catalogue/printing.ts";
import { type Batch, giveVoucher, type OwnedVoucher } from "../../data/catalogue/vouchers.ts";
import { download } from "../../hub/download.ts";
import { say, word } from "../../strings/strings.ts";
import { grouped } from "./print-sheet.ts";
import { receiverFields, receiverOf } from "./receiver-fields.ts";

const unknown: PortalAddress = { typed: null, ofSetUp: null };

/** The files of a batch for a printer, and where a scanned voucher leads. Dispatches `printed` when a file was saved. */
class BatchFiles extends appElement({
  batch: property<Batch>(),
  paper: state<PaperName>("a4-21"),
  part: state("1"),
  isTyping: state(false),
  isGiving: state(false),
}) {
  readonly #actions = new PageActions(this);
  readonly #portal = new ReadController<PortalAddress>(this, {
    read: async () => (this.batch.siteId === null ? unknown : readPortalAddress(this.batch.siteId)),
  });

  override render() {
    return html`<section class="card pad panel">
      <h2>${say("printFiles")}</h2>
      <div class="filters">
        ${selectFilter(
          say("paper"),
          papers.map((value) => ({ value, label: word("paper", value.replace("-", "_")) })),
          this.paper,
          (paper) => (this.paper = paper as PaperName),
        )}
        ${this.#partChoice()}
        <button ?disabled=${this.#actions.busy !== ""} @click=${this.#save}>${say("savePdf")}</button>
        ${
          this.may("vouchers.manage")
            ? html`<a class="button quiet" href="#/voucher-design">${say("changeDesign")}</a>`
            : nothing
        }
      </div>
      ${this.#portal.render((address) => this.#address(address))}
      ${this.may("vouchers.manage") ? this.#giving() : nothing}
    </section>`;
  }

  #partChoice() {
    const parts = Math.ceil(this.batch.codes / codesPerFile);
    if (parts < 2) return nothing;
    const options = Array.from({ length: parts }, (_, at) => {
      const last = Math.min(this.batch.codes, (at + 1) * codesPerFile);
      return { value: String(at + 1), label: `${at * codesPerFile + 1}–${last}` };
    });
    return selectFilter(say("codesOfFile"), options, this.part, (part) => (this.part = part));
  }

  #address({ typed, ofSetUp }: PortalAddress) {
    const { siteId } = this.batch;
    if (siteId === null) return nothing;
    const address = typed ?? ofSetUp;
    const mayType = this.mayAsOwn("sites.manage") && this.may("vouchers.codes");
    return html`<p class="soft below">
        ${address === null ? say("scannedLeadsNowhere") : say("scannedLeadsTo", { address })}
        ${
          mayType && !this.isTyping
            ? html`<button class="quiet" @click=${() => (this.isTyping = true)}>${say("change")}</button>`
            : nothing
        }
      </p>
      ${
        this.isTyping
          ? formCard({
              fields: [
                {
                  name: "portalAddress",
                  label: say("portalAddress"),
                  value: typed ?? ofSetUp,
                  hint: say("portalAddressHint"),
                },
              ],
              submitText: say("save"),
              submit: ({ portalAddress }) =>
                savePortalAddress(siteId, portalAddress == null ? null : String(portalAddress)),
              done: () => {
                this.isTyping = false;
                void this.#portal.reload();
              },
              cancel: () => (this.isTyping = false),
            })
          : nothing
      }`;
  }

  /** One of these, to a customer by name. */
  #giving() {
    if (!this.isGiving)
      return html`<p class="row below"><button @click=${() => (this.isGiving = true)}>${say("giveToCustomer")}</button></p>`;
    return formCard({
      title: say("giveToCustomer"),
      intro: say("giveCodeWhy"),
      fields: receiverFields(),
      submitText: say("giveToCustomer"),
      submit: (values, key) => giveVoucher(this.batch.batchId, receiverOf(values), key),
      done: (given) => {
        this.isGiving = false;
        this.#actions.notify(say("voucherGiven", { code: grouped((given as OwnedVoucher).voucher.code) }));
      },
      cancel: () => (this.isGiving = false),
    });
  }

  #save() {
    const { batchId } = this.batch;
    const type = "application/pdf";
    return this.#actions.run(
      "pdf",
      () =>
        download(sheetPath(batchId, this.paper, Number(this.part)), {
          accept: type,
          signal: new AbortController().signal,
          onBytes: () => {},
        }),
      (file) => {
        saveFile(`vouchers-${batchId.slice(-6)}-${this.paper}-${this.part}.pdf`, file, type);
        this.dispatchEvent(new CustomEvent("printed"));
        return "";
      },
    );
  }
}
customElements.define("batch-files", BatchFiles);
