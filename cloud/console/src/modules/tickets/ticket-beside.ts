import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { sessionsOfAccount } from "../../data/catalogue/account-sessions.ts";
import { listAccounts } from "../../data/catalogue/accounts.ts";
import { type Customer, customerPath } from "../../data/catalogue/customers.ts";
import type { Session } from "../../data/catalogue/sessions.ts";
import { type Site, sitePath } from "../../data/fleet/sites.ts";
import { listPayments, type Payment } from "../../data/money/payments.ts";
import { listSubscriptions, type Subscription } from "../../data/money/subscriptions.ts";
import { get } from "../../hub/api.ts";
import { paymentColumns } from "../../pages/payments/payment-columns.ts";
import { sessionColumns } from "../../pages/sessions/session-table.ts";
import { siteBadge } from "../../pages/sites/site-badge.ts";
import { subscriptionColumns } from "../../pages/subscriptions/subscription-columns.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

const none = { items: [], nextCursor: null };

/** What the person who answers wants to know: the site's state, the customer's services, last sessions and last payments. */
class TicketBeside extends appElement({ customerId: property(""), siteId: property("") }) {
  readonly #site = new ReadController<Site | null>(this, {
    read: async () => (this.siteId === "" ? null : get(sitePath(this.siteId))),
    topics: ["site"],
  });
  readonly #customer = new ReadController<Customer | null>(this, {
    read: async () => (this.customerId === "" ? null : get(customerPath(this.customerId))),
  });
  readonly #lines = new ListController<Subscription>(this, {
    read: async (query) =>
      this.#sees("subscriptions.read") ? listSubscriptions(query, { customerId: this.customerId }) : none,
    topics: ["customer"],
  });
  readonly #sessions = new ListController<Session>(this, {
    read: async (query) => {
      if (!this.#sees("accounts.read")) return none;
      const { items } = await listAccounts(query, { customerId: this.customerId });
      const pages = await Promise.all(items.slice(0, 3).map((account) => sessionsOfAccount(account)));
      return { items: pages.flat(), nextCursor: null };
    },
    topics: ["session"],
  });
  readonly #payments = new ListController<Payment>(this, {
    read: async (query) => {
      if (!this.#sees("payments.read")) return none;
      const { phone } = await get(customerPath(this.customerId));
      return phone === null ? none : listPayments({ ...query, limit: 5 }, { phone });
    },
    topics: ["payment"],
  });

  #sees(permission: string): boolean {
    return this.customerId !== "" && this.may(permission);
  }

  /** Another customer was chosen, or another site. */
  override updated(changed: Map<string, unknown>): void {
    const isNew = (name: string) => changed.has(name) && changed.get(name) !== undefined && changed.get(name) !== "";
    if (isNew("siteId")) void this.#site.reload();
    if (isNew("customerId"))
      for (const each of [this.#customer, this.#lines, this.#sessions, this.#payments]) void each.reload();
  }

  override render() {
    const site = this.#site.value;
    const customer = this.#customer.value;
    return html`${
      site === null && customer === null
        ? nothing
        : html`<section class="card pad panel">
              <h2>${say("besideTicket")}</h2>
              ${facts([
                customer === null
                  ? null
                  : [say("customer"), html`<a href="#/customers/${customer.customerId}">${customer.name}</a>`],
                customer?.phone == null
                  ? null
                  : [say("phone"), html`<a class="mono" href="tel:+${customer.phone}">+${customer.phone}</a>`],
                site === null
                  ? null
                  : [say("siteNow"), html`<a href="#/sites/${site.siteId}">${site.name}</a> ${siteBadge(site.state)}`],
                customer === null ? null : [say("since"), dateTime(customer.createdAtMs, this.app.zone)],
              ])}
            </section>`
    }
      ${this.customerId === "" ? nothing : this.#lists()}`;
  }

  #lists() {
    const { zone } = this.app;
    return html`${
      this.may("subscriptions.read")
        ? html`<h2 class="between">${say("subscriptions")}</h2>
              ${listCard(this.#lines, {
                title: say("subscriptions"),
                emptyText: say("noLineOfTheirs"),
                isDense: true,
                columns: subscriptionColumns(zone, false),
                rowHref: (row) => `#/subscriptions/${row.subscriptionId}`,
              })}`
        : nothing
    }
      ${
        this.may("accounts.read")
          ? html`<h2 class="between">${say("sessions")}</h2>
              ${listCard(this.#sessions, {
                ...{
                  title: say("sessions"),
                  emptyText: say("nothingYet"),
                  isDense: true,
                  columns: sessionColumns(this.app),
                },
              })}`
          : nothing
      }
      ${
        this.may("payments.read")
          ? html`<h2 class="between">${say("payments")}</h2>
              ${listCard(this.#payments, {
                ...{
                  title: say("payments"),
                  emptyText: say("nothingYet"),
                  isDense: true,
                  columns: paymentColumns(zone),
                },
                rowHref: (row) => `#/payments/${row.id}`,
              })}`
          : nothing
      }`;
  }
}
customElements.define("ticket-beside", TicketBeside);
