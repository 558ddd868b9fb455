import { html, nothing } from "lit";
import type { Field } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import "../../components/table/data-table.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import {
  type ClosedDay,
  closeDay,
  type LateLine,
  listClosedDays,
  listLateLines,
} from "../../data/money/reconciliation.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime, day, money, today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

const dayMs = 86_400_000;

/** The closed days, the form that closes one, and the money that came in after a day was closed. */
class ClosedDays extends appElement({
  /** The channels that have statements. */
  channels: property<Names>(noNames),
  staff: state<Names>(noNames),
  /** The late money of one closed day. */
  late: state<{ readonly closed: ClosedDay; readonly lines: readonly LateLine[] } | null>(null),
}) {
  readonly #actions = new PageActions(this);
  readonly #days = new ListController<ClosedDay>(this, {
    read: async (query) => {
      this.staff = await readNames("staff", this.app.user);
      return listClosedDays(query);
    },
    topics: ["payment"],
  });

  override render() {
    const { zone } = this.app;
    return html`<h2 class="between">${say("closedDays")}</h2>
      ${this.may("ledger.manage") ? this.#form() : nothing}
      ${listCard(this.#days, {
        title: say("closedDays"),
        emptyText: say("noClosedDays"),
        columns: [
          { label: say("day"), cell: (row) => html`<strong class="nowrap">${day(row.day, zone)}</strong>` },
          { label: say("channel"), cell: (row) => this.channels.get(row.channelId) ?? say("channel") },
          { label: say("closedBy"), cell: (row) => this.staff.get(row.closedBy) ?? say("unnamedUser") },
          { label: say("closedAt"), cell: (row) => dateTime(row.closedAtMs, zone) },
          {
            label: say("compared"),
            cell: ({ closingCents, accountCents, comparedUntilMs, currency }) =>
              closingCents === null || accountCents === null || comparedUntilMs === null
                ? say("comparedRows")
                : say("comparedBalance", {
                    time: dateTime(comparedUntilMs, zone),
                    held: money(closingCents, currency),
                    booked: money(accountCents, currency),
                  }),
          },
          {
            label: say("lateMoney"),
            numeric: true,
            cell: (row) =>
              row.lateCount === 0
                ? say("none")
                : html`<button class="quiet" @click=${() => this.#showLate(row)}>${row.lateCount} · ${money(row.lateCents, row.currency)}</button>`,
          },
          { label: say("moneyIn"), numeric: true, lead: true, cell: (row) => money(row.bookedCents, row.currency) },
        ],
      })}
      ${this.#lateLines()}`;
  }

  #form() {
    const { zone } = this.app;
    const yesterday = today(zone, Date.now() - dayMs);
    const fields: Field[] = [
      { name: "channelId", label: say("channel"), type: "select", required: true, options: optionsOf(this.channels) },
      { name: "day", label: say("day"), type: "date", required: true, value: yesterday },
    ];
    return formCard({
      intro: say("closeDayWhy"),
      fields,
      submitText: say("closeDay"),
      submit: (values, key) => closeDay(String(values.channelId), String(values.day), key),
      done: (closed: { day: string; bookedCents: number; currency: string }) => {
        const amount = money(closed.bookedCents, closed.currency);
        this.#actions.notify(say("dayClosed", { day: day(closed.day, zone), amount }));
        void this.#days.reload();
      },
    });
  }

  #showLate(closed: ClosedDay) {
    return this.#actions.run(
      "late",
      () => listLateLines(closed),
      ({ items }) => {
        this.late = { closed, lines: items };
        return "";
      },
    );
  }

  #lateLines() {
    if (this.late === null) return nothing;
    const { zone } = this.app;
    const title = say("lateFor", { day: day(this.late.closed.day, zone) });
    return html`<h2 class="between">${title}</h2>
      <div class="card">
        <data-table
          caption=${title}
          .columns=${[
            { label: say("receipt"), cell: (row: LateLine) => html`<span class="mono nowrap">${row.receipt}</span>` },
            { label: say("time"), cell: (row: LateLine) => dateTime(row.paidAtMs, zone) },
            { label: say("bookedAt"), cell: (row: LateLine) => dateTime(row.bookedAtMs, zone) },
            {
              label: say("amount"),
              numeric: true,
              lead: true,
              cell: (row: LateLine) => money(row.amountCents, row.currency),
            },
          ]}
          .rows=${this.late.lines}
        ></data-table>
      </div>`;
  }
}
customElements.define("closed-days", ClosedDays);
