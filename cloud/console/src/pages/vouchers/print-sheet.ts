/** A sheet of vouchers to cut out, for the print dialog of the browser. */

import { drawQr } from "../../components/print/draw-qr.ts";
import type { Slip } from "../../components/print/slip.ts";
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

export interface PrintVoucher {
  readonly code: string;
  readonly plan: string;
  readonly price: string;
  readonly currency: string;
  /** Left out: it has none. */
  readonly pin?: string;
}

/** The vouchers of the hub's CSV that can still be sold. @see RFC 4180 */
export function readCodes(csv: string): PrintVoucher[] {
  const [, ...rows] = rowsOf(csv);
  return rows.flatMap(([code = "", plan = "", price = "", currency = "", state = "", pin = ""]) =>
    state === "active" ? [{ code, plan, price, currency, ...(pin === "" ? {} : { pin }) }] : [],
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

/** What all vouchers of a sheet have alike. */
export interface PrintLook {
  readonly title: string;
  readonly words: string;
  readonly colour: string;
  /** A `data:` address; null: there is no logo. */
  readonly logo: string | null;
  readonly showsPrice: boolean;
  /** Where a scanned picture leads; null: there is none. */
  readonly portal: string | null;
}

/** As the hub's own files have it: the code behind the `#` goes to no server. */
const codeAddress = (portal: string, code: string, pin: string | undefined): string =>
  `${portal}/#v=${encodeURIComponent(code)}${pin === undefined ? "" : `&p=${pin}`}`;

/** The same on the paper of a till, without logo and colour: its head prints black. */
export function voucherSlips(vouchers: readonly PrintVoucher[], look: PrintLook): Slip[] {
  return vouchers.map(({ code, plan, price, currency, pin }) => ({
    lines: [
      ["name", look.title],
      ["code", grouped(code)],
      ...(pin === undefined ? [] : ([["plan", `${say("checkNumber")} ${pin}`]] as const)),
      ["plan", `${planTitle(plan)}${look.showsPrice ? ` · ${money(Math.round(Number(price) * 100), currency)}` : ""}`],
      ["how", look.words],
    ],
    qr: look.portal === null ? null : codeAddress(look.portal, code, pin),
  }));
}

/** Fills an element with one card for each voucher. The print style of the page hides everything else. */
export function printSheet(into: HTMLElement, vouchers: readonly PrintVoucher[], look: PrintLook): void {
  into.replaceChildren(
    ...vouchers.map(({ code, plan, price, currency, pin }) => {
      const card = document.createElement("div");
      card.className = "voucher";
      if (look.logo !== null) card.append(logoOf(look.logo));
      const amount = look.showsPrice ? ` · ${money(Math.round(Number(price) * 100), currency)}` : "";
      for (const [name, text] of [
        ["name", look.title],
        ["code", pin === undefined ? grouped(code) : `${grouped(code)} · ${say("checkNumber")} ${pin}`],
        ["plan", `${planTitle(plan)}${amount}`],
      ] as const)
        card.append(lineOf(name, text));
      (card.querySelector(".name") as HTMLElement).style.color = look.colour;
      if (look.portal !== null) card.append(drawQr(codeAddress(look.portal, code, pin)));
      card.append(lineOf("how", look.words));
      return card;
    }),
  );
}

function lineOf(name: string, text: string): HTMLElement {
  const line = document.createElement("p");
  line.className = name;
  line.textContent = text;
  return line;
}

function logoOf(source: string): HTMLElement {
  const picture = document.createElement("img");
  picture.className = "logo";
  picture.alt = "";
  picture.src = source;
  return picture;
}
