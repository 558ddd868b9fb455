import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type Alarm, acknowledgeAlarm, listAlarms } from "../../data/fleet/alarms.ts";
import { type Names, readNames } from "../../data/names.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { alarmDetails, alarmRaw } from "./alarm-details.ts";
import { alarmAdvice, alarmHref, alarmPlace, alarmWords } from "./alarm-words.ts";

/** All alarms, the newest first: what happened, what to do, and who takes care of it. */
class AlarmsPage extends appElement() {
  readonly #alarms = new ListController<Alarm, "state" | "severity" | "siteId" | "from" | "to">(this, {
    read: (query, { from, to, ...filters }) =>
      listAlarms(query, { ...filters, ...momentsOf({ from, to }, this.app.zone.utcOffsetMinutes) }),
    topics: ["alarm", "site", "channel"],
    filters: ["state", "severity", "siteId", "from", "to"],
    isCounted: true,
  });
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #actions = new PageActions(this, () => this.#alarms.reload());

  override render() {
    return listPage(this.#alarms, {
      title: say("room_alarms"),
      emptyText: say("noAlarms"),
      emptyPicture: "signal",
      narrow: [
        { name: "state", label: say("state"), options: this.#options("alarmState", ["open", "acknowledged"]) },
        { name: "severity", label: say("severity"), options: this.#options("severity", ["wrong", "notice"]) },
        siteFilter(this.#sites.value),
        { days: this.app.zone },
      ],
      columns: [
        {
          label: say("what"),
          cell: (row) =>
            html`<strong>${alarmWords(row)}</strong>${this.#details(row)}<br /><span class="soft">${alarmAdvice(row) ?? nothing}</span>${rawText(alarmRaw(row))}`,
        },
        { label: say("where"), cell: (row) => this.#where(row) },
        { label: say("time"), cell: (row) => dateTime(row.atMs, this.app.zone) },
        {
          label: say("state"),
          cell: (row) =>
            row.state === "open"
              ? html`<span class="badge ${row.severity === "wrong" ? "bad" : "warn"}">${word("severity", row.severity)}</span>`
              : html`<span class="badge">${say("takenCareBy", { name: row.acknowledgedBy ?? say("unnamedUser") })}</span>`,
        },
      ],
      buttons:
        this.may("sites.manage") &&
        ((row) =>
          row.state === "open"
            ? html`<button @click=${() => this.#acknowledge(row)}>${say("takeCare")}</button>`
            : nothing),
    });
  }

  #options(kind: string, values: readonly string[]) {
    return [
      { value: "", label: say(kind === "severity" ? "allOfThem" : "allStates") },
      ...values.map((value) => ({ value, label: word(kind, value) })),
    ];
  }

  #details(row: Alarm) {
    const details = alarmDetails(row, this.app.currency);
    return details.length === 0 ? nothing : html`<br /><span class="details">${details.join(" · ")}</span>`;
  }

  #where(row: Alarm) {
    const name = alarmPlace(row) ?? say("none");
    const href = alarmHref(row);
    return href === null ? name : html`<a href=${href}>${name}</a>`;
  }

  #acknowledge({ id }: Alarm) {
    return this.#actions.run(`acknowledge ${id}`, () => acknowledgeAlarm(id));
  }
}
customElements.define("alarms-page", AlarmsPage);
