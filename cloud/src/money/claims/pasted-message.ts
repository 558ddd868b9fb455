/**
 * M-Pesa's own message, pasted: what its known forms say. `UKL51ZDR4F Confirmed. Ksh20.00 sent to SHOP for account BCDF2345 …`, in Swahili
 * `UKL51ZDR4F Imethibitishwa. …`. Names, numbers and times are read from none: their forms are not known well enough.
 */
import { receiptsIn } from "./claim-policy.ts";

/** Null: the message does not say, or not in a form that is known. */
export interface PastedMessage {
  readonly receipt: string | null;
  readonly amountCents: number | null;
  /** What the payer typed as the account. */
  readonly accountText: string | null;
}

/** The word after the receipt; what follows it first is the amount, and only later the balance and the cost. */
const confirmed = /\b(?:CONFIRMED|IMETHIBITISHWA)\b/i;
const amount = /\bKSH?S?\.?\s?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{2}))?(?![\d.,]*\d)/i;
const account = /\bfor account\s+(\S{1,40}?)(?=[.,]?\s|[.,]?$)/i;

/** Pure. A text with two receipts names none. */
export function readMessage(text: string): PastedMessage {
  const receipts = receiptsIn(text);
  const at = text.search(confirmed);
  const said = at < 0 ? "" : text.slice(at);
  const [, whole, cents = "00"] = amount.exec(said) ?? [];
  return {
    receipt: receipts.length === 1 ? (receipts[0] as string) : null,
    amountCents: whole === undefined ? null : Number(whole.replaceAll(",", "")) * 100 + Number(cents),
    accountText: account.exec(said)?.[1] ?? null,
  };
}
