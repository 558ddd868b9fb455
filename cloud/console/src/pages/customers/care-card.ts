import { html, nothing } from "lit";
import { given } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { formCard } from "../../components/form-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Equipment, equipmentOf } from "../../data/back-office/stock.ts";
import { addTicket, listTickets, type Ticket, type WholeTicket } from "../../data/back-office/tickets.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { ticketFields, ticketOf } from "../tickets/ticket-fields.ts";
import { ticketColumns } from "../tickets/ticket-words.ts";

/** Of one customer: tickets, and what is lent to them. */
class CareCard extends appElement({
  customerId: property(""),
  isOpening: state(false),
  sites: state<Names>(noNames),
}) {
  readonly #tickets = new ListController<Ticket>(this, {
    read: async (query) =>
      this.may("tickets.read")
        ? listTickets({ ...query, limit: 5 }, { customerId: this.customerId })
        : { items: [], nextCursor: null },
    topics: ["ticket"],
  });
  readonly #equipment = new ReadController<readonly Equipment[]>(this, {
    read: async () => (this.may("stock.read") ? equipmentOf(this.customerId) : []),
    topics: ["customer"],
  });

  override render() {
    const equipment = this.#equipment.value ?? [];
    return html`${
      (this.#tickets.rows ?? []).length === 0
        ? nothing
        : html`<h2 class="between">${say("tickets")}</h2>
              ${listCard(this.#tickets, {
                title: say("tickets"),
                emptyText: say("nothingYet"),
                columns: ticketColumns(this.app.zone),
                rowHref: (row) => `#/tickets/${row.ticketId}`,
              })}`
    }
      ${this.may("tickets.answer") ? this.#opening() : nothing}
      ${
        equipment.length === 0
          ? nothing
          : html`<section class="card pad panel">
              <h2>${say("equipment")}</h2>
              ${facts(
                equipment.map((item) => [
                  `${item.kindName} ${item.serial}`,
                  html`<a href="#/stock/${item.itemId}">${word("holding", item.holding)}</a> ${
                    item.askedBackMs === null
                      ? nothing
                      : html`<span class="badge warn">${say("askedBackSince", { time: dateTime(item.askedBackMs, this.app.zone) })}</span>`
                  }`,
                ]),
              )}
            </section>`
      }`;
  }

  /** Staff write down what a customer says on the phone: the ticket is the customer's, with their services beside it. */
  #opening() {
    const toggle = async () => {
      this.sites = await readNames("sites", this.app.user);
      this.isOpening = !this.isOpening;
    };
    if (!this.isOpening) return html`<p class="between"><button @click=${toggle}>${say("addTicket")}</button></p>`;
    return formCard({
      title: say("addTicket"),
      fields: ticketFields(this.sites),
      submitText: say("addTicket"),
      submit: (values, key) => addTicket(given({ ...ticketOf(values), customerId: this.customerId }), key),
      done: (made) => {
        location.hash = `#/tickets/${encodeURIComponent((made as WholeTicket).ticketId)}`;
      },
      cancel: toggle,
    });
  }
}
customElements.define("care-card", CareCard);
