import { html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import "./batch-list.ts";
import "./batch-codes.ts";
import type { Desk } from "../../desk.ts";

/** Batches of vouchers, or the codes of one. */
class VouchersPage extends elementWith({
  desk: property<Desk>(),
  batchId: property<string | null>(),
}) {
  override render() {
    return this.batchId === null
      ? html`<batch-list .desk=${this.desk}></batch-list>`
      : html`<batch-codes .desk=${this.desk} .batchId=${this.batchId}></batch-codes>`;
  }
}
customElements.define("vouchers-page", VouchersPage);
