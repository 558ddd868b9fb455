import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { resellerFields } from "./reseller-fields.ts";
import { addReseller, listResellers, type Reseller } from "./resellers.ts";

/** Who sells printed vouchers for a commission, what is with each, and what each owes. */
class ResellersPage extends appElement() {
  readonly #resellers = new ListController<Reseller>(this, { read: listResellers, topics: ["voucher"] });

  override render() {
    const { currency } = this.app;
    const sum = (row: Reseller, of: "out" | "sold" | "returned") =>
      row.standings.reduce((total, one) => total + one[of], 0);
    return listPage(this.#resellers, {
      title: say("resellers"),
      name: "resellers",
      intro: say("resellersWhy"),
      emptyText: say("noResellers"),
      search: say("name"),
      add: this.may("payments.manage") && {
        text: say("addReseller"),
        fields: resellerFields(null, currency),
        submit: (values) => addReseller(values),
        done: (made) => {
          location.hash = `#/resellers/${encodeURIComponent((made as Reseller).resellerId)}`;
        },
      },
      rowHref: (row) => `#/resellers/${row.resellerId}`,
      columns: [
        { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
        { label: say("withReseller"), numeric: true, cell: (row) => sum(row, "out") },
        { label: say("sold"), numeric: true, cell: (row) => sum(row, "sold") },
        { label: say("returnedCodes"), numeric: true, cell: (row) => sum(row, "returned") },
        {
          label: say("owes"),
          numeric: true,
          lead: true,
          cell: (row) =>
            row.standings.length === 0
              ? money(0, currency)
              : html`${row.standings.map((one) => html`<div>${money(0 - one.balanceCents, one.currency)}</div>`)}`,
        },
        {
          label: say("state"),
          cell: (row) =>
            html`<span class="badge ${row.active ? "good" : ""}">${say(row.active ? "active" : "inactive")}</span>`,
        },
      ],
    });
  }
}
customElements.define("resellers-page", ResellersPage);
