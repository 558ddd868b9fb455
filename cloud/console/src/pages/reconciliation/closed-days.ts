import { html, nothing } from "lit";
import { type Field, optionsOf, type Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  type ClosedDay,
  closeDay,
  type LateLine,
  listClosedDays,
  listLateLines,
} from "../../data/money/reconciliation.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, day, money, today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/data-table.ts";

/** Days that are closed, and the closing of one. What came in for a closed day afterwards is shown, line by line. */
class ClosedDays extends elementWith({
  desk: property<Desk>(),
  /** Names by id: those that have statements. */
  channels: property<ReadonlyMap<string, string>>(new Map()),
  names: state<ReadonlyMap<string, string>>(new Map()),
  /** Of one day. */
  late: state<{ readonly of: ClosedDay; readonly lines: readonly LateLine[] } | null>(null),
}) {
  readonly #deeds = new Deeds(this);
  readonly #days = new ListController<ClosedDay>(this, {
    read: async (cursor) => {
      this.names = await readNames("people", this.desk.user);
      return listClosedDays(cursor);
    },
    topics: ["payment"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const { currency, zone } = this.desk;
    return html`<h2 class="between">${say("closedDays")}</h2>
      ${this.#deeds.notice()} ${this.desk.user.permissions.includes("ledger.manage") ? this.#form() : nothing}
      ${listCard(this.#days, {
        caption: say("closedDays"),
        emptyText: say("noClosedDays"),
        columns: [
          { label: say("day"), cell: (row) => html`<strong class="nowrap">${day(row.day, zone)}</strong>` },
          { label: say("channel"), cell: (row) => this.channels.get(row.channelId) ?? say("channel") },
          { label: say("closedBy"), cell: (row) => this.names.get(row.closedBy) ?? say("aPerson") },
          { label: say("closedAt"), cell: (row) => dateTime(row.closedAtMs, zone) },
          {
            label: say("cameLate"),
            numeric: true,
            cell: (row) =>
              row.lateCount === 0
                ? say("none")
                : html`<button class="quiet" @click=${() => this.#showLate(row)}>${row.lateCount} · ${money(row.lateCents, currency)}</button>`,
          },
          { label: say("moneyIn"), numeric: true, lead: true, cell: (row) => money(row.bookedCents, currency) },
        ],
      })}
      ${this.#lateLines()}`;
  }

  #form() {
    const fields: Field[] = [
      {
        name: "channelId",
        label: say("channel"),
        type: "select",
        required: true,
        options: optionsOf(this.channels),
      },
      {
        name: "day",
        label: say("day"),
        type: "date",
        required: true,
        value: today(this.desk.zone, Date.now() - 86_400_000),
      },
    ];
    return html`<section class="card pad panel">
      <p class="soft panel">${say("closeDayWhy")}</p>
      <action-form
        .fields=${fields}
        submitText=${say("closeDay")}
        .submit=${(values: Values, key: string) => closeDay(String(values.channelId), String(values.day), key)}
        @done=${(event: CustomEvent<{ day: string; bookedCents: number }>) => {
          const { day: closed, bookedCents } = event.detail;
          const amount = money(bookedCents, this.desk.currency);
          this.#deeds.tell(say("dayClosed", { day: day(closed, this.desk.zone), amount }));
          void this.#days.reload();
        }}
      ></action-form>
    </section>`;
  }

  #showLate(of: ClosedDay) {
    return this.#deeds.run(
      "late",
      () => listLateLines(of, null),
      ({ items }) => {
        this.late = { of, lines: items };
        return "";
      },
    );
  }

  #lateLines() {
    if (this.late === null) return nothing;
    const { zone } = this.desk;
    return html`<h2 class="between">${say("lateFor", { day: day(this.late.of.day, zone) })}</h2>
      <div class="card">
        <data-table
          caption=${say("lateFor", { day: day(this.late.of.day, zone) })}
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
