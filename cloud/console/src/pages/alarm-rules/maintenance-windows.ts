import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { property } from "../../components/element-with.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { addBelow, listCard } from "../../components/table/list-page.ts";
import type { Names } from "../../data/names.ts";
import { addWindow, listWindows, type MaintenanceWindow, removeWindow } from "../../data/operations/alarm-rules.ts";
import { dateTime, timeNow, today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

const hourMs = 3_600_000;

/** Times in which somebody works at a site, so that its alarms tell nobody. */
class MaintenanceWindows extends appElement({ sites: property<Names>(new Map()) }) {
  readonly #windows = new ListController<MaintenanceWindow>(this, { read: listWindows, topics: [], isOfThing: true });
  readonly #actions = new PageActions(this, () => this.#windows.reload());

  override render() {
    return html`<h2 class="between">${say("maintenanceWindows")}</h2>
      ${listCard(this.#windows, {
        title: say("maintenanceWindows"),
        emptyText: say("noMaintenanceWindows"),
        columns: [
          { label: say("why"), cell: (row) => row.reason },
          {
            label: say("site"),
            cell: (row) => row.siteIds?.map((id) => this.sites.get(id) ?? id).join(", ") ?? say("allOfThem"),
          },
          { label: say("maintenanceFrom"), cell: (row) => dateTime(row.fromMs, this.app.zone) },
          { label: say("until"), cell: (row) => dateTime(row.untilMs, this.app.zone) },
        ],
        buttons:
          this.may("alerts.manage") &&
          ((row) =>
            html`<button class="quiet" @click=${() => this.#actions.run(row.windowId, () => removeWindow(row.windowId))}>${say("remove")}</button>`),
      })}
      ${addBelow(
        this.#windows,
        this.may("alerts.manage") && {
          text: say("addMaintenanceWindow"),
          fields: [
            { name: "reason", label: say("why"), required: true },
            {
              name: "siteId",
              label: say("site"),
              type: "select",
              options: [{ value: "", label: say("allOfThem") }, ...optionsOf(this.sites)],
            },
            { name: "day", label: say("maintenanceDay"), type: "date", required: true, value: today(this.app.zone) },
            {
              name: "hour",
              label: say("maintenanceHour"),
              type: "number",
              min: 0,
              max: 23,
              required: true,
              // Who works now means now.
              value: Number(timeNow(this.app.zone).slice(0, 2)),
            },
            {
              name: "hours",
              label: say("maintenanceHours"),
              type: "number",
              min: 1,
              max: 336,
              required: true,
              value: 4,
            },
          ],
          submit: ({ reason, siteId, day, hour, hours }) => {
            const { fromMs } = momentsOf({ from: String(day), to: String(day) }, this.app.zone.utcOffsetMinutes);
            const beginsAtMs = (fromMs ?? 0) + Number(hour) * hourMs;
            return addWindow({
              reason: String(reason),
              siteIds: siteId === "" || siteId === null ? null : [String(siteId)],
              fromMs: beginsAtMs,
              untilMs: beginsAtMs + Number(hours) * hourMs,
            });
          },
        },
      )}`;
  }
}
customElements.define("maintenance-windows", MaintenanceWindows);
