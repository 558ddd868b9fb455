import { css, html, nothing, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import "../../components/charts/bar-chart.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listTable } from "../../components/table/list-page.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { type HealthPart, healthPartsPath } from "../../data/operations/health.ts";
import { listRevenue, type ProviderMonth, type Statistics, statisticsPath } from "../../data/reports/reports.ts";
import { listProviders, type Provider } from "../../data/tenancy/providers.ts";
import { dateTime, money, monthName } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { providerTones } from "../providers/provider-tones.ts";
import { gradeTones } from "./grade-tones.ts";
import { adviceText, findingText } from "./health-words.ts";
import { revenueByMonth } from "./revenue-by-month.ts";

const days = 30;
const providersShown = 8;

/** A platform admin's home: the figures of all providers, what of the hub needs a person, the newest providers. */
class PlatformPage extends appElement() {
  readonly #statistics = new ReadController<Statistics>(this, {
    path: () => statisticsPath(days),
    topics: [],
  });
  readonly #parts = new ReadController<{ readonly parts: readonly HealthPart[] }>(this, {
    path: () => healthPartsPath,
    topics: [],
  });
  readonly #revenue = new ListController<ProviderMonth>(this, { read: listRevenue, topics: [] });
  readonly #providers = new ListController<Provider>(this, {
    read: (query) => listProviders({ ...query, limit: providersShown }),
    topics: [],
  });

  static override styles = [
    sharedStyles,
    tileStyles,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
        margin-bottom: 1rem;
        align-items: start;
      }
      .lists h2 {
        padding: 1.1rem 1.2rem 0.6rem;
      }
      .lists ul {
        display: grid;
        gap: 0.8rem;
        margin: 0;
        padding: 0 1.2rem 0.6rem;
        list-style: none;
      }
      .lists .counted {
        gap: 0.2rem;
        padding-bottom: 1rem;
      }
      .counted li {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: 1rem;
        min-height: var(--control-small);
        overflow-wrap: anywhere;
      }
      .more {
        padding: 0.2rem 1.2rem 1rem;
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
      ${this.#statistics.render((statistics) => this.#figures(statistics))}
      <div class="columns">
        <div>${this.#revenueCharts()} ${this.#newestProviders()}</div>
        <div>
          ${this.#alarmsOfProviders(this.#statistics.value?.alarms ?? [])}
          ${this.#parts.render(({ parts }) => partsToCheck(parts))}
        </div>
      </div>`;
  }

  #figures({ providers, revenue, ticketsSold, onlineNow, sites, health }: Statistics) {
    const sold = ticketsSold.vouchers + ticketsSold.purchases + ticketsSold.accounts;
    const waiting = health.undecidedPayments + health.jobsDead + health.alarmsOpen;
    const to = (path: string) => ({ href: `#/${path}` });
    return html`<div class="tiles">
        ${tile(say("providers"), String(providers.active), say("providersOther", { suspended: providers.suspended, deleted: providers.deleted }), to("providers"))}
        ${revenue.map((row) => tile(say("soldByProviders"), money(row.takenCents, row.currency), say("inDays", { count: days }), to("revenue")))}
        ${tile(say("ticketsSold"), sold.toLocaleString("en"), say("inDays", { count: days }))}
        ${tile(say("onlineNow"), onlineNow.toLocaleString("en"))}
        ${tile(say("sitesConnected"), String(sites.connected), say("ofSites", { count: sites.all }))}
      </div>
      <div class="tiles">
        ${tile(say("paymentsToReview"), String(health.undecidedPayments), "", { attention: health.undecidedPayments > 0 })}
        ${tile(say("failedJobs"), String(health.jobsDead), say("jobsWaiting", { count: health.jobsWaiting }), { attention: health.jobsDead > 0, ...to("jobs") })}
        ${tile(say("mailWaiting"), String(health.mailWaiting), "", to("health"))}
        ${tile(say("alarms"), String(health.alarmsOpen), waiting === 0 ? say("nothingToDo") : "", { attention: health.alarmsOpen > 0 })}
      </div>`;
  }

  /** One chart for each currency: sums of different money are none. */
  #revenueCharts() {
    return revenueByMonth(this.#revenue.rows ?? []).map(({ currency, months }) => {
      const title = `${say("revenueByMonth")}, ${currency}`;
      return html`<section class="card pad panel">
        <h2 class="panel">${title}</h2>
        <bar-chart
          .values=${months.map(({ takenCents }) => takenCents)}
          .labels=${months.map(({ month }) => monthName(month, this.app.zone))}
          .now=${months.length - 1}
          .format=${(cents: number) => money(cents, currency)}
          caption=${title}
        ></bar-chart>
      </section>`;
    });
  }

  /** How many; what they say is seen at the provider, by support access. */
  #alarmsOfProviders(alarms: Statistics["alarms"]) {
    if (alarms.length === 0) return nothing;
    return html`<section class="card lists panel">
      <h2>${say("alarmsOfProviders")}</h2>
      <ul class="counted">
        ${alarms.map(
          ({ providerId, name, open }) => html`<li>
            <a href="#/providers/${encodeURIComponent(providerId)}">${name}</a>
            <span class="badge bad number">${open.toLocaleString("en")}</span>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #newestProviders() {
    return html`<section class="card lists">
      <h2>${say("newestProviders")}</h2>
      ${listTable(this.#providers, {
        title: say("newestProviders"),
        emptyText: say("noProviders"),
        isDense: true,
        rowHref: (row) => `#/providers/${row.providerId}`,
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${row.name}</strong>` },
          {
            label: say("state"),
            cell: (row) => html`<span class="badge ${providerTones[row.state]}">${word("provider", row.state)}</span>`,
          },
          { label: say("currency"), cell: (row) => row.currency },
          { label: say("since"), cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
        ],
      })}
      <p class="more"><a href="#/providers">${say("seeAll")}</a></p>
    </section>`;
  }
}
customElements.define("platform-page", PlatformPage);

function partsToCheck(parts: readonly HealthPart[]): TemplateResult {
  const wrong = parts.filter(({ grade }) => grade !== "good");
  return html`<section class="card lists">
    <h2>${say("hubParts")}</h2>
    ${
      wrong.length === 0
        ? html`<p class="more">${say("nothingWaits")}</p>`
        : html`<ul>
            ${wrong.map((part) => {
              const advice = adviceText(part);
              return html`<li>
                <strong>${word("part", part.name)}</strong>
                <span class="badge ${gradeTones[part.grade]}">${say(`grade_${part.grade}`)}</span><br />
                ${findingText(part)}${advice === null ? nothing : html`<br /><span class="soft">${advice}</span>`}
              </li>`;
            })}
          </ul>`
    }
    <p class="more"><a href="#/health">${say("seeAll")}</a></p>
  </section>`;
}
