import { css, html, nothing } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import "../../components/data-table.ts";
import "../../components/bar-chart.ts";
import { ListController } from "../../components/list-controller.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { listSessions, type Session } from "../../data/catalogue/sessions.ts";
import { listPayments, type Payment } from "../../data/money/payments.ts";
import { readToday, type Today } from "../../data/reports/today.ts";
import type { Analytics } from "../../data/tenancy/settings.ts";
import type { Desk } from "../../desk.ts";
import { byteSize, dateTime, money, shortDay } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { paymentColumns } from "../payments/payment-columns.ts";

const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);
const days = 28;

/** The day at a glance: what was taken, who is online, what needs a person. */
class OverviewPage extends elementWith({
  desk: property<Desk>(),
  today: state<Today | null>(null),
  failed: state(false),
}) {
  #stop: () => void = () => {};
  readonly #payments = new ListController<Payment>(this, {
    read: () => listPayments({ limit: 6 }),
    topics: ["payment", "grant"],
    events: () => this.desk.events,
  });
  readonly #sessions = new ListController<Session>(this, {
    read: () => listSessions({ limit: 6, live: true }),
    topics: ["session"],
    events: () => this.desk.events,
  });

  readonly #analytics = new ReadController<Analytics>(this, {
    path: () => `/api/v1/reports/analytics?days=${days}`,
    topics: ["payment"],
    events: () => this.desk.events,
  });

  override connectedCallback() {
    super.connectedCallback();
    queueMicrotask(() => {
      this.#stop = this.desk.events.on(["payment", "session", "site", "grant"], () => void this.#read());
      void this.#read();
    });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  async #read() {
    try {
      this.today = await readToday();
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }

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
      .month {
        margin-top: 1rem;
      }
      section h2 {
        padding: 1.1rem 1.2rem 0.6rem;
      }
      section h2.flush {
        padding: 0 0 0.8rem;
      }
      @media (min-width: 1200px) {
        .two {
          grid-template-columns: minmax(0, 8fr) minmax(0, 5fr);
        }
      }
    `,
  ];

  override render() {
    const today = this.today;
    const zone = this.desk.zone;
    const { permissions } = this.desk.user;
    const linkTo = (path: string, permission: string) => ({
      href: permissions.includes(permission) ? `#/${path}` : null,
    });
    const nowHour = today === null ? 0 : Math.floor((Date.now() - today.fromMs) / 3_600_000);
    return html`<div class="head"><h1>${say("overview")}</h1></div>
      ${
        this.failed && today === null
          ? html`<div class="notice bad" role="alert">
              <span>${say("loadFailed")}</span><button class="quiet" @click=${() => this.#read()}>${say("retry")}</button>
            </div>`
          : nothing
      }
      <div class="tiles">
        ${tile(
          say("takenToday"),
          today ? money(today.takenCents, today.currency) : null,
          today ? paymentsOf(today) : "",
          linkTo("payments", "payments.read"),
        )}
        ${tile(say("onlineNow"), today ? String(today.online) : null, "", linkTo("sessions", "sessions.read"))}
        ${tile(
          say("sitesConnected"),
          today ? String(today.sitesConnected) : null,
          today ? say("ofSites", { count: today.sites }) : "",
          linkTo("sites", "sites.read"),
        )}
        ${tile(
          say("needsAttention"),
          today ? String(today.undecided) : null,
          today ? say(today.undecided === 0 ? "nothingWaiting" : "undecided") : "",
          { attention: (today?.undecided ?? 0) > 0, ...linkTo("review", "payments.read") },
        )}
      </div>
      <section class="card pad">
        <h2 class="flush">${say("takingsByHour")}</h2>
        <bar-chart
          .values=${today?.takenByHourCents ?? []}
          .labels=${hours}
          .now=${nowHour}
          .format=${(value: number) => money(value, today?.currency ?? this.desk.currency)}
          caption=${say("takingsByHour")}
        ></bar-chart>
      </section>
      ${this.#month()}
      <div class="two">
        <section class="card">
          <h2>${say("latestPayments")}</h2>
          <data-table
            dense
            caption=${say("latestPayments")}
            emptyText=${say("noPayments")}
            errorText=${this.#payments.errorText}
            retryText=${say("retry")}
            @retry=${() => this.#payments.reload()}
            .columns=${paymentColumns(zone).filter((column) => column.brief)}
            .rows=${this.#payments.rows}
            .rowHref=${(row: Payment) => `#/payments/${row.id}`}
          ></data-table>
          <p class="more"><a href="#/payments">${say("seeAll")}</a></p>
        </section>
        <section class="card">
          <h2>${say("whoIsOnline")}</h2>
          <data-table
            dense
            caption=${say("whoIsOnline")}
            emptyText=${say("noOneOnline")}
            errorText=${this.#sessions.errorText}
            retryText=${say("retry")}
            @retry=${() => this.#sessions.reload()}
            .columns=${[
              {
                label: say("device"),
                cell: (row: Session) => html`<span class="mono">${row.mac ?? row.user ?? say("none")}</span>`,
              },
              {
                label: say("since"),
                cell: (row: Session) => (row.startedAtMs === null ? say("none") : dateTime(row.startedAtMs, zone)),
              },
              { label: say("down"), numeric: true, cell: (row: Session) => byteSize(row.outputBytes) },
            ]}
            .rows=${this.#sessions.rows}
          ></data-table>
          <p class="more"><a href="#/sessions">${say("seeAll")}</a></p>
        </section>
      </div>`;
  }

  #month() {
    const analytics = this.#analytics.value;
    if (analytics === null) return nothing;
    const format = (cents: number) => money(cents, analytics.currency);
    const total = analytics.days.reduce((sum, each) => sum + each.takenCents, 0);
    return html`<section class="card pad month">
      <h2 class="flush">${say("takingsByDay", { count: days, amount: format(total) })}</h2>
      <bar-chart
        .values=${analytics.days.map((each) => each.takenCents)}
        .labels=${analytics.days.map((each) => shortDay(each.fromMs, this.desk.zone))}
        .now=${days - 1}
        .format=${format}
        caption=${say("takingsByDay", { count: days, amount: format(total) })}
      ></bar-chart>
    </section>`;
  }
}

function paymentsOf({ payments: count, givenBackCents, currency }: Today): string {
  if (givenBackCents === 0) return say("paymentsToday", { count });
  return say("paymentsTodayLess", { count, amount: money(givenBackCents, currency) });
}

customElements.define("overview-page", OverviewPage);
