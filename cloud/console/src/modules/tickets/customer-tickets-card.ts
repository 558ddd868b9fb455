import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import { ticketFields, ticketOf } from "./ticket-fields.ts";
import { ticketColumns } from "./ticket-words.ts";
import { addTicket, listTickets, type Ticket, type WholeTicket } from "./tickets.ts";

/** The tickets of one customer, and a new one for what they say on the phone. */
class CustomerTicketsCard extends appElement({
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

  override render() {
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
      ${this.may("tickets.answer") ? this.#opening() : nothing}`;
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
      submit: (values, key) => addTicket({ ...ticketOf(values), customerId: this.customerId }, key),
      done: (made) => {
        location.hash = `#/tickets/${encodeURIComponent((made as WholeTicket).ticketId)}`;
      },
      cancel: toggle,
    });
  }
}
customElements.define("customer-tickets-card", CustomerTicketsCard);
