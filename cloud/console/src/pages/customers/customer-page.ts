import { displayName } from "@karibu/protocol/plan-name";
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Values } from "../../components/action-form.ts";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  type Customer,
  changeCustomer,
  customerPath,
  removeCustomer,
  switchCustomer,
} from "../../data/catalogue/customers.ts";
import { type GrantView, listGrants } from "../../data/catalogue/grants.ts";
import { listSessions, type Session } from "../../data/catalogue/sessions.ts";
import { listPayments, type Payment } from "../../data/money/payments.ts";
import type { Desk } from "../../desk.ts";
import { byteSize, dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { paymentColumns } from "../payments/payment-columns.ts";
import { sessionColumns } from "../sessions/session-table.ts";
import "../../components/action-form.ts";
import { customerFields } from "./customer-fields.ts";
import "./credit-card.ts";
import "./renewals-card.ts";

const sessionsOfGrants = 5;

/** One customer: what they bought, paid and used, their credit; changed, suspended, deleted. */
class CustomerPage extends elementWith({
  desk: property<Desk>(),
  customerId: property(""),
}) {
  readonly #deeds = new Deeds(this);
  readonly #customer = new ReadController<Customer>(this, {
    path: () => customerPath(this.customerId),
    topics: ["customer"],
    events: () => this.desk.events,
  });
  readonly #grants = this.#list<GrantView>(["grant"], listGrants);
  readonly #payments = this.#list<Payment>(["payment"], (phone, cursor) => listPayments({ limit: 10, phone, cursor }));
  readonly #sessions = this.#list<Session>(["session"], async (phone) => {
    const { items: grants } = await listGrants(phone, null);
    const pages = await Promise.all(
      grants.slice(0, sessionsOfGrants).map(({ grantId }) => listSessions({ limit: 5, grantId })),
    );
    return { items: pages.flatMap(({ items }) => items), nextCursor: null };
  });

  /** A list by the customer's number: nothing while there is none. */
  #list<Row>(
    topics: string[],
    read: (phone: string, cursor: string | null) => Promise<{ items: readonly Row[]; nextCursor: string | null }>,
  ) {
    return new ListController<Row>(this, {
      read: async (cursor) => {
        if (this.#customer.value === null) await this.#customer.reload();
        const phone = this.#customer.value?.phone;
        return phone == null ? { items: [], nextCursor: null } : read(phone, cursor);
      },
      topics,
      events: () => this.desk.events,
    });
  }

  static override styles = [sharedStyles];

  override render() {
    return html`<div class="head">
        <h1>${this.#customer.value?.name ?? say("customer")}</h1>
        <a href="#/customers">${say("customers")}</a>
      </div>
      ${this.#deeds.notice()} ${this.#customer.render((customer) => this.#body(customer))}`;
  }

  #body(customer: Customer) {
    const { permissions } = this.desk.user;
    return html`<div class="two">
        <section class="card pad">${this.#facts(customer, permissions.includes("customers.manage"))}</section>
        ${
          customer.phone !== null && permissions.includes("payments.read")
            ? html`<credit-card .desk=${this.desk} .phone=${customer.phone}></credit-card>`
            : nothing
        }
      </div>
      ${this.#form(customer)}
      ${permissions.includes("grants.read") ? this.#grantList() : nothing}
      ${
        customer.phone !== null && permissions.includes("payments.read")
          ? html`<h2 class="between">${say("renewals")}</h2>
              <renewals-card .desk=${this.desk} .phone=${customer.phone}></renewals-card>`
          : nothing
      }
      ${
        permissions.includes("payments.read")
          ? html`<h2 class="between">${say("payments")}</h2>
              ${listCard(this.#payments, {
                caption: say("payments"),
                emptyText: say("nothingYet"),
                columns: paymentColumns(this.desk.zone),
                rowHref: (row) => `#/payments/${row.id}`,
              })}`
          : nothing
      }
      <h2 class="between">${say("sessions")}</h2>
      ${listCard(this.#sessions, {
        caption: say("sessions"),
        emptyText: say("nothingYet"),
        columns: sessionColumns(this.desk),
      })}`;
  }

  #facts(customer: Customer, mayChange: boolean) {
    return html`<span class="badge ${customer.active ? "good" : "bad"}">${say(customer.active ? "active" : "suspended")}</span>
      ${facts([
        [say("phone"), customer.phone === null ? null : html`<span class="mono">+${customer.phone}</span>`],
        [say("email"), customer.email],
        [say("note"), customer.note],
        [say("since"), dateTime(customer.createdAtMs, this.desk.zone)],
      ])}
      ${
        mayChange
          ? html`<p class="row below">
              <button
                aria-expanded=${this.#customer.edited !== null}
                @click=${() => (this.#customer.edited === null ? this.#customer.beginEdit() : this.#customer.endEdit())}
              >
                ${say("edit")}
              </button>
              <button
                @click=${() =>
                  this.#deeds.run(
                    "switch",
                    () => switchCustomer(customer.customerId, !customer.active),
                    async () => {
                      await this.#customer.reload();
                      return say("saved");
                    },
                  )}
              >
                ${say(customer.active ? "suspend" : "reactivate")}
              </button>
              <button class="quiet danger" @click=${() => this.#remove(customer)}>${say("remove")}</button>
            </p>`
          : nothing
      }`;
  }

  #form(customer: Customer) {
    const { edited } = this.#customer;
    if (edited === null) return nothing;
    return html`<section class="card pad panel">
      ${keyed(
        edited,
        html`<action-form
          .fields=${customerFields(edited.value)}
          submitText=${say("save")}
          .submit=${(values: Values) => changeCustomer(customer.customerId, values, edited.etag)}
          @look-again=${() => this.#customer.lookAgain()}
          @done=${async () => {
            this.#customer.endEdit();
            await this.#customer.reload();
            this.#deeds.tell(say("saved"));
          }}
        ></action-form>`,
      )}
    </section>`;
  }

  #grantList() {
    const { zone } = this.desk;
    return html`<h2 class="between">${say("grants")}</h2>
      ${listCard(this.#grants, {
        caption: say("grants"),
        emptyText: say("nothingYet"),
        columns: [
          { label: say("plan"), cell: (row) => html`<strong>${displayName(row.planName)}</strong>` },
          {
            label: say("state"),
            cell: (row) =>
              html`<span class="badge ${row.state === "running" ? "good" : ""}">${word("grant", row.state)}</span>`,
          },
          {
            label: say("started"),
            cell: (row) => (row.startedAtMs === null ? say("notStarted") : dateTime(row.startedAtMs, zone)),
          },
          {
            label: say("ends"),
            cell: (row) => (row.endsAtMs === null ? say("none") : dateTime(row.endsAtMs, zone)),
          },
          { label: say("used"), numeric: true, cell: (row) => byteSize(row.usedBytes) },
        ],
      })}`;
  }

  async #remove(customer: Customer) {
    if (!(await ask(say("removeCustomerSure", { name: customer.name }), say("remove")))) return;
    const done = await this.#deeds.run("remove", () => removeCustomer(customer.customerId));
    if (done) location.hash = "#/customers";
  }
}
customElements.define("customer-page", CustomerPage);
