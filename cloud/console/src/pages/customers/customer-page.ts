import { css, html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { writeAddress } from "../../address.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { editCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { goOnTo } from "../../components/overlay/toast.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { dataOfCustomer } from "../../data/back-office/personal-data.ts";
import { sessionsOfAccount } from "../../data/catalogue/account-sessions.ts";
import { listAccounts } from "../../data/catalogue/accounts.ts";
import {
  type Customer,
  changeCustomer,
  customerPath,
  disconnectCustomer,
  removeCustomer,
  switchCustomer,
} from "../../data/catalogue/customers.ts";
import { type GrantView, listGrants } from "../../data/catalogue/grants.ts";
import { listSessions, type Session } from "../../data/catalogue/sessions.ts";
import { customersVouchers, type Voucher } from "../../data/catalogue/vouchers.ts";
import { listPayments, type Payment } from "../../data/money/payments.ts";
import type { Page } from "../../hub/api.ts";
import type { ListQuery } from "../../hub/list.ts";
import type { Topic } from "../../hub/live-events.ts";
import { modulesOf } from "../../modules/module-pages.ts";
import { byteSize, dateTime } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { paymentColumns } from "../payments/payment-columns.ts";
import "./customer-messages-card.ts";
import "../subscriptions/lines-card.ts";
import "../sessions/grant-card.ts";
import { sessionColumns } from "../sessions/session-table.ts";
import { grouped } from "../vouchers/print-sheet.ts";
import "./credit-card.ts";
import "./credit-lines.ts";
import { customerFields } from "./customer-fields.ts";
import "./statement-card.ts";

/** The page shows the sessions of so many grants, the newest first. */
const grantsWithSessions = 5;
/** And of so many lines. */
const linesWithSessions = 3;

/** One customer: lines, grants, payments, sessions and credit. */
class CustomerPage extends appElement({
  customerId: property(""),
  /** How often the credit was changed here: its lines are read again. */
  creditChanges: state(0),
  /** The grant whose card is open. */
  grant: state<{ readonly grantId: string; readonly siteId: string } | null>(null),
}) {
  // A new customer has eight empty lists: each says so in a line.
  static override styles = [
    sharedStyles,
    css`
      :host {
        --empty-picture: none;
        --empty-padding: var(--space-4);
      }
    `,
  ];

  /** What is seldom wanted comes after the page stands. */
  override firstUpdated(): void {
    void import("./personal-data-card.ts");
  }

  readonly #customer = new ReadController<Customer>(this, {
    path: () => customerPath(this.customerId),
    topics: ["customer"],
  });
  readonly #actions = new PageActions(this);
  readonly #grants = this.#listByPhone<GrantView>(["grant"], listGrants);
  readonly #payments = this.#listByPhone<Payment>(["payment"], (query, phone) =>
    listPayments({ ...query, limit: 10 }, { phone }),
  );
  readonly #sessions = new ListController<Session>(this, {
    read: async (query) => {
      const few = { limit: 5, cursor: null };
      const [phone, lines] = await Promise.all([
        this.#phone(),
        this.may("accounts.read") ? listAccounts(query, { customerId: this.customerId }) : { items: [] },
      ]);
      const grants = phone === null ? [] : (await listGrants(query, phone)).items;
      const ofGrant = async (grantId: string) => (await listSessions(few, { grantId })).items;
      const pages = await Promise.all([
        ...lines.items.slice(0, linesWithSessions).map((account) => sessionsOfAccount(account)),
        ...grants.slice(0, grantsWithSessions).map(({ grantId }) => ofGrant(grantId)),
      ]);
      // A session of a line is found by its name and by its grant.
      const found = new Map(pages.flat().map((one) => [`${one.siteId}/${one.sessionKey}`, one]));
      return { items: [...found.values()], nextCursor: null };
    },
    topics: ["session"],
  });

  /** A list that the hub finds by the customer's phone. It is empty for a customer without a phone. */
  #listByPhone<Row>(topics: readonly Topic[], read: (query: ListQuery, phone: string) => Promise<Page<Row>>) {
    return new ListController<Row>(this, {
      read: async (query) => {
        const phone = await this.#phone();
        return phone === null ? { items: [], nextCursor: null } : read(query, phone);
      },
      topics,
    });
  }

  async #phone(): Promise<string | null> {
    if (this.#customer.value === null) await this.#customer.reload();
    return this.#customer.value?.phone ?? null;
  }

  readonly #vouchers = new ListController<Voucher>(this, {
    read: () => customersVouchers(this.customerId),
    topics: ["voucher"],
  });

  override render() {
    return html`<div class="head">
        <h1>${this.#customer.value?.name ?? say("customer")}</h1>
      </div>
      ${this.#customer.render((customer) => this.#body(customer))}`;
  }

  #body(customer: Customer) {
    const { phone } = customer;
    const seesMoney = this.may("payments.read");
    return html`<div class="two">
        <section class="card pad">${this.#facts(customer)}</section>
        ${seesMoney && phone !== null ? keyed(phone, html`<credit-card .app=${this.app} .phone=${phone} @credited=${() => this.creditChanges++}></credit-card>`) : nothing}
      </div>
      ${this.#editForm()}
      ${
        this.may("subscriptions.read") && this.may("accounts.read")
          ? html`<lines-card .app=${this.app} .customerId=${customer.customerId} .phone=${phone ?? ""}></lines-card>`
          : nothing
      }
      ${this.#ofModules(customer)}
      ${this.may("grants.read") ? this.#grantList() : nothing}
      ${this.may("vouchers.read") ? this.#voucherList() : nothing}
      ${
        seesMoney && phone !== null
          ? html`<h2 class="between">${say("creditHistory")}</h2>
              ${keyed(`${phone} ${this.creditChanges}`, html`<credit-lines .app=${this.app} .phone=${phone}></credit-lines>`)}`
          : nothing
      }
      ${
        this.may("ledger.read")
          ? html`<statement-card .app=${this.app} .customerId=${customer.customerId}></statement-card>`
          : nothing
      }
      ${
        seesMoney
          ? html`<h2 class="between">${say("payments")}</h2>
              ${listCard(this.#payments, {
                title: say("payments"),
                emptyText: say("nothingYet"),
                columns: paymentColumns(this.app.zone),
                rowHref: (row) => `#/payments/${row.id}`,
              })}
              ${
                // Cash for a line is no payment of that list.
                phone === null
                  ? nothing
                  : html`<p class="below"><a href=${`#/money-received?q=%2B${phone}`}>${say("moneyReceived")}</a></p>`
              }`
          : nothing
      }
      <h2 class="between">${say("sessions")}</h2>
      ${listCard(this.#sessions, {
        title: say("sessions"),
        emptyText: say("nothingYet"),
        columns: sessionColumns(this.app),
      })}
      ${
        this.may("messages.read")
          ? html`<customer-messages-card .app=${this.app} .customerId=${customer.customerId}></customer-messages-card>`
          : nothing
      }
      ${
        this.may("customers.personal-data")
          ? html`<personal-data-card
              .app=${this.app}
              .subject=${dataOfCustomer(customer.customerId)}
              .name=${customer.name}
            ></personal-data-card>`
          : nothing
      }`;
  }

  #ofModules({ customerId }: Customer) {
    return modulesOf(this.app.user).map(({ customerCard }) => customerCard?.render(this.app, customerId) ?? nothing);
  }

  #facts(customer: Customer) {
    return html`<span class="badge ${customer.active ? "good" : "bad"}">${say(customer.active ? "active" : "suspended")}</span>
      ${facts([
        [say("phone"), customer.phone === null ? null : html`<span class="mono">+${customer.phone}</span>`],
        [say("email"), customer.email],
        [say("note"), customer.note],
        [say("since"), dateTime(customer.createdAtMs, this.app.zone)],
      ])}
      ${
        customer.phone !== null && this.may("payments.read")
          ? html`<p class="below"><a href=${writeAddress({ path: "person", id: customer.phone })}>${say("whyOffline")}</a></p>`
          : nothing
      }
      ${this.#buttons(customer)}`;
  }

  #buttons(customer: Customer) {
    const [mayChange, mayEnd] = [this.may("customers.manage"), this.may("sessions.manage")];
    if (!mayChange && !mayEnd) return nothing;
    return html`<p class="row below">
      ${mayEnd ? html`<button @click=${() => this.#disconnect(customer)}>${say("disconnect")}</button>` : nothing}
      ${mayChange ? this.#changes(customer) : nothing}
    </p>`;
  }

  #changes(customer: Customer) {
    return html`<button aria-expanded=${this.#customer.edited !== null} @click=${() => this.#customer.toggleEdit()}>
        ${say("edit")}
      </button>
      <button @click=${() => this.#switch(customer)}>${say(customer.active ? "suspend" : "reactivate")}</button>
      <button class="quiet danger" @click=${() => this.#remove(customer)}>${say("remove")}</button>`;
  }

  /** Vouchers that staff gave them by name; nothing where there are none. */
  #voucherList() {
    if ((this.#vouchers.rows ?? []).length === 0) return nothing;
    return html`<h2 class="between">${say("customersVouchers")}</h2>
      ${listCard(this.#vouchers, {
        title: say("customersVouchers"),
        emptyText: say("noCodesYet"),
        columns: [
          {
            label: say("code"),
            cell: (row) =>
              html`<a class="mono" href="#/vouchers?code=${encodeURIComponent(row.code)}">${grouped(row.code)}</a>`,
          },
          { label: say("plan"), cell: (row) => planTitle(row.planName) },
          { label: say("state"), cell: (row) => word("voucher", row.state) },
        ],
      })}`;
  }

  #editForm() {
    return editCard(this.#customer, {
      fields: customerFields,
      submit: (values, etag) => changeCustomer(this.customerId, values, etag),
      done: async () => {
        this.#customer.endEdit();
        await this.#customer.reload();
        this.#actions.notify(say("saved"));
        // Another number has bought other things.
        for (const list of [this.#grants, this.#payments, this.#sessions]) void list.reload();
      },
    });
  }

  #grantList() {
    const { zone } = this.app;
    return html`<h2 class="between">${say("grants")}</h2>
      ${this.#openGrant()}
      ${listCard(this.#grants, {
        title: say("grants"),
        emptyText: say("nothingYet"),
        columns: [
          { label: say("plan"), cell: (row) => html`<strong>${planTitle(row.planName)}</strong>` },
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
        buttons: this.may("grants.manage") && ((row) => this.#grantButton(row)),
      })}`;
  }

  #grantButton({ grantId, siteId, state: is }: GrantView) {
    if (is === "revoked") return nothing;
    const isOpen = this.grant?.grantId === grantId;
    const toggle = () => {
      this.grant = isOpen ? null : { grantId, siteId };
    };
    return html`<button class="quiet" aria-expanded=${isOpen} @click=${toggle}>${say("grantMore")}</button>`;
  }

  #openGrant() {
    if (this.grant === null) return nothing;
    const { grantId, siteId } = this.grant;
    return keyed(grantId, html`<grant-card .app=${this.app} .grantId=${grantId} .siteId=${siteId}></grant-card>`);
  }

  async #switch(customer: Customer) {
    await this.#actions.run("switch", () => switchCustomer(customer.customerId, !customer.active));
    await this.#customer.reload();
  }

  async #disconnect({ customerId, name }: Customer) {
    if (!(await ask(say("disconnectCustomerSure", { name }), say("disconnect"), { danger: true, thing: name }))) return;
    await this.#actions.run(
      "disconnect",
      () => disconnectCustomer(customerId),
      ({ sessions }) => {
        if (sessions.length === 0) return say("disconnectedNobody", { name });
        const left = sessions.filter(({ result }) => result === "away" || result === "refused");
        const count = sessions.length - left.length;
        const sites = [...new Set(left.map(({ siteName }) => siteName))].join(", ");
        return left.length === 0
          ? say("disconnectedMany", { count })
          : say("disconnectedSomeAway", { count, left: left.length, sites });
      },
    );
    await this.#sessions.reload();
  }

  async #remove(customer: Customer) {
    if (
      !(await ask(say("removeCustomerSure", { name: customer.name }), say("remove"), {
        danger: true,
        thing: customer.name,
      }))
    )
      return;
    const isDone = await this.#actions.run("remove", () => removeCustomer(customer.customerId));
    if (isDone) goOnTo("#/customers");
  }
}
customElements.define("customer-page", CustomerPage);
