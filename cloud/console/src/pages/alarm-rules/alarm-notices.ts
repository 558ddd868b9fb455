import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type AlarmNotice, listNotices } from "../../data/operations/alarm-rules.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const stateBadge = { sent: "good", waiting: "warn", failed: "bad" } as const;

/** What was told of alarms, to whom, and whether it left. */
class AlarmNotices extends appElement() {
  readonly #notices = new ListController<AlarmNotice>(this, { read: listNotices, topics: ["alarm"], isOfThing: true });

  override render() {
    return html`<h2 class="section">${say("alarmNotices")}</h2>
      ${listCard(this.#notices, {
        title: say("alarmNotices"),
        emptyText: say("noAlarmNotices"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.atMs, this.app.zone) },
          {
            label: say("what"),
            cell: (row) =>
              html`<strong>${word("alarmTold", row.what)}</strong> ${row.kinds.map((kind) => word("alarm", kind)).join(", ")}
                <span class="soft">${row.siteNames.join(", ")}</span>`,
          },
          {
            label: say("ruleTells"),
            cell: (row) => html`${word("alarmWay", row.way)} <span class="mono">${row.to}</span>`,
          },
          {
            label: say("state"),
            cell: (row) => html`<span class="badge ${stateBadge[row.state]}">${word("noticeState", row.state)}</span>`,
          },
        ],
      })}`;
  }
}
customElements.define("alarm-notices", AlarmNotices);
