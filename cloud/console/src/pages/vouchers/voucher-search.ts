import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { elementWith, property, state } from "../../components/element-with.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { findVoucher, switchVoucher, type Voucher } from "../../data/catalogue/vouchers.ts";
import type { Desk } from "../../desk.ts";
import { say } from "../../strings/strings.ts";
import { voucherColumns } from "./voucher-columns.ts";
import { voucherRefund } from "./voucher-refund.ts";
import "../../components/data-table.ts";
import "./voucher-trace.ts";

/** A customer shows a code: what is it, is it used, and since when. */
class VoucherSearch extends elementWith({
  desk: property<Desk>(),
  found: state<readonly Voucher[] | null>(null),
  /** The voucher whose price goes back. */
  refunding: state<Voucher | null>(null),
}) {
  readonly #deeds = new Deeds(this);

  static override styles = [sharedStyles];

  override render() {
    const deeds = {
      switch: (row: Voucher) => void this.#switch(row),
      refund: (row: Voucher) => {
        this.refunding = row;
      },
    };
    return html`<form class="filters" @submit=${this.#search}>
        <label>${say("findCode")}<input name="code" type="search" autocomplete="off" autocapitalize="characters" /></label>
        <button>${say("search")}</button>
      </form>
      ${this.#deeds.notice()}
      ${
        this.found === null
          ? nothing
          : html`<div class="card panel">
              <data-table
                caption=${say("findCode")}
                emptyText=${say("noSuchCode")}
                .columns=${voucherColumns(this.desk, deeds)}
                .rows=${this.found}
              ></data-table>
            </div>
            ${this.found.map((voucher) =>
              keyed(voucher.voucherId, html`<voucher-trace .desk=${this.desk} .voucher=${voucher}></voucher-trace>`),
            )}`
      }
      ${
        this.refunding === null
          ? nothing
          : voucherRefund(this.refunding, {
              done: (told) => {
                this.refunding = null;
                this.found = null;
                this.#deeds.tell(told);
              },
              cancel: () => (this.refunding = null),
            })
      }`;
  }

  async #search(event: SubmitEvent) {
    event.preventDefault();
    const code = String(new FormData(event.target as HTMLFormElement).get("code")).trim();
    if (code === "") {
      this.found = null;
      return;
    }
    await this.#deeds.run(
      "find",
      () => findVoucher(code),
      ({ items }) => {
        this.found = items;
        return "";
      },
    );
  }

  #switch(row: Voucher) {
    return this.#deeds.run(
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
