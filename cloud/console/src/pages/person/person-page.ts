import { css, html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { writeAddress } from "../../address.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { notAskedText } from "../../components/not-asked.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import type { Column } from "../../components/table/table-columns.ts";
import { type Person, personPath, type Verdict } from "../../data/back-office/person.ts";
import { verifyPayment } from "../../data/money/payments.ts";
import { byteSize, dateTime, duration, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { verdictText } from "./verdict-text.ts";
import "../../components/table/data-table.ts";
import "../sessions/grant-card.ts";
import "../sessions/grant-devices.ts";

type Grant = NonNullable<Person["grants"]>[number];
type Purchase = Person["purchases"][number];
type Session = NonNullable<Person["sessions"]>[number];

/** Somebody by phone number, also who never registered: why they are not online, what helps, and what they bought and used. */
class PersonPage extends appElement({
  phone: property(""),
  /** The remedy that is open below the verdict. */
  isHelping: state(false),
}) {
  readonly #person = new ReadController<Person>(this, {
    path: () => personPath(this.phone),
    topics: ["payment", "grant", "session", "site", "ticket", "customer", "message"],
  });
  readonly #actions = new PageActions(this, () => this.#person.reload());

  static override styles = [
    sharedStyles,
    css`
      .verdict {
        border-left: 4px solid var(--warn);
        margin-bottom: 1rem;
      }
      .verdict.good {
        border-left-color: var(--good);
      }
      .verdict p:first-child {
        font-size: 1.15rem;
        font-weight: 600;
        margin: 0 0 0.3rem;
      }
    `,
  ];

  override render() {
    return html`${this.#head(this.#person.value?.phone ?? "")} ${this.#person.render((person) => this.#body(person))}`;
  }

  #head(phone: string) {
    return html`<div class="head">
      <h1>${say("whyOffline")}</h1>
      ${phone === "" ? nothing : html`<p class="soft mono">${phone.includes("*") ? phone : `+${phone}`}</p>`}
    </div>`;
  }

  #body(person: Person) {
    return html`${person.verdict === null ? nothing : this.#verdict(person, person.verdict)} ${this.#who(person)}
      ${this.#purchases(person.purchases)} ${this.#grants(person.grants)} ${this.#devices(person.devices)}
      ${this.#sessions(person.sessions)} ${this.#messages(person.messages)} ${this.#tickets(person.tickets)}
      ${this.#empty(person)} ${notAsked(person)}`;
  }

  #verdict(person: Person, verdict: Verdict) {
    return html`<section class="card pad verdict ${verdict.kind === "online" ? "good" : ""}" aria-label=${say("whyOffline")}>
        <p role="status">${verdictText(verdict, this.app.zone)}</p>
        ${source(verdict)}
        ${this.#remedy(person, verdict)}
      </section>
      ${this.#help(verdict)}`;
  }

  /** One button. Who may not do what it does is shown none. */
  #remedy({ phone }: Person, { remedy }: Verdict) {
    if (remedy === null) return nothing;
    const { kind, id } = remedy;
    const link = (permission: string, href: string, text: string) =>
      this.may(permission)
        ? html`<p class="row below"><a class="button primary" href=${href}>${text}</a></p>`
        : nothing;
    const button = (permission: string, text: string, press: () => unknown, isOpen: boolean | null = null) =>
      this.may(permission)
        ? html`<p class="row below">
            <button
              class="primary"
              aria-expanded=${isOpen === null ? nothing : isOpen}
              ?disabled=${this.#actions.busy !== ""}
              @click=${press}
            >
              ${text}
            </button>
          </p>`
        : nothing;
    switch (kind) {
      case "sell": {
        // A number that is half hidden is typed by who knows it.
        const query = { phone: phone.includes("*") ? this.phone : phone };
        return link("payments.sell", writeAddress({ path: "sell", query }), say("sell"));
      }
      case "payment":
        return link("payments.read", writeAddress({ path: "payments", id }), say("lookAtPayment"));
      case "site":
        return link("sites.read", writeAddress({ path: "sites", id }), say("lookAtSite"));
      case "customer":
        return id === null
          ? nothing
          : link("customers.read", writeAddress({ path: "customers", id }), say("lookAtCustomer"));
      case "check-payment":
        return button("payments.verify", say("verify"), () =>
          this.#actions.run(
            "verify",
            () => verifyPayment(id ?? ""),
            () => say("verifyAsked"),
          ),
        );
      case "devices":
        return button("grants.manage", say("putOnline"), () => (this.isHelping = !this.isHelping), this.isHelping);
      case "grant":
        return button("grants.manage", say("grantMore"), () => (this.isHelping = !this.isHelping), this.isHelping);
    }
  }

  #help({ remedy }: Verdict) {
    if (!this.isHelping || remedy === null) return nothing;
    const { kind, id, siteId } = remedy;
    if (kind === "devices")
      return keyed(
        id,
        html`<grant-devices .app=${this.app} .grantId=${id ?? ""} .siteId=${siteId ?? ""} .isWanted=${true}></grant-devices>`,
      );
    if (kind === "grant")
      return keyed(id, html`<grant-card .app=${this.app} .grantId=${id ?? ""} .siteId=${siteId ?? ""}></grant-card>`);
    return nothing;
  }

  #who({ customer }: Person) {
    if (!this.may("customers.read")) return nothing;
    if (customer === null) return html`<p class="soft panel">${say("noCustomerHasNumber")}</p>`;
    return html`<p class="panel">
      ${say("customer")}: <a href=${writeAddress({ path: "customers", id: customer.customerId })}>${customer.name}</a>
      ${customer.active ? nothing : html`<span class="badge bad">${say("suspended")}</span>`}
    </p>`;
  }

  /** Nothing, where there is none: one line at the end says what was looked for. */
  #table<Row>(
    title: string,
    rows: readonly Row[] | null,
    columns: readonly Column<Row>[],
    rowHref: ((row: Row) => string) | null = null,
  ): TemplateResult | typeof nothing {
    if (rows === null || rows.length === 0) return nothing;
    return html`<h2 class="between">${title}</h2>
      <section class="card">
        <data-table caption=${title} .columns=${columns} .rows=${rows} .rowHref=${rowHref}></data-table>
      </section>`;
  }

  #time = (atMs: number | null) => (atMs === null ? say("none") : dateTime(atMs, this.app.zone));

  #purchases(rows: Person["purchases"]) {
    return this.#table<Purchase>(
      say("purchases"),
      rows,
      [
        { label: say("time"), cell: (row) => this.#time(row.atMs) },
        { label: say("plan"), lead: true, cell: (row) => planTitle(row.planName) },
        { label: say("site"), cell: (row) => row.siteName ?? say("none") },
        {
          label: say("state"),
          cell: (row) =>
            html`<span class="badge ${row.state.startsWith("paid") ? "good" : row.state === "failed" ? "bad" : "warn"}"
                >${row.state === "disabled" ? say("switchedOff") : word("state", row.state)}</span
              >${row.reason === null ? nothing : html`<br /><span class="soft">${word("reason", row.reason)}</span>`}`,
        },
        {
          label: say("code"),
          cell: (row) => (row.codeEnd === null ? say("none") : html`<span class="mono">…${row.codeEnd}</span>`),
        },
        { label: say("amount"), numeric: true, cell: (row) => money(row.amountCents, row.currency) },
      ],
      (row) => writeAddress({ path: row.kind === "payment" ? "payments" : "cash-sales", id: row.id }),
    );
  }

  #grants(rows: Person["grants"]) {
    return this.#table<Grant>(say("theirGrants"), rows, [
      { label: say("plan"), lead: true, cell: (row) => planTitle(row.planName) },
      { label: say("site"), cell: (row) => row.siteName ?? say("none") },
      { label: say("state"), cell: (row) => this.#standing(row) },
      {
        label: say("started"),
        cell: (row) => (row.startedAtMs === null ? say("notStarted") : this.#time(row.startedAtMs)),
      },
      { label: say("ends"), cell: (row) => this.#time(row.endsAtMs) },
    ]);
  }

  #standing({ revokedAtMs, isSuspended, isPaused, startedAtMs, endsAtMs }: Grant) {
    const badge = (text: string, kind = "") => html`<span class="badge ${kind}">${text}</span>`;
    if (revokedAtMs !== null) return badge(word("grant", "revoked"));
    if (isSuspended) return badge(say("suspended"), "warn");
    if (isPaused) return badge(say("grantPaused"));
    if (endsAtMs !== null && endsAtMs <= Date.now()) return badge(word("grant", "ended"));
    return startedAtMs === null ? badge(word("grant", "waiting")) : badge(word("grant", "running"), "good");
  }

  #devices(rows: Person["devices"]) {
    type Device = NonNullable<Person["devices"]>[number];
    return this.#table<Device>(say("theirDevices"), rows, [
      { label: "MAC", lead: true, cell: (row) => html`<span class="mono">${row.mac}</span>` },
      { label: say("state"), cell: (row) => say(row.isOnline ? "seenOnline" : "notOnline") },
      { label: say("lastSeen"), cell: (row) => this.#time(row.lastAtMs) },
    ]);
  }

  #sessions(rows: Person["sessions"]) {
    return this.#table<Session>(say("sessions"), rows, [
      { label: say("since"), cell: (row) => this.#time(row.startedAtMs) },
      { label: say("device"), lead: true, cell: (row) => html`<span class="mono">${row.mac ?? say("none")}</span>` },
      { label: say("site"), cell: (row) => row.siteName ?? say("none") },
      { label: say("duration"), numeric: true, cell: (row) => duration(row.onlineSeconds) },
      { label: say("used"), numeric: true, cell: (row) => byteSize(row.usedBytes) },
      {
        label: say("state"),
        cell: ({ stoppedAtMs, why, cause }) => {
          if (stoppedAtMs === null) return html`<span class="badge good">${say("online")}</span>`;
          return why !== null ? word("ending", why) : cause !== null ? word("cause", cause) : say("ended");
        },
      },
    ]);
  }

  #messages(rows: Person["messages"]) {
    type Message = NonNullable<Person["messages"]>[number];
    return this.#table<Message>(say("messagesToThem"), rows, [
      { label: say("time"), cell: (row) => this.#time(row.atMs) },
      {
        label: say("what"),
        lead: true,
        cell: (row) =>
          html`${word("template", row.template)} <span class="soft">${word("channel", row.channel)}</span>`,
      },
      {
        label: say("state"),
        cell: (row) => html`<span class="badge">${word("message", row.state)}</span>${rawText(row.problem)}`,
      },
    ]);
  }

  #tickets(rows: Person["tickets"]) {
    type Ticket = NonNullable<Person["tickets"]>[number];
    return this.#table<Ticket>(
      say("tickets"),
      rows,
      [
        { label: say("ticket"), lead: true, cell: (row) => `#${row.number} ${row.subject}` },
        { label: say("state"), cell: (row) => word("ticket_state", row.state) },
        { label: say("time"), cell: (row) => this.#time(row.changedAtMs) },
      ],
      (row) => writeAddress({ path: "tickets", id: row.ticketId }),
    );
  }

  /** What was looked for and is not there, in one line. */
  #empty({ verdict, purchases, grants, devices, sessions, messages, tickets }: Person) {
    if (verdict?.kind === "nothing-known") return nothing;
    const looked = [
      [say("purchases"), purchases],
      [say("theirGrants"), grants],
      [say("theirDevices"), devices],
      [say("sessions"), sessions],
      [say("messagesToThem"), messages],
      [say("tickets"), tickets],
    ] as const;
    const none = looked.flatMap(([title, rows]) => (rows?.length === 0 ? [title] : []));
    return none.length === 0
      ? nothing
      : html`<p class="soft between">${say("noneOfThese", { list: none.join(", ") })}</p>`;
  }
}
customElements.define("person-page", PersonPage);

function notAsked(person: Person) {
  const text = notAskedText(person.notAsked);
  return text === "" ? nothing : html`<p class="soft between" role="status">${text}</p>`;
}

/** Whether the site itself said so, where it has a say in it. */
function source({ kind, isAsked }: Verdict) {
  if (isAsked) return html`<p class="soft">${say("verdictAsked")}</p>`;
  const isOfSite = kind === "left" || kind === "not-used" || kind === "refused";
  return isOfSite ? html`<p class="soft">${say("verdictKnown")}</p>` : nothing;
}
