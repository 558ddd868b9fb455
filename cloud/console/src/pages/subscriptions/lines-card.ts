import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Account, listAccounts } from "../../data/catalogue/accounts.ts";
import { listSubscriptions, type Subscription } from "../../data/money/subscriptions.ts";
import { say } from "../../strings/strings.ts";
import { accountColumns } from "../accounts/account-columns.ts";
import "./open-line.ts";
import "./open-package.ts";
import { subscriptionColumns } from "./subscription-columns.ts";

/** What one customer pays again and again: lines and packages with their next date; and log-ins. */
class LinesCard extends appElement({ customerId: property(""), phone: property("") }) {
  readonly #subscriptions = new ListController<Subscription>(this, {
    read: (query) => listSubscriptions(query, { customerId: this.customerId }),
    topics: ["customer", "grant", "payment"],
  });
  readonly #accounts = new ListController<Account>(this, {
    read: (query) => listAccounts(query, { customerId: this.customerId }),
    topics: ["customer"],
  });

  override render() {
    const payNumber = this.#subscriptions.rows?.find((row) => row.payNumber !== null)?.payNumber ?? null;
    const opens = this.may("accounts.manage") && this.may("subscriptions.manage");
    return html`<h2 class="between">${say("subscriptions")}</h2>
      ${listCard(this.#subscriptions, {
        title: say("subscriptions"),
        emptyText: say(opens ? "noLineYet" : "noLineOfTheirs"),
        columns: subscriptionColumns(this.app.zone, false),
        rowHref: (row) => `#/subscriptions/${row.subscriptionId}`,
      })}
      ${
        payNumber === null
          ? nothing
          : html`<p class="below">${say("payNumber")}: <strong class="mono">${payNumber}</strong></p>`
      }
      ${
        opens
          ? html`<div class="below">
              <open-line .app=${this.app} .customerId=${this.customerId} @opened=${() => this.#reload()}></open-line>
            </div>`
          : nothing
      }
      ${
        this.may("subscriptions.manage") && this.phone !== ""
          ? html`<div class="below">
              <open-package .app=${this.app} .phone=${this.phone} @opened=${() => this.#reload()}></open-package>
            </div>`
          : nothing
      }
      <h2 class="between">${say("accounts")}</h2>
      ${listCard(this.#accounts, {
        title: say("accounts"),
        emptyText: say(opens ? "noAccountYet" : "noAccountOfTheirs"),
        columns: accountColumns(this.app.zone),
        rowHref: (row) => `#/accounts/${row.accountId}`,
      })}`;
  }

  async #reload() {
    await Promise.all([this.#subscriptions.reload(), this.#accounts.reload()]);
  }
}
customElements.define("lines-card", LinesCard);
