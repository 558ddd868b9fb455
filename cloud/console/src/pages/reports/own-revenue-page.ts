import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import "./report-view.ts";
import { say } from "../../strings/strings.ts";

/** What one has sold oneself: for who sells, and may see no other figures. */
class OwnRevenuePage extends appElement() {
  override render() {
    return html`<div class="head"><h1>${say("ownRevenue")}</h1></div>
      <report-view .app=${this.app} .report=${null}></report-view>`;
  }
}
customElements.define("own-revenue-page", OwnRevenuePage);
