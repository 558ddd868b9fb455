import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { addCustomer, type Customer, listCustomers } from "../../data/catalogue/customers.ts";
import { type Names, readNames } from "../../data/names.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { customerFields } from "./customer-fields.ts";
import "./customer-page.ts";

/** Customers that have a name. Nobody needs one to buy. */
class CustomersPage extends appElement() {
  readonly #customers = new ListController<Customer, "siteId" | "from" | "to">(this, {
    read: (query, { siteId, ...days }) =>
      listCustomers(query, { siteId, ...momentsOf(days, this.app.zone.utcOffsetMinutes) }),
    topics: ["customer"],
    filters: ["siteId", "from", "to"],
    isCounted: true,
  });
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });

  override render() {
    return listPage(this.#customers, {
      title: say("customers"),
      name: "customers",
      emptyText: say("noCustomers"),
      search: say("searchCustomer"),
      narrow: [siteFilter(this.#sites.value), { days: this.app.zone }],
      add: this.may("customers.manage") && {
        text: say("addCustomer"),
        fields: customerFields(null),
        submit: (values, key) => addCustomer(values, key),
        done: ({ customerId }: Customer) => {
          location.hash = `#/customers/${customerId}`;
        },
      },
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
        { label: say("since"), isNamed: true, cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
      ],
    });
  }
}
customElements.define("customers-page", CustomersPage);
