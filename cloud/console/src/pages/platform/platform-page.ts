import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { listMaintenanceRuns, type MaintenanceRun } from "../../data/operations/maintenance.ts";
import { type Statistics, statisticsPath } from "../../data/reports/reports.ts";
import { dateTime, duration, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./health-card.ts";
import "./revenue-card.ts";

const days = 30;

/** For platform admins: the figures of all providers, the hub's health, the maintenance jobs. */
class PlatformPage extends appElement() {
  readonly #statistics = new ReadController<Statistics>(this, {
    path: () => statisticsPath(days),
    topics: [],
  });
  readonly #runs = new ListController<MaintenanceRun>(this, {
    read: listMaintenanceRuns,
    topics: [],
  });

  static override styles = [sharedStyles, tileStyles];

  override render() {
    return html`<div class="head"><h1>${say("platform")}</h1></div>
      ${this.#statistics.render((statistics) => this.#figures(statistics))}
      <health-card .app=${this.app}></health-card>
      <revenue-card .app=${this.app}></revenue-card>
      <h2 class="between">${say("maintenance")}</h2>
      ${listCard(this.#runs, {
        title: say("maintenance"),
        emptyText: say("noMaintenance"),
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${word("maintenance", row.name)}</strong>` },
          { label: say("every"), cell: (row) => duration(row.everyMs / 1000) },
          { label: say("started"), cell: (row) => dateTime(row.startedAtMs, this.app.zone) },
          {
            label: say("duration"),
            numeric: true,
            cell: (row) =>
              row.finishedAtMs === null ? say("working") : duration((row.finishedAtMs - row.startedAtMs) / 1000),
          },
          {
            label: say("what"),
            cell: (row) => html`<span class=${row.failed ? "badge bad" : "soft"}>${row.outcome ?? say("none")}</span>`,
          },
        ],
      })}`;
  }

  #figures({ providers, revenue, ticketsSold, onlineNow, sites, health }: Statistics) {
    const sold = ticketsSold.vouchers + ticketsSold.purchases + ticketsSold.accounts;
    const waiting = health.undecidedPayments + health.jobsDead + health.alarmsOpen;
    return html`<div class="tiles">
        ${tile(say("providers"), String(providers.active), say("providersOther", { suspended: providers.suspended, deleted: providers.deleted }))}
        ${revenue.map((row) => tile(say("revenue"), money(row.takenCents, row.currency), say("inDays", { count: days })))}
        ${tile(say("ticketsSold"), sold.toLocaleString("en"), say("inDays", { count: days }))}
        ${tile(say("onlineNow"), onlineNow.toLocaleString("en"))}
        ${tile(say("sitesConnected"), String(sites.connected), say("ofSites", { count: sites.all }))}
      </div>
      <div class="tiles">
        ${tile(say("paymentsToReview"), String(health.undecidedPayments), "", { attention: health.undecidedPayments > 0 })}
        ${tile(say("failedJobs"), String(health.jobsDead), say("jobsWaiting", { count: health.jobsWaiting }), { attention: health.jobsDead > 0 })}
        ${tile(say("mailWaiting"), String(health.mailWaiting))}
        ${tile(say("alarms"), String(health.alarmsOpen), waiting === 0 ? say("nothingToDo") : "", { attention: health.alarmsOpen > 0 })}
      </div>`;
  }
}
customElements.define("platform-page", PlatformPage);
