import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { say } from "../../strings/strings.ts";
import "./cash-sale-page.ts";
import "./cash-sales.ts";

/** What was sold for cash at the sites; each sale has its own page. */
class CashSalesPage extends appElement() {
  override render() {
    return html`<div class="head"><h1>${say("cashSales")}</h1></div>
      <p class="soft panel">${say("cashSalesWhy")}</p>
      <cash-sales .app=${this.app}></cash-sales>`;
  }
}
customElements.define("cash-sales-page", CashSalesPage);
