/** A sheet of vouchers to cut out, for the print dialog of the browser. */
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

export interface PrintVoucher {
  readonly code: string;
  readonly plan: string;
  readonly price: string;
  readonly currency: string;
}

/** The vouchers of the hub's CSV that can still be sold. @see RFC 4180 */
export function readCodes(csv: string): PrintVoucher[] {
  const [, ...rows] = rowsOf(csv);
  return rows.flatMap(([code = "", plan = "", price = "", currency = "", state = ""]) =>
    state === "active" ? [{ code, plan, price, currency }] : [],
  );
}

/** A row ends at CR LF outside quotes: a plan's name may contain any character. */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, before, quoted, plain] of csv.matchAll(/(^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)) {
    if (before === "\r\n") rows.push([]);
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
  }
  return rows;
}

/** `1234567890` -> `12345 67890`: easier to read out and to type. */
export function grouped(code: string): string {
  return code.length <= 6 ? code : (code.match(/.{1,5}/g) ?? [code]).join(" ");
}

/** Fills an element with one card for each voucher. The print style of the page hides everything else. */
export function printSheet(into: HTMLElement, vouchers: readonly PrintVoucher[], providerName: string): void {
  into.replaceChildren(
    ...vouchers.map(({ code, plan, price, currency }) => {
      const card = document.createElement("div");
      card.className = "voucher";
      for (const [name, text] of [
        ["name", providerName],
        ["code", grouped(code)],
        ["plan", `${planTitle(plan)} · ${money(Math.round(Number(price) * 100), currency)}`],
        ["how", say("voucherHow")],
      ] as const) {
        const line = document.createElement("p");
        line.className = name;
        line.textContent = text;
        card.append(line);
      }
      return card;
    }),
  );
}
