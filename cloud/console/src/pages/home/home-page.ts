import { css, html, nothing, type TemplateResult } from "lit";
import { writeAddress } from "../../address.ts";
import { appElement } from "../../components/app-element.ts";
import "../../components/charts/time-series.ts";
import { revenueChart } from "../../components/charts/revenue-chart.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { emptyState, stateStyles } from "../../components/states/empty-state.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listTable } from "../../components/table/list-page.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { listPayments, type Payment } from "../../data/money/payments.ts";
import { type Home, homePath } from "../../data/reports/home.ts";
import { type Analytics, analyticsPath } from "../../data/reports/reports.ts";
import { today as dayOf, money, weekday } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { paymentColumns } from "../payments/payment-columns.ts";
import { isAllDone } from "../start/guide-steps.ts";
import "./best-plans-card.ts";
import "./checklist-card.ts";
import "./waiting-card.ts";
import { salesBars, salesDifference } from "./sales-by-hour.ts";
import { differenceOf, paidPercent, wordsOfChange } from "./waiting-work.ts";

const hourMs = 3_600_000;
const days = 28;
const rowsShown = 6;

/** The business at a glance: sales against last week, who is online, sites, what needs a person; live. Each card leads on. */
class HomePage extends appElement() {
  readonly #home = new ReadController<Home>(this, {
    path: () => homePath,
    topics: ["payment", "session", "site", "grant", "alarm", "channel", "voucher", "message"],
  });
  readonly #payments = new ListController<Payment>(this, {
    read: (query) => listPayments({ ...query, limit: rowsShown }, {}),
    topics: ["payment", "grant"],
  });
  readonly #analytics = new ReadController<Analytics>(this, { path: () => analyticsPath(days), topics: ["payment"] });

  static override styles = [
    sharedStyles,
    tileStyles,
    stateStyles,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
        margin-bottom: 1rem;
      }
      .more {
        padding: 0.2rem 1.2rem 1rem;
      }
      .lists h2 {
        padding: 1.1rem 1.2rem 0.6rem;
      }
      @media (min-width: 1100px) {
        .columns {
          grid-template-columns: minmax(0, 8fr) minmax(0, 5fr);
        }
      }
    `,
  ];

  override render() {
    return html`<div class="head"><h1>${say("room_home")}</h1></div>
      ${this.#home.render((home) => this.#body(home))}`;
  }

  #body(home: Home): TemplateResult {
    const { checklist, sales, online, plans, currency } = home;
    const { locale } = this.app.zone;
    return html`${checklist === null || isAllDone(checklist) ? nothing : html`<checklist-card .checklist=${checklist} language=${locale}></checklist-card>`}
      <div class="tiles">${this.#tiles(home)}</div>
      <div class="columns">
        ${sales === null ? nothing : this.#salesByHour(sales, home)}
        <waiting-card .waiting=${home.waiting} .notAsked=${home.notAsked} language=${locale}></waiting-card>
      </div>
      <div class="columns">
        ${online === null ? nothing : this.#onlineCurve(online, home.nowMs)}
        ${
          plans === null
            ? nothing
            : html`<best-plans-card .today=${plans.today} .week=${plans.week} currency=${currency} language=${locale}></best-plans-card>`
        }
      </div>
      ${this.#analytics.value === null ? nothing : revenueChart(this.#analytics.value, this.app.zone)} ${this.#slowTiles(home)}
      ${this.may("payments.read") ? this.#latestPayments() : nothing}`;
  }

  #door(path: string, permission: string) {
    return { href: this.may(permission) ? `#/${path}` : null };
  }

  #tiles(home: Home) {
    const { sales, moneyWaiting, prompts, sites, online } = home;
    return html`${sales === null ? nothing : this.#salesTile(sales, home)}
    ${moneyWaiting === null ? nothing : this.#moneyTile(moneyWaiting, home)}
    ${prompts === null ? nothing : this.#promptsTile(prompts, home)}
    ${sites === null ? nothing : this.#sitesTile(sites)} ${online === null ? nothing : this.#onlineTile(online, home)}`;
  }

  #dayBefore({ fromMs }: Home): string {
    return weekday(fromMs, this.app.zone);
  }

  #salesTile(sales: NonNullable<Home["sales"]>, home: Home) {
    const { todayCents, todaySales, cashCents, refundedCents, byHourCents } = sales;
    const { currency, fromMs, nowMs } = home;
    const day = dayOf(this.app.zone);
    const note = [
      say("paymentsToday", { count: todaySales }),
      cashCents === 0 ? null : say("cashToday", { amount: money(cashCents, currency) }),
      refundedCents === 0 ? null : say("refundedToday", { amount: money(refundedCents, currency) }),
    ];
    return tile(say("salesToday"), money(todayCents, currency), joined(note), {
      href: this.may("reports.read") ? writeAddress({ path: "sold", query: { from: day, to: day } }) : null,
      difference: salesDifference(sales, home, this.app.zone),
      curve: addedUp(byHourCents.slice(0, Math.floor((nowMs - fromMs) / hourMs) + 1)),
    });
  }

  #moneyTile({ pendingCents, unmatchedCents, byDayCents }: NonNullable<Home["moneyWaiting"]>, { currency }: Home) {
    const cents = pendingCents + unmatchedCents;
    const change = cents - (byDayCents.at(-2) ?? cents);
    const amount = money(Math.abs(change), currency);
    const note = [
      unmatchedCents === 0 ? null : say("unmatchedNow", { amount: money(unmatchedCents, currency) }),
      pendingCents === 0 ? null : say("pendingNow", { amount: money(pendingCents, currency) }),
    ];
    return tile(say("moneyWaiting"), money(cents, currency), cents === 0 ? say("noMoneyWaits") : joined(note), {
      ...this.#door("review", "payments.read"),
      attention: unmatchedCents > 0,
      difference:
        change === 0
          ? null
          : {
              ...differenceOf(change, false),
              text: say(change < 0 ? "lessThanYesterday" : "moreThanYesterday", { amount }),
            },
      curve: byDayCents,
    });
  }

  #promptsTile({ today, lastWeek, byDay }: NonNullable<Home["prompts"]>, home: Home) {
    const [now, before] = [paidPercent(today), paidPercent(lastWeek)];
    const change = now === null || before === null ? null : now - before;
    const words = { points: Math.abs(change ?? 0), day: this.#dayBefore(home) };
    const note = today.asked === 0 ? say("noPromptsToday") : say("promptsOf", today);
    return tile(say("promptsPaid"), now === null ? say("none") : `${now} %`, note, {
      ...this.#door("payments", "payments.read"),
      difference:
        change === null
          ? null
          : { ...differenceOf(change, true), text: say(wordsOfChange(change, "pointsMore", "pointsLess"), words) },
      curve: byDay.map(paidPercent),
    });
  }

  #sitesTile(sites: NonNullable<Home["sites"]>) {
    const away = sites.silent + sites.down;
    const troubled = away + sites.error;
    const change = away - (sites.awayByHour[0] ?? away);
    return tile(say("sitesTroubled"), String(troubled), siteStates(sites), {
      ...this.#door("sites", "sites.read"),
      attention: troubled > 0,
      difference:
        change === 0
          ? null
          : {
              ...differenceOf(change, false),
              text: say(change < 0 ? "lessThanYesterday" : "moreThanYesterday", { amount: Math.abs(change) }),
            },
      curve: sites.awayByHour,
    });
  }

  #onlineTile({ now, lastWeek, curve }: NonNullable<Home["online"]>, home: Home) {
    const change = lastWeek === null ? null : now - lastWeek;
    const words = { count: Math.abs(change ?? 0), day: this.#dayBefore(home) };
    return tile(say("onlineNow"), now.toLocaleString("en"), "", {
      ...this.#door("sessions", "sessions.read"),
      difference:
        change === null
          ? null
          : {
              ...differenceOf(change, true),
              text: say(wordsOfChange(change, "morePeopleThanLastWeek", "fewerThanLastWeek"), words),
            },
      curve: curve.map(({ online }) => online),
    });
  }

  /** What moves by the month, below what moves by the hour. */
  #slowTiles({ expenses, retention, currency }: Home) {
    if (expenses === null && retention === null) return nothing;
    return html`<div class="tiles">
      ${
        expenses === null
          ? nothing
          : tile(
              say("expensesMonth"),
              money(expenses.monthCents, currency),
              say("expensesCount", { count: expenses.count }),
              this.#door("expenses", "ledger.read"),
            )
      }
      ${
        retention === null
          ? nothing
          : tile(
              say("returning"),
              percentOf(retention.returning, retention.payers),
              say("returningOf", { returning: retention.returning, payers: retention.payers, days: retention.days }),
              this.#door("customers", "customers.read"),
            )
      }
    </div>`;
  }

  #salesByHour(sales: NonNullable<Home["sales"]>, home: Home) {
    return html`<section class="card pad">
      <h2 class="panel">${say("salesByHour")}</h2>
      ${salesBars(sales, home, this.app.zone)}
    </section>`;
  }

  #onlineCurve({ curve }: NonNullable<Home["online"]>, nowMs: number) {
    return html`<section class="card pad">
      <h2 class="panel">${say("onlineDay")}</h2>
      ${
        curve.some(({ online }) => online > 0)
          ? html`<time-series
              .points=${curve.map(({ atMs, online }) => ({ atMs, value: online }))}
              .span=${{ fromMs: nowMs - 24 * hourMs, toMs: nowMs }}
              .zone=${this.app.zone}
              .isCount=${true}
              caption=${say("onlineDay")}
            ></time-series>`
          : emptyState(say("noOneOnline"), { picture: "signal" })
      }
    </section>`;
  }

  #latestPayments() {
    return html`<section class="card lists">
      <h2>${say("latestPayments")}</h2>
      ${listTable(this.#payments, {
        title: say("latestPayments"),
        emptyText: say("noPayments"),
        isDense: true,
        columns: paymentColumns(this.app.zone).filter((column) => column.brief),
        rowHref: (row) => `#/payments/${row.id}`,
      })}
      <p class="more"><a href="#/payments">${say("seeAll")}</a></p>
    </section>`;
  }
}
customElements.define("home-page", HomePage);

/** Only the states in which something is wrong or missing. */
function siteStates({ up, error, silent, down, never }: NonNullable<Home["sites"]>): string {
  const parts = [
    error === 0 ? null : say("sitesError", { count: error }),
    silent === 0 ? null : say("sitesSilent", { count: silent }),
    down === 0 ? null : say("sitesDown", { count: down }),
    never === 0 ? null : say("sitesNever", { count: never }),
  ].filter((part) => part !== null);
  if (parts.length > 0) return parts.join(" · ");
  return say(up === 0 ? "noSitesYet" : "allSitesUp");
}

const joined = (parts: readonly (string | null)[]): string => parts.filter((part) => part !== null).join(" · ");

/** Each with all before it. */
function addedUp(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}

function percentOf(part: number, whole: number): string {
  return whole === 0 ? say("none") : `${Math.round((part / whole) * 100)} %`;
}
