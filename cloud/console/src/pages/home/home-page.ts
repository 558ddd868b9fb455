import { css, html, nothing, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import "../../components/charts/bar-chart.ts";
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
import { money, weekday } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { paymentColumns } from "../payments/payment-columns.ts";
import "./best-plans-card.ts";
import "./checklist-card.ts";
import "./waiting-card.ts";
import { changePercent } from "./waiting-work.ts";

const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);
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
    return html`${checklist === null || checklist.isDone ? nothing : html`<checklist-card .checklist=${checklist} language=${locale}></checklist-card>`}
      <div class="tiles">${this.#tiles(home)}</div>
      <div class="columns">
        ${sales === null ? nothing : this.#salesByHour(sales, home)}
        <waiting-card .waiting=${home.waiting} language=${locale}></waiting-card>
      </div>
      <div class="columns">
        ${online === null ? nothing : this.#onlineCurve(online, home.nowMs)}
        ${
          plans === null
            ? nothing
            : html`<best-plans-card .today=${plans.today} .week=${plans.week} currency=${currency} language=${locale}></best-plans-card>`
        }
      </div>
      ${this.#analytics.value === null ? nothing : revenueChart(this.#analytics.value, this.app.zone)}
      ${this.may("payments.read") ? this.#latestPayments() : nothing}`;
  }

  #tiles({ sales, online, sites, expenses, retention, currency }: Home) {
    const linkTo = (path: string, permission: string) => ({ href: this.may(permission) ? `#/${path}` : null });
    return html`${
      sales === null
        ? nothing
        : tile(
            say("salesToday"),
            money(sales.todayCents, currency),
            this.#change(sales, currency),
            linkTo("payments", "payments.read"),
          )
    }
    ${online === null ? nothing : tile(say("onlineNow"), online.now.toLocaleString("en"), "", linkTo("sessions", "sessions.read"))}
    ${
      sites === null
        ? nothing
        : tile(
            say("sitesConnected"),
            `${sites.up} / ${sites.up + sites.error + sites.silent + sites.down + sites.never}`,
            siteStates(sites),
            {
              attention: sites.error + sites.silent + sites.down > 0,
              ...linkTo("sites", "sites.read"),
            },
          )
    }
    ${
      expenses === null
        ? nothing
        : tile(
            say("expensesMonth"),
            money(expenses.monthCents, currency),
            say("expensesCount", { count: expenses.count }),
            linkTo("expenses", "ledger.read"),
          )
    }
    ${
      retention === null
        ? nothing
        : tile(
            say("returning"),
            percentOf(retention.returning, retention.payers),
            say("returningOf", { returning: retention.returning, payers: retention.payers, days: retention.days }),
            linkTo("customers", "customers.read"),
          )
    }`;
  }

  #change(
    { todayCents, lastWeekCents, todaySales, cashCents, refundedCents, pendingCents }: NonNullable<Home["sales"]>,
    currency: string,
  ): string {
    const percent = changePercent(todayCents, lastWeekCents);
    const change =
      percent === null
        ? null
        : say(percent < 0 ? "lessThanLastWeek" : "moreThanLastWeek", { percent: Math.abs(percent) });
    const cash = cashCents === 0 ? null : say("cashToday", { amount: money(cashCents, currency) });
    const refunded = refundedCents === 0 ? null : say("refundedToday", { amount: money(refundedCents, currency) });
    const pending = pendingCents === 0 ? null : say("pendingNow", { amount: money(pendingCents, currency) });
    const parts = [say("paymentsToday", { count: todaySales }), cash, change, refunded, pending];
    return parts.filter((part) => part !== null).join(" · ");
  }

  #salesByHour(sales: NonNullable<Home["sales"]>, { currency, fromMs, nowMs }: Home) {
    return html`<section class="card pad">
      <h2 class="panel">${say("salesByHour")}</h2>
      <bar-chart
        .values=${sales.byHourCents}
        .before=${sales.lastWeekByHourCents}
        beforeText=${say("lastWeekday", { day: weekday(fromMs, this.app.zone) })}
        .labels=${hours}
        .now=${Math.floor((nowMs - fromMs) / hourMs)}
        .format=${(value: number) => money(value, currency)}
        caption=${say("salesByHour")}
      ></bar-chart>
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

function percentOf(part: number, whole: number): string {
  return whole === 0 ? say("none") : `${Math.round((part / whole) * 100)} %`;
}
