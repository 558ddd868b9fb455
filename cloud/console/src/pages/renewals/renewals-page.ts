import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { selectFilter, textFilter } from "../../components/filters.ts";
import { ListController } from "../../components/list-controller.ts";
import { listPage } from "../../components/list-page.ts";
import { PageActions } from "../../components/page-actions.ts";
import { listRenewals, type Renewal } from "../../data/money/renewals.ts";
import { say } from "../../strings/strings.ts";
import {
  endRenewalOf,
  noRenewalNames,
  type RenewalNames,
  readRenewalNames,
  renewalColumns,
} from "./renewal-columns.ts";

/** All renewals, found by phone. */
class RenewalsPage extends appElement({
  /** Shows only this phone; empty: all. */
  phone: state(""),
  show: state<"active" | "all">("active"),
  names: state<RenewalNames>(noRenewalNames),
}) {
  readonly #renewals = new ListController<Renewal>(this, {
    read: async (query) => {
      this.names = await readRenewalNames(this.app);
      return listRenewals(query, { phone: this.phone || null, active: this.show === "active" ? "true" : null });
    },
    topics: ["grant", "payment"],
  });
  readonly #actions = new PageActions(this, () => this.#renewals.reload());

  override render() {
    return listPage(this.#renewals, {
      title: say("renewals"),
      intro: say("renewalsWhy"),
      emptyText: say("noRenewals"),
      isFiltered: this.phone !== "",
      above: this.#actions.notice(),
      filters: this.#filters(),
      columns: [
        { label: say("phone"), cell: (row) => html`<span class="mono">${row.phone ?? say("none")}</span>` },
        ...renewalColumns(this.app, this.names, (row) => void endRenewalOf(row, this.#actions)),
      ],
    });
  }

  #filters() {
    const options = [
      { value: "active", label: say("renewalsActive") },
      { value: "all", label: say("renewalsAll") },
    ];
    const choosePhone = (phone: string) => {
      this.phone = phone;
      void this.#renewals.reload();
    };
    const chooseState = (show: string) => {
      this.show = show as "active" | "all";
      void this.#renewals.reload();
    };
    return html`${textFilter(say("phone"), choosePhone, { value: this.phone, inputmode: "tel" })}
    ${selectFilter(say("state"), options, this.show, chooseState)}`;
  }
}
customElements.define("renewals-page", RenewalsPage);
