import { voucherGrantId } from "@karibu/protocol/grant-id";
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { writeAddress } from "../../address.ts";
import { AddressQuery } from "../../components/address-query.ts";
import { appElement } from "../../components/app-element.ts";
import "../../components/table/data-table.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { findVoucher, switchVoucher, type Voucher } from "../../data/catalogue/vouchers.ts";
import { type Found, searchAll } from "../../data/search.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import "../sessions/grant-card.ts";
import "../sessions/grant-devices.ts";
import { BulkChanges } from "./bulk-change.ts";
import "./code-sale.ts";
import { mayTurn, voucherColumns } from "./voucher-columns.ts";
import { voucherRefund } from "./voucher-refund.ts";
import "./voucher-trace.ts";

/** So many codes are looked up at once. */
const codesMax = 20;

/**
 * Finds the vouchers of one code or of several that a customer shows: their states, and what happened to the only one. The codes stand
 * in the address, so that the search over everything leads here.
 */
class VoucherSearch extends appElement({
  found: state<readonly Voucher[] | null>(null),
  /** What was sold with the code, where it is no voucher's. */
  sales: state<readonly Found[]>([]),
  /** The voucher that the open form refunds. */
  refunding: state<Voucher | null>(null),
  isScanning: state(false),
}) {
  readonly #actions = new PageActions(this);
  readonly #bulk = new BulkChanges(this, this.#actions, () => this.#find());
  readonly #address = new AddressQuery(this, ["code"], () => void this.#lookUp());

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#codes.length > 0) void this.#lookUp();
  }

  /** What is looked up. */
  get #codes(): readonly string[] {
    const codes = this.#address.values.code.split(/[,;]/).map((code) => code.trim());
    return codes.filter((code) => code !== "");
  }

  override render() {
    return html`<form class="filters" @submit=${this.#search}>
        <label>${say("findCode")}<input name="code" type="search" .value=${this.#address.values.code} placeholder=${say("codesWithCommas")} autocomplete="off" autocapitalize="characters" /></label>
        <button>${say("search")}</button>
        <button type="button" aria-expanded=${this.isScanning} @click=${this.#scan}>${say("scanCode")}</button>
      </form>
      ${
        this.isScanning
          ? html`<qr-scanner @scanned=${this.#scanned} @closed=${() => (this.isScanning = false)}></qr-scanner>`
          : nothing
      }
      ${this.found === null ? nothing : this.#result(this.found)} ${this.#refundForm()}`;
  }

  #result(found: readonly Voucher[]) {
    const columns = voucherColumns(this.app, {
      switch: (row) => void this.#switch(row),
      refund: (row) => (this.refunding = row),
    });
    return html`<div class="card panel">
        <data-table
          caption=${say("findCode")}
          emptyText=${say(this.sales.length === 0 ? "noSuchCode" : "codeOfSale")}
          .columns=${columns}
          .rows=${found}
          .bulk=${found.length > 1 && this.may("vouchers.manage") ? this.#bulk.actions() : []}
          .rowKey=${(row: Voucher) => row.voucherId}
          .rowName=${(row: Voucher) => row.code}
        ></data-table>
      </div>
      ${this.#bulk.progress()} ${this.#salesFound()}
      ${(found.length > 1 ? [] : found).map((voucher) =>
        keyed(
          voucher.voucherId,
          html`${this.#saleOf(voucher)}<voucher-trace .app=${this.app} .voucher=${voucher}></voucher-trace>${this.#grantOf(voucher)}`,
        ),
      )}`;
  }

  #saleOf(voucher: Voucher) {
    if (voucher.state !== "active" || voucher.isSold || !this.mayAsOwn("payments.manage")) return nothing;
    return html`<code-sale .app=${this.app} .voucher=${voucher} .done=${() => this.#find()}></code-sale>`;
  }

  /** What staff change of a code in use, and what its customer did against theft. */
  #grantOf(voucher: Voucher) {
    const { grantId, siteId, state: is } = voucher;
    if (!this.may("grants.read")) return nothing;
    if (grantId !== null && siteId !== null)
      return html`<grant-card .app=${this.app} .grantId=${grantId} .siteId=${siteId}></grant-card>`;
    // Nobody has used it: a device without a browser may be the first, at a site that staff name.
    if (is !== "active" || !this.may("grants.manage")) return nothing;
    return html`<grant-devices .app=${this.app} .grantId=${voucherGrantId(voucher)}></grant-devices>`;
  }

  /** Codes of sales over a counter or at a site are no vouchers: their sales have pages of their own. */
  #salesFound() {
    if (this.sales.length === 0) return nothing;
    return html`<p class="panel">
      ${this.sales.map(({ kind, id, planName }) => {
        const path = kind === "cash-sale" ? "cash-sales" : "payments";
        const plan = planName === null ? "" : `: ${planTitle(planName)}`;
        return html`<a href=${writeAddress({ path, id })}>${say(kind === "cash-sale" ? "cashSale" : "found_payment")}${plan}</a> `;
      })}
    </p>`;
  }

  #refundForm() {
    if (this.refunding === null) return nothing;
    return voucherRefund(this.app, this.refunding, {
      done: (notice) => {
        this.refunding = null;
        this.found = null;
        this.#actions.notify(notice);
      },
      cancel: () => (this.refunding = null),
    });
  }

  #search(event: SubmitEvent) {
    event.preventDefault();
    this.#show(String(new FormData(event.target as HTMLFormElement).get("code")).trim());
  }

  /** The camera's part comes with the first press. */
  async #scan() {
    if (!this.isScanning) await import("../../components/scan/qr-scanner.ts").catch(() => {});
    this.isScanning = !this.isScanning;
  }

  #scanned({ detail: code }: CustomEvent<string>) {
    this.isScanning = false;
    this.#show(code);
  }

  #show(code: string) {
    if (code === this.#address.values.code) void this.#lookUp();
    else this.#address.set({ code });
  }

  async #lookUp() {
    this.#bulk.forget();
    if (this.#codes.length === 0) {
      this.found = null;
      return;
    }
    await this.#actions.run(
      "find",
      () => this.#find(),
      () => "",
    );
  }

  async #find(): Promise<void> {
    const codes = this.#codes;
    const pages = await Promise.all(codes.slice(0, codesMax).map(findVoucher));
    const [code] = codes;
    const isUnknown = codes.length === 1 && code !== undefined && pages.every(({ items }) => items.length === 0);
    const others = isUnknown ? (await searchAll(code)).items : [];
    // Another code was scanned or typed meanwhile.
    if (codes.join() !== this.#codes.join()) return this.#codes.length === 0 ? undefined : this.#find();
    this.sales = others.filter(({ kind }) => kind === "cash-sale" || kind === "payment");
    this.found = pages.flatMap(({ items }) => items);
  }

  async #switch(row: Voucher) {
    if (!(await mayTurn(row))) return;
    await this.#actions.run(
      "switch",
      () => switchVoucher(row.voucherId, row.state === "disabled"),
      (voucher) => {
        this.found = [voucher];
        return say("saved");
      },
    );
  }
}
customElements.define("voucher-search", VoucherSearch);
