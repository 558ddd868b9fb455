import { html } from "lit";
import { type Field, optionsOf } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { addBelow, listCard } from "../../components/table/list-page.ts";
import { listRenewals, type Renewal, startRenewal } from "../../data/money/renewals.ts";
import { say } from "../../strings/strings.ts";
import { planOptions } from "../plans/plan-options.ts";
import {
  endRenewalOf,
  noRenewalNames,
  type RenewalNames,
  readRenewalNames,
  renewalColumns,
} from "../renewals/renewal-columns.ts";

/** The renewals of one customer. The customer's credit pays for them. */
class RenewalsCard extends appElement({
  phone: property(""),
  names: state<RenewalNames>(noRenewalNames),
}) {
  readonly #renewals = new ListController<Renewal>(this, {
    read: async (query) => {
      this.names = await readRenewalNames(this.app);
      return listRenewals(query, { phone: this.phone });
    },
    topics: ["grant", "payment"],
  });
  readonly #actions = new PageActions(this, () => this.#renewals.reload());

  override render() {
    return html`
      ${listCard(this.#renewals, {
        title: say("renewals"),
        emptyText: say("noRenewals"),
        columns: renewalColumns(this.app, this.names, (row) => void endRenewalOf(row, this.#actions)),
      })}
      ${addBelow(
        this.#renewals,
        this.may("payments.manage") && {
          text: say("addRenewal"),
          fields: this.#fields(),
          submit: (values, key) => startRenewal({ phone: this.phone, ...values }, key),
          done: () => this.#actions.notify(say("saved")),
        },
      )}`;
  }

  #fields(): Field[] {
    const { plans, sites } = this.names;
    return [
      { name: "planId", label: say("plan"), type: "select", required: true, options: planOptions(plans) },
      { name: "siteId", label: say("site"), type: "select", required: true, options: optionsOf(sites) },
    ];
  }
}
customElements.define("renewals-card", RenewalsCard);
