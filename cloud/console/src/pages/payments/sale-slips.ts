/** The slips of a sale: one for each of its codes. Pure, but for the words. */
import type { Slip } from "../../components/print/slip.ts";
import type { PaymentDetail } from "../../data/money/payments.ts";
import { dateTime, money, type Zone } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

/** `ABCDEFGH` -> `ABCD-EFGH`. */
export const inFours = (code: string): string => code.match(/.{1,4}/g)?.join("-") ?? code;

/** As the hub's own files have it: the code behind the `#` goes to no server. Without a portal the picture says the code alone. */
export const codeInQr = (portal: string | null, code: string): string =>
  portal === null ? code : `${portal}/#v=${encodeURIComponent(code)}`;

export function saleSlips(
  { id, planName, amountCents, currency, createdAtMs }: PaymentDetail,
  codes: readonly string[],
  at: { readonly providerName: string; readonly zone: Zone; readonly portal: string | null },
): Slip[] {
  const price = money(amountCents, currency);
  return codes.map((code) => ({
    lines: [
      ["name", at.providerName],
      ["code", inFours(code)],
      ["plan", `${planTitle(planName)} · ${price}`],
      ["how", say("voucherHow")],
      ["fact", `${dateTime(createdAtMs, at.zone)} · ${id.slice(-8)}`],
    ],
    qr: codeInQr(at.portal, code),
  }));
}
