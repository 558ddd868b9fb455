import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { say, word } from "../../strings/strings.ts";
import { ticketFields, ticketOf } from "./ticket-fields.ts";
import { kinds, priorities, states, ticketColumns, workTime } from "./ticket-words.ts";
import {
  addTicket,
  listTickets,
  type Ticket,
  type TicketSummary,
  ticketSummaryPath,
  type WholeTicket,
} from "./tickets.ts";
import { wordChoices } from "./word-choices.ts";

const shows = {
  live: "showLive",
  late: "showLate",
  mine: "showMine",
  unassigned: "showUnassigned",
  all: "showAll",
} as const;

/** What customers and staff want put right, what is late, and how soon things are answered. */
class TicketsPage extends appElement({ sites: state<Names>(noNames) }) {
  readonly #tickets = new ListController<Ticket, "show" | "state" | "kind" | "priority">(this, {
    read: (query, { show, ...filters }) =>
      listTickets(query, {
        ...filters,
        ...(show === "all" || filters.state !== "" ? {} : { live: true }),
        ...(show === "late" ? { late: true } : {}),
        ...(show === "mine" ? { assignedTo: this.app.user.userId } : {}),
        ...(show === "unassigned" ? { unassigned: true } : {}),
      }),
    topics: ["ticket"],
    filters: ["show", "state", "kind", "priority"],
    isCounted: true,
  });
  readonly #summary = new ReadController<TicketSummary>(this, { path: () => ticketSummaryPath, topics: ["ticket"] });

  static override styles = [sharedStyles, tileStyles];

  override async firstUpdated() {
    this.sites = await readNames("sites", this.app.user);
  }

  override render() {
    return listPage(this.#tickets, {
      title: say("tickets"),
      name: "tickets",
      intro: say("ticketsWhy"),
      emptyText: say("noTickets"),
      search: say("searchTicket"),
      unsortedText: say("time"),
      above: this.#tiles(),
      beside: this.may("tickets.manage")
        ? html`<a class="button" href="#/ticket-settings">${say("ticketSettings")}</a>`
        : nothing,
      add: this.may("tickets.answer") && {
        text: say("addTicket"),
        fields: ticketFields(this.sites),
        submit: (values, key) => addTicket(ticketOf(values), key),
        done: (made) => {
          location.hash = `#/tickets/${encodeURIComponent((made as WholeTicket).ticketId)}`;
        },
      },
      narrow: [
        {
          name: "show",
          label: say("showOnly"),
          options: Object.entries(shows).map(([value, key]) => ({
            value: value === "live" ? "" : value,
            label: say(key),
          })),
        },
        {
          name: "state",
          label: say("state"),
          options: [{ value: "", label: say("allStates") }, ...wordChoices("ticket_state", states)],
        },
        {
          name: "kind",
          label: say("ticketKind"),
          options: [{ value: "", label: say("showAll") }, ...wordChoices("ticket_kind", kinds)],
        },
        {
          name: "priority",
          label: say("priority"),
          options: [{ value: "", label: say("showAll") }, ...wordChoices("priority", priorities)],
        },
      ],
      columns: ticketColumns(this.app.zone),
      rowHref: (row) => `#/tickets/${row.ticketId}`,
      below: this.#times(),
    });
  }

  #tiles() {
    const summary = this.#summary.value;
    const show = (name: string) => `#/tickets?show=${name}`;
    // What could not be read is not still being read.
    const unknown = this.#summary.errorText === "" ? null : "–";
    const figure = (count: number | undefined) => (count === undefined ? unknown : String(count));
    return html`<div class="tiles">
      ${tile(say("ticketsOpen"), figure(summary?.open), summary === null ? "" : `${say("ticketsWaiting")}: ${summary.waiting}`, { href: "#/tickets" })}
      ${tile(say("ticketsLate"), figure(summary?.late), "", { attention: (summary?.late ?? 0) > 0, href: show("late") })}
      ${tile(say("ticketsUnassigned"), figure(summary?.unassigned), "", { href: show("unassigned") })}
      ${tile(say("ticketsMine"), figure(summary?.mine), "", { href: show("mine") })}
    </div>`;
  }

  #times() {
    const rows = (this.#summary.value?.times ?? []).filter(({ tickets }) => tickets > 0).toReversed();
    if (rows.length === 0) return nothing;
    const lateText = (count: number) =>
      count === 0 ? nothing : html`<span class="badge bad">${say("lateOnes", { count })}</span>`;
    return html`<h2 class="between">${say("ticketTimes")}</h2>
      <section class="card pad panel">
        <dl class="facts">
          ${rows.map(
            (
              row,
            ) => html`<dt>${word("priority", row.priority)} <span class="soft">${say("timesTickets")}: ${row.tickets}</span></dt>
              <dd>
                ${say("timeToAnswer")}: ${workTime(row.answerWorkMs)} ${lateText(row.answeredLate)}<br />
                ${say("timeToSolve")}: ${workTime(row.solveWorkMs)} ${lateText(row.solvedLate)}
              </dd>`,
          )}
        </dl>
      </section>`;
  }
}
customElements.define("tickets-page", TicketsPage);
