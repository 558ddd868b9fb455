import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import "../../components/data-table.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { findVoucher, switchVoucher, type Voucher } from "../../data/catalogue/vouchers.ts";
import { say } from "../../strings/strings.ts";
import { voucherColumns } from "./voucher-columns.ts";
import { voucherRefund } from "./voucher-refund.ts";
import "./voucher-trace.ts";

/** Finds the voucher of a code that a customer shows: its state, and what happened to it. */
class VoucherSearch extends appElement({
  found: state<readonly Voucher[] | null>(null),
  /** The voucher that the open form refunds. */
  refunding: state<Voucher | null>(null),
}) {
  readonly #actions = new PageActions(this);

  override render() {
    return html`<form class="filters" @submit=${this.#search}>
        <label>${say("findCode")}<input name="code" type="search" autocomplete="off" autocapitalize="characters" /></label>
        <button>${say("search")}</button>
      </form>
      ${this.#actions.notice()} ${this.found === null ? nothing : this.#result(this.found)} ${this.#refundForm()}`;
  }

  #result(found: readonly Voucher[]) {
    const columns = voucherColumns(this.app, {
      switch: (row) => void this.#switch(row),
      refund: (row) => (this.refunding = row),
    });
    return html`<div class="card panel">
        <data-table caption=${say("findCode")} emptyText=${say("noSuchCode")} .columns=${columns} .rows=${found}></data-table>
      </div>
      ${found.map((voucher) =>
        keyed(voucher.voucherId, html`<voucher-trace .app=${this.app} .voucher=${voucher}></voucher-trace>`),
      )}`;
  }

  #refundForm() {
    if (this.refunding === null) return nothing;
    return voucherRefund(this.refunding, {
      done: (notice) => {
        this.refunding = null;
        this.found = null;
        this.#actions.notify(notice);
      },
      cancel: () => (this.refunding = null),
    });
  }

  async #search(event: SubmitEvent) {
    event.preventDefault();
    const code = String(new FormData(event.target as HTMLFormElement).get("code")).trim();
    if (code === "") {
      this.found = null;
      return;
    }
    await this.#actions.run(
      "find",
      () => findVoucher(code),
      ({ items }) => {
        this.found = items;
        return "";
      },
    );
  }

  #switch(row: Voucher) {
    return this.#actions.run(
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
