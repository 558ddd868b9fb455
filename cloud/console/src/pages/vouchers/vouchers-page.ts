import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import "./batch-codes.ts";
import "./batch-list.ts";

/** All batches of vouchers, or the codes of one batch. */
class VouchersPage extends appElement({
  batchId: property<string | null>(null),
}) {
  override render() {
    return this.batchId === null
      ? html`<batch-list .app=${this.app}></batch-list>`
      : html`<batch-codes .app=${this.app} .batchId=${this.batchId}></batch-codes>`;
  }
}
customElements.define("vouchers-page", VouchersPage);
