import { html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { listSchedule, type Statistics, statisticsPath, type Upkeep } from "../../data/tenancy/providers.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, duration, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./health-card.ts";
import "./revenue-card.ts";

/** For platform admins: all providers together, what waits, and what the hub does by itself. */
class PlatformPage extends elementWith({
  desk: property<Desk>(),
}) {
  readonly #statistics = new ReadController<Statistics>(this, {
    path: () => statisticsPath,
    topics: [],
    events: () => this.desk.events,
  });
  readonly #schedule = new ListController<Upkeep>(this, {
    read: listSchedule,
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles, tileStyles];

  override render() {
    return html`<div class="head"><h1>${say("platform")}</h1></div>
      ${this.#statistics.render((statistics) => this.#figures(statistics))}
      <health-card .desk=${this.desk}></health-card>
      <revenue-card .desk=${this.desk}></revenue-card>
      <h2 class="between">${say("schedule")}</h2>
      ${listCard(this.#schedule, {
        caption: say("schedule"),
        emptyText: say("noSchedule"),
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${word("upkeep", row.name)}</strong>` },
          { label: say("every"), cell: (row) => duration(row.everyMs / 1000) },
          { label: say("started"), cell: (row) => dateTime(row.startedAtMs, this.desk.zone) },
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

  #figures({ providers, revenue, ticketsSold, onlineNow, sites, health, days }: Statistics) {
    const sold = ticketsSold.vouchers + ticketsSold.purchases + ticketsSold.accounts;
    const waiting = health.undecidedPayments + health.jobsDead + health.alarmsOpen;
    return html`<div class="tiles">
        ${tile(say("providers"), String(providers.active), say("providersOther", { suspended: providers.suspended, deleted: providers.deleted }))}
        ${revenue.map((row) => tile(say("taken"), money(row.takenCents, row.currency), say("inDays", { count: days })))}
        ${tile(say("ticketsSold"), sold.toLocaleString("en"), say("inDays", { count: days }))}
        ${tile(say("onlineNow"), onlineNow.toLocaleString("en"))}
        ${tile(say("sitesConnected"), String(sites.connected), say("ofSites", { count: sites.all }))}
      </div>
      <div class="tiles">
        ${tile(say("needsAttention"), String(health.undecidedPayments), "", { attention: health.undecidedPayments > 0 })}
        ${tile(say("deadJobs"), String(health.jobsDead), say("jobsWaiting", { count: health.jobsWaiting }), { attention: health.jobsDead > 0 })}
        ${tile(say("mailWaiting"), String(health.mailWaiting))}
        ${tile(say("alarms"), String(health.alarmsOpen), waiting === 0 ? say("nothingWaiting") : "", { attention: health.alarmsOpen > 0 })}
      </div>`;
  }
}
customElements.define("platform-page", PlatformPage);
