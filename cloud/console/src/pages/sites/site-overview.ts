import { figureText } from "@karibu/protocol/charts/figure-text";
import { css, html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import "../../components/charts/time-series.ts";
import { knownSince, shareText } from "../../components/charts/uptime-strip.ts";
import { property } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { emptyState, stateStyles } from "../../components/states/empty-state.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { listSessions, type Session } from "../../data/catalogue/sessions.ts";
import { type Alarm, listAlarms } from "../../data/fleet/alarms.ts";
import { listBackUps, type RouterBackUp } from "../../data/fleet/router-back-ups.ts";
import { type History, readHistory } from "../../data/fleet/routers.ts";
import { type SiteGlance, siteGlancePath } from "../../data/fleet/site-glance.ts";
import type { Site } from "../../data/fleet/sites.ts";
import { type Uplink, uplinkPath } from "../../data/reports/site-uplinks.ts";
import { dateTime, duration, money, timeOfDay } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { alarmHref, alarmWords } from "../alarms/alarm-words.ts";
import { salesBars, salesDifference } from "../home/sales-by-hour.ts";
import { sessionColumns } from "../sessions/session-table.ts";

const hourMs = 3_600_000;
const bitRate = (bitsPerSecond: number) => figureText(bitsPerSecond, "bits");
/** What a point of a day's history stands for. */
const sampleSeconds = 300;
const alarmsShown = 5;

/** How a site does: its connection in the last 30 days, what it sold and carried today, who is online, what is wrong. */
class SiteOverview extends appElement({ site: property<Site>() }) {
  readonly #glance = new ReadController<SiteGlance>(this, {
    path: () => siteGlancePath(this.site.siteId),
    topics: ["site", "payment"],
  });
  readonly #history = new ReadController<History>(this, {
    read: () => readHistory(this.site.siteId, Date.now() - 24 * hourMs, Date.now(), ""),
    topics: ["router"],
    permission: "routers.read",
  });
  readonly #uplink = new ReadController<Uplink>(this, { path: () => uplinkPath(this.site.siteId) });
  readonly #alarms = new ReadController<readonly Alarm[]>(this, {
    read: async () =>
      (await listAlarms({ cursor: null, limit: alarmsShown }, { siteId: this.site.siteId, state: "open" })).items,
    topics: ["alarm"],
  });
  readonly #backUp = new ReadController<{ readonly newest: RouterBackUp | null }>(this, {
    read: async () => ({
      newest: (await listBackUps(this.site.siteId, { cursor: null, limit: 1 }, { state: "done" })).items[0] ?? null,
    }),
    topics: ["router"],
    permission: "routers.back-ups",
  });
  readonly #sessions = new ListController<Session>(this, {
    read: (query) => listSessions({ ...query, limit: 10 }, { live: true, siteId: this.site.siteId }),
    topics: ["session"],
  });

  static override styles = [
    sharedStyles,
    tileStyles,
    stateStyles,
    css`
      h2 {
        margin-bottom: 0.6rem;
      }
      .curves {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr));
        gap: 1rem;
        margin-bottom: 1rem;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
        padding: 0.35rem 0;
        border-top: 1px solid var(--line);
      }
    `,
  ];

  override render() {
    return html`${this.#glance.render((glance) => html`${this.#tiles(glance)} ${this.#uptime(glance)} ${this.#curves(glance)}`)}
      <h2 class="between">${say("whoIsOnline")}</h2>
      ${listCard(this.#sessions, {
        title: say("whoIsOnline"),
        emptyText: say("noOneOnline"),
        columns: sessionColumns(this.app).filter(({ label }) => label !== say("site")),
      })}`;
  }

  #tiles(glance: SiteGlance) {
    const { sales, currency } = glance;
    const { sessionsOpen, siteId } = this.site;
    const alarms = this.#alarms.value;
    const newest = this.#backUp.value?.newest ?? null;
    return html`<div class="tiles">
      ${tile(say("onlineNow"), String(sessionsOpen), "", { href: this.may("sessions.read") ? `#/sessions?siteId=${encodeURIComponent(siteId)}` : null })}
      ${
        sales === null
          ? nothing
          : tile(
              say("salesToday"),
              money(sales.todayCents, currency),
              say("paymentsToday", { count: sales.todaySales }),
              {
                href: this.may("payments.read") ? `#/payments?siteId=${encodeURIComponent(siteId)}` : null,
                difference: salesDifference(sales, glance, this.app.zone),
              },
            )
      }
      ${
        this.may("sites.read") && alarms !== null
          ? tile(
              say("openAlarmsHere"),
              alarms.length >= alarmsShown ? `${alarmsShown}+` : String(alarms.length),
              alarms[0] === undefined ? say("noneOpen") : alarmWords(alarms[0]),
              { attention: alarms.length > 0, href: `#/alarms?siteId=${encodeURIComponent(siteId)}` },
            )
          : nothing
      }
      ${
        this.may("routers.back-ups")
          ? tile(
              say("lastBackUp"),
              newest === null ? say("none") : dateTime(newest.orderedAtMs, this.app.zone),
              newest === null ? say("noBackUpYet") : (newest.version ?? ""),
              { href: `#/routers/${encodeURIComponent(siteId)}?tab=back-ups` },
            )
          : nothing
      }
    </div>`;
  }

  #uptime({ uptime }: SiteGlance) {
    const { days, knownMs, awayMs, absences, longestAwayMs } = uptime;
    const share = shareText(knownMs, awayMs);
    const sinceMs = knownSince(days, Date.now());
    const title =
      knownMs === 0
        ? say("uptimeUnknown")
        : sinceMs === null
          ? say("uptimeShare", { share })
          : say("uptimeSince", { share, time: dateTime(sinceMs, this.app.zone) });
    const away =
      absences === 0
        ? say("neverAway")
        : say("awayTimes", { count: absences, longest: duration(longestAwayMs / 1000) });
    return html`<section class="card pad panel">
      <h2>${title}</h2>
      <uptime-strip .days=${days} .zone=${this.app.zone} caption=${title}></uptime-strip>
      ${knownMs === 0 ? nothing : html`<p class="soft below">${away}</p>`}
    </section>`;
  }

  #curves(glance: SiteGlance) {
    const { sales } = glance;
    return html`<div class="curves">
      ${
        sales === null
          ? nothing
          : html`<section class="card pad">
              <h2>${say("salesByHour")}</h2>
              ${salesBars(sales, glance, this.app.zone)}
            </section>`
      }
      ${this.may("routers.read") ? this.#traffic() : nothing} ${this.may("sites.read") ? this.#openAlarms() : nothing}
    </div>`;
  }

  /** Down the uplink, against its speed where that is known. */
  #traffic() {
    const history = this.#history.value;
    const points = (history?.points ?? []).map(({ atMs, receivedBytes }) => ({
      atMs,
      value: receivedBytes === null ? null : (receivedBytes * 8) / sampleSeconds,
    }));
    const most = Math.max(0, ...points.map(({ value }) => value ?? 0));
    const speed = this.#uplink.value?.downKbps ?? null;
    const use =
      speed === null
        ? null
        : say("uplinkUsed", { percent: Math.round((most / (speed * 1000)) * 100), speed: bitRate(speed * 1000) });
    return html`<section class="card pad">
      <h2>${say("trafficDay")}</h2>
      ${
        history === null || points.length > 0
          ? html`<time-series
              .points=${history === null ? null : points}
              .span=${{ fromMs: Date.now() - 24 * hourMs, toMs: Date.now() }}
              .zone=${this.app.zone}
              .format=${bitRate}
              caption=${say("trafficDay")}
            ></time-series>`
          : emptyState(say("noTrafficYet"), { picture: "signal" })
      }
      ${use === null ? nothing : html`<p class="soft">${use}</p>`}
    </section>`;
  }

  #openAlarms() {
    const alarms = this.#alarms.value ?? [];
    if (alarms.length === 0) return nothing;
    return html`<section class="card pad">
      <h2>${say("openAlarmsHere")}</h2>
      <ul>
        ${alarms.map(
          (alarm) =>
            html`<li><a href=${alarmHref(alarm) ?? "#/alarms?state=open"}>${alarmWords(alarm)}</a><span class="soft number">${timeOfDay(alarm.atMs, this.app.zone)}</span></li>`,
        )}
      </ul>
    </section>`;
  }
}
customElements.define("site-overview", SiteOverview);
