import { reportNames } from "@karibu/protocol/report-names";
import { html, nothing } from "lit";
import { AddressQuery } from "../../components/address-query.ts";
import { appElement } from "../../components/app-element.ts";
import "../../components/dates/date-range.ts";
import { type DayRange, momentsOf } from "../../components/dates/periods.ts";
import "../../components/tab-bar.ts";
import { modulesOf } from "../../modules/module-pages.ts";
import "../ledger/profit-card.ts";
import "./report-view.ts";
import "./revenue-card.ts";
import { say, word } from "../../strings/strings.ts";

/** What is left of what came in, and the revenue of each of its days; and each report by itself. */
class ReportsPage extends appElement() {
  readonly #period = new AddressQuery(this, ["report", "from", "to"]);

  override render() {
    const { report } = this.#period.values;
    const chosen = reportNames.find((name) => name === report);
    return html`<div class="head"><h1>${say("reports")}</h1></div>
      <tab-bar
        query="report"
        label=${say("reports")}
        .chosen=${chosen ?? ""}
        .tabs=${[
          { name: "", text: say("reportOverview") },
          ...reportNames.map((name) => ({ name, text: word("report", name) })),
        ]}
      ></tab-bar>
      ${chosen === undefined ? this.#overview() : html`<report-view .app=${this.app} .report=${chosen}></report-view>`}`;
  }

  #overview() {
    const { from, to } = this.#period.values;
    const { zone } = this.app;
    return html`<div class="filters">
      <date-range
        .zone=${zone}
        .from=${from}
        .to=${to}
        @change=${(event: CustomEvent<DayRange>) => this.#period.set({ ...event.detail })}
      ></date-range>
    </div>
    ${
      this.may("ledger.read")
        ? html`<profit-card .app=${this.app} .span=${momentsOf({ from, to }, zone.utcOffsetMinutes)}></profit-card>`
        : nothing
    }
    <div class="between"><revenue-card .app=${this.app} .from=${from} .to=${to}></revenue-card></div>
    ${
      this.may("settings.manage")
        ? modulesOf(this.app.user).map(({ reportsCard }) => reportsCard?.render(this.app) ?? nothing)
        : nothing
    }`;
  }
}
customElements.define("reports-page", ReportsPage);
