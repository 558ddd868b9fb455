/** What became of the text message about a sale, for who stands at the counter with the customer. */
import { html, nothing } from "lit";
import type { OwnSale } from "../../data/money/payments.ts";
import { say } from "../../strings/strings.ts";

const sentences = {
  waiting: "saleSmsWaiting",
  sending: "saleSmsWaiting",
  accepted: "saleSmsAccepted",
  delivered: "saleSmsDelivered",
  failed: "saleSmsFailed",
  unknown: "saleSmsUnknown",
  // A receipt is never held back.
  skipped: "saleSmsUnknown",
} as const;

/** Nothing before it is read, and where the customer gave no number: the code's own lines say so. */
export function saleMessage({ phone, message, state }: OwnSale) {
  if (phone === null || message === undefined || !state.startsWith("paid")) return nothing;
  if (message === null) return html`<p class="below sms">${say("saleSmsNone", { phone })}</p>`;
  const isBad = message.state === "failed";
  return html`<p class="below sms">
    ${isBad ? html`<span class="badge bad">${say("message_failed")}</span> ` : nothing}${say(sentences[message.state], { phone })}
  </p>`;
}
