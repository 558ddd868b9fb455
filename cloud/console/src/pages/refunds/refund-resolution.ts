import { html, nothing } from "lit";
import { type Field, type Values, withoutEmpty } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Refund, type RefundOptions, readRefundOptions, retryRefund, settleRefund } from "../../data/money.ts";
import { money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

export type Settlement = "retry" | "paid" | "not-paid" | "given-up";

/** What a person can still do about a refund that went wrong, or that nobody has told the end of. */
export function settlementsOf(refund: Refund): readonly Settlement[] {
  if (refund.resolution !== null) return [];
  if (refund.state === "failed") return ["retry", "paid", "given-up"];
  return refund.state === "unknown" || refund.state === "sent" ? ["paid", "not-paid"] : [];
}

/** Ends a refund that went wrong: made again in a way that is possible, or settled by what a person has found out. */
class RefundSettlement extends elementWith({
  refund: property<Refund>(),
  settlement: property<Settlement>(),
  /** Null: not read, or not to be had: then the hub itself refuses what can't be done. */
  options: state<RefundOptions | null>(null),
}) {
  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(() => void this.#read());
  }

  async #read(): Promise<void> {
    if (this.settlement === "retry") this.options = await readRefundOptions(this.refund).catch(() => null);
  }

  static override styles = [sharedStyles];

  override render() {
    const { refund, settlement } = this;
    const text = say(`settle_${settlement.replace("-", "_")}` as "settle_paid");
    return html`<section class="card pad panel">
      <h2 class="panel">${text}: ${money(refund.amountCents, refund.currency)}</h2>
      ${settlement === "retry" && refund.problem !== null ? html`<p class="soft panel">${refund.problem}</p>` : nothing}
      <action-form .fields=${this.#fields()} submitText=${text} .submit=${(values: Values, key: string) => this.#send(values, key)}
        ><button type="button" class="quiet" @click=${() => this.dispatchEvent(new CustomEvent("cancel"))}>
          ${say("cancel")}
        </button></action-form
      >
    </section>`;
  }

  #fields(): Field[] {
    const { refund, settlement } = this;
    if (settlement !== "retry") {
      const note: Field = { name: "note", label: say("whatYouFound"), required: true };
      return settlement === "paid"
        ? [note, { name: "receipt", label: say("receipt"), hint: say("ifThereIsOne") }]
        : [note];
    }
    const usual =
      refund.voucherId === null
        ? (["reversal", "payout", "channel", "credit", "cash"] as const)
        : (["credit", "cash"] as const);
    const ways = this.options?.methods.filter(({ problem }) => problem === null).map(({ method }) => method) ?? usual;
    const phone: Field = { name: "phone", label: say("phone"), type: "tel", hint: say("creditPhoneHint") };
    return [
      {
        name: "method",
        label: say("refundMethod"),
        type: "select",
        value: refund.method,
        options: ways.map((way) => ({ value: way, label: word("method", way) })),
      },
      ...(refund.voucherId === null ? [] : [phone]),
    ];
  }

  #send(values: Values, key: string): Promise<Refund> {
    const said = withoutEmpty(values);
    if (this.settlement === "retry") return retryRefund(this.refund.id, said, key);
    return settleRefund(this.refund.id, { ...said, outcome: this.settlement }, key);
  }
}
customElements.define("refund-settlement", RefundSettlement);
