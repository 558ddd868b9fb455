import { css, html, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import "../../components/bar-chart.ts";
import type { Column } from "../../components/data-table.ts";
import { ListController } from "../../components/list-controller.ts";
import { listTable } from "../../components/list-page.ts";
import { ReadController } from "../../components/read-controller.ts";
import { revenueChart } from "../../components/revenue-chart.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { listSessions, type Session } from "../../data/catalogue/sessions.ts";
import { listPayments, type Payment } from "../../data/money/payments.ts";
import { type Analytics, analyticsPath } from "../../data/reports/reports.ts";
import { type Today, todayPath } from "../../data/reports/today.ts";
import { byteSize, dateTime, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { paymentColumns } from "../payments/payment-columns.ts";

const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);
const days = 28;
const hourMs = 3_600_000;
const rowsShown = 6;

/** The day at a glance: revenue, who is online, what needs review. */
class OverviewPage extends appElement() {
  readonly #today = new ReadController<Today>(this, {
    path: () => todayPath,
    topics: ["payment", "session", "site", "grant"],
  });
  readonly #payments = new ListController<Payment>(this, {
    read: (query) => listPayments({ ...query, limit: rowsShown }),
    topics: ["payment", "grant"],
  });
  readonly #sessions = new ListController<Session>(this, {
    read: (query) => listSessions({ ...query, limit: rowsShown }, { live: true }),
    topics: ["session"],
  });
  readonly #analytics = new ReadController<Analytics>(this, { path: () => analyticsPath(days), topics: ["payment"] });

  static override styles = [
    sharedStyles,
    tileStyles,
    css`
      .two {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
        margin-top: 1rem;
      }
      .more {
        padding: 0.2rem 1.2rem 1rem;
      }
      .two h2 {
        padding: 1.1rem 1.2rem 0.6rem;
      }
      @media (min-width: 1200px) {
        .two {
          grid-template-columns: minmax(0, 8fr) minmax(0, 5fr);
        }
      }
    `,
  ];

  override render() {
    const { zone } = this.app;
    return html`<div class="head"><h1>${say("overview")}</h1></div>
      ${this.#today.render((today) => html`${this.#tiles(today)} ${revenueByHour(today)}`)}
      ${this.#analytics.value === null ? "" : revenueChart(this.#analytics.value, zone)}
      <div class="two">
        ${section(
          say("latestPayments"),
          listTable(this.#payments, {
            title: say("latestPayments"),
            emptyText: say("noPayments"),
            isDense: true,
            columns: paymentColumns(zone).filter((column) => column.brief),
            rowHref: (row) => `#/payments/${row.id}`,
          }),
          "#/payments",
        )}
        ${section(
          say("whoIsOnline"),
          listTable(this.#sessions, {
            title: say("whoIsOnline"),
            emptyText: say("noOneOnline"),
            isDense: true,
            columns: this.#sessionColumns(),
          }),
          "#/sessions",
        )}
      </div>`;
  }

  #tiles(today: Today) {
    const linkTo = (path: string, permission: string) => ({ href: this.may(permission) ? `#/${path}` : null });
    return html`<div class="tiles">
      ${tile(say("revenueToday"), money(today.takenCents, today.currency), paymentsOf(today), linkTo("payments", "payments.read"))}
      ${tile(say("onlineNow"), String(today.online), "", linkTo("sessions", "sessions.read"))}
      ${tile(say("sitesConnected"), String(today.sitesConnected), say("ofSites", { count: today.sites }), linkTo("sites", "sites.read"))}
      ${tile(
        say("paymentsToReview"),
        String(today.undecided),
        say(today.undecided === 0 ? "nothingToDo" : "undecided"),
        { attention: today.undecided > 0, ...linkTo("review", "payments.read") },
      )}
    </div>`;
  }

  #sessionColumns(): Column<Session>[] {
    return [
      { label: say("device"), cell: (row) => html`<span class="mono">${row.mac ?? row.user ?? say("none")}</span>` },
      {
        label: say("since"),
        cell: (row) => (row.startedAtMs === null ? say("none") : dateTime(row.startedAtMs, this.app.zone)),
      },
      { label: say("down"), numeric: true, cell: (row) => byteSize(row.outputBytes) },
    ];
  }
}
customElements.define("overview-page", OverviewPage);

function revenueByHour({ takenByHourCents, currency, fromMs }: Today): TemplateResult {
  return html`<section class="card pad panel">
    <h2 class="panel">${say("revenueByHour")}</h2>
    <bar-chart
      .values=${takenByHourCents}
      .labels=${hours}
      .now=${Math.floor((Date.now() - fromMs) / hourMs)}
      .format=${(value: number) => money(value, currency)}
      caption=${say("revenueByHour")}
    ></bar-chart>
  </section>`;
}

/** A list with its title and a link to the whole of it. */
function section(title: string, list: TemplateResult, href: string): TemplateResult {
  return html`<section class="card">
    <h2>${title}</h2>
    ${list}
    <p class="more"><a href=${href}>${say("seeAll")}</a></p>
  </section>`;
}

function paymentsOf({ payments: count, givenBackCents, currency }: Today): string {
  if (givenBackCents === 0) return say("paymentsToday", { count });
  return say("paymentsTodayLess", { count, amount: money(givenBackCents, currency) });
}
