import { css, html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import type { OwnSales } from "../../data/money/payments.ts";
import { withdrawOwnRefund } from "../../data/money/refunds.ts";
import { dateTime, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { listStyle } from "./list-style.ts";

type OwnRefund = OwnSales["refunds"][number];

const tones: Partial<Record<OwnRefund["state"], string>> = { done: "good", failed: "bad", refused: "bad" };

/** What one has asked to be refunded, and what became of it. While it waits one can take it back. `changed` when one did. */
class OwnRefunds extends appElement({
  refunds: property<OwnSales["refunds"]>([]),
}) {
  readonly #actions = new PageActions(this, async () => void this.dispatchEvent(new Event("changed")));

  static override styles = [
    sharedStyles,
    listStyle,
    css`
      li {
        flex-wrap: wrap;
      }
    `,
  ];

  override render() {
    if (this.refunds.length === 0) return nothing;
    return html`<section class="card pad">
      <h2>${say("ownRefunds")}</h2>
      <ol>
        ${this.refunds.map((refund) => this.#row(refund))}
      </ol>
    </section>`;
  }

  #row(refund: OwnRefund) {
    const { amountCents, currency, planName, reason, state, isWithdrawn, createdAtMs } = refund;
    return html`<li>
      <span>
        ${planTitle(planName)}: ${reason}<br />
        <span class="soft">${dateTime(createdAtMs, this.app.zone)}</span>
      </span>
      <span class="right">
        <span class="nowrap number">${money(amountCents, currency)}</span><br />
        <span class="badge ${isWithdrawn ? "" : (tones[state] ?? "warn")}">${isWithdrawn ? say("refundWithdrawn") : word("refund", state)}</span>
        ${state === "asked" ? html`<button class="quiet danger" @click=${() => this.#withdraw(refund)}>${say("withdraw")}</button>` : nothing}
      </span>
    </li>`;
  }

  async #withdraw({ id, amountCents, currency }: OwnRefund) {
    const amount = money(amountCents, currency);
    if (!(await ask(say("withdrawRefundSure", { amount }), say("withdraw"), { danger: true, thing: amount }))) return;
    await this.#actions.run(
      `withdraw/${id}`,
      () => withdrawOwnRefund(id),
      () => say("refundWithdrawn"),
    );
  }
}
customElements.define("own-refunds", OwnRefunds);
