import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { type Statistics, statisticsPath } from "../../data/reports/reports.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

const days = 30;

/** A platform admin's home: the figures of all providers, each leads to its page. */
class PlatformPage extends appElement() {
  readonly #statistics = new ReadController<Statistics>(this, {
    path: () => statisticsPath(days),
    topics: [],
  });

  static override styles = [sharedStyles, tileStyles];

  override render() {
    return html`<div class="head"><h1>${say("room_home")}</h1></div>
      ${this.#statistics.render((statistics) => this.#figures(statistics))}`;
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
