import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
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
  names: state<RenewalNames>(noRenewalNames),
}) {
  readonly #renewals = new ListController<Renewal, "phone" | "show" | "siteId">(this, {
    read: async (query, { phone, show, siteId }) => {
      this.names = await readRenewalNames(this.app);
      return listRenewals(query, { phone: phone || null, siteId, active: show === "all" ? null : "true" });
    },
    topics: ["grant", "payment"],
    filters: ["phone", "show", "siteId"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => this.#renewals.reload());

  override render() {
    return listPage(this.#renewals, {
      title: say("renewals"),
      intro: say("renewalsWhy"),
      emptyText: say("noRenewals"),
      name: "renewals",
      narrow: [
        { name: "phone", label: say("phone"), placeholder: "07…", inputmode: "tel" },
        siteFilter(this.names.sites),
        {
          name: "show",
          label: say("state"),
          options: [
            { value: "", label: say("renewalsActive") },
            { value: "all", label: say("renewalsAll") },
          ],
        },
      ],
      columns: [
        { label: say("phone"), cell: (row) => html`<span class="mono">${row.phone ?? say("none")}</span>` },
        ...renewalColumns(this.app, this.names, (row) => void endRenewalOf(row, this.#actions)),
      ],
    });
  }
}
customElements.define("renewals-page", RenewalsPage);
