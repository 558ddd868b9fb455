import { html, nothing } from "lit";
import { AddressQuery } from "../../components/address-query.ts";
import { appElement } from "../../components/app-element.ts";
import "../../components/dates/date-range.ts";
import { type DayRange, momentsOf } from "../../components/dates/periods.ts";
import "../ledger/profit-card.ts";
import "./revenue-card.ts";
import { say } from "../../strings/strings.ts";

/** What is left of what came in, for a time that one chooses; and the revenue of each of the last days. */
class ReportsPage extends appElement() {
  readonly #period = new AddressQuery(this, ["from", "to"]);

  override render() {
    const { from, to } = this.#period.values;
    const { zone } = this.app;
    return html`<div class="head"><h1>${say("reports")}</h1></div>
      <div class="filters">
        <date-range
          .zone=${zone}
          .from=${from}
          .to=${to}
          @change=${(event: CustomEvent<DayRange>) => this.#period.set({ ...event.detail })}
        ></date-range>
      </div>
      <profit-card .app=${this.app} .span=${momentsOf({ from, to }, zone.utcOffsetMinutes)}></profit-card>
      ${this.may("reports.read") ? html`<div class="between"><revenue-card .app=${this.app}></revenue-card></div>` : nothing}`;
  }
}
customElements.define("reports-page", ReportsPage);
