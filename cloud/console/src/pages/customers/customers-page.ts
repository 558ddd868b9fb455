import { html, nothing } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead, searchBar } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addCustomer, type Customer, listCustomers } from "../../data/catalogue/customers.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import "./customer-page.ts";
import { customerFields } from "./customer-fields.ts";

/** Customers who were given a name; nobody needs to be one to buy. */
class CustomersPage extends elementWith({
  desk: property<Desk>(),
  adding: state(false),
  q: state(""),
}) {
  readonly #customers = new ListController<Customer>(this, {
    read: (cursor, sort) => listCustomers(cursor, this.q, sort),
    topics: ["customer"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const search = (typed: string) => {
      this.q = typed;
      void this.#customers.reload();
    };
    return html`${listHead(say("customers"), {
      text: say("addCustomer"),
      may: this.desk.user.permissions.includes("customers.manage"),
      isOpen: this.adding,
      toggle: () => (this.adding = !this.adding),
    })}
      ${searchBar(say("searchCustomer"), search)}
      ${
        this.adding
          ? html`<section class="card pad panel">
              <action-form
                .fields=${customerFields(null)}
                submitText=${say("addCustomer")}
                .submit=${addCustomer}
                @done=${(event: CustomEvent<Customer>) => {
                  location.hash = `#/customers/${event.detail.customerId}`;
                }}
              ></action-form>
            </section>`
          : nothing
      }
      ${listCard(this.#customers, {
        caption: say("customers"),
        emptyText: say(this.q === "" ? "noCustomers" : "nothingFound"),
        rowHref: (row) => `#/customers/${row.customerId}`,
        columns: [
          { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
          {
            label: say("phone"),
            cell: (row) => html`<span class="mono">${row.phone === null ? say("none") : `+${row.phone}`}</span>`,
          },
          { label: say("email"), cell: (row) => row.email ?? say("none") },
          {
            label: say("state"),
            cell: (row) =>
              html`<span class="badge ${row.active ? "good" : "bad"}">${say(row.active ? "active" : "suspended")}</span>`,
          },
          { label: say("since"), cell: (row) => dateTime(row.createdAtMs, this.desk.zone) },
        ],
      })}`;
  }
}
customElements.define("customers-page", CustomersPage);
