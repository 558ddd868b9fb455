import { normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { sql } from "kysely";
import { partiesWithPart } from "../../catalogue/customers/customers-by-part.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import { masksThatEnd, shownEnd } from "../../ground/amounts/phone-parts.ts";
import { type Finder, hit, hitsMax } from "../../ground/lists/search.ts";
import { cashSaleId } from "./cash-sale-rows.ts";

/** By the whole code that the site gave, or the newest of a phone number; of half a number as payments (`find-payments.ts`). */
export const cashSaleFinder = (parties: Parties): Finder => ({
  permission: "payments.read",
  async find(tx, { text, party, providerId, phonePart, country }, reader) {
    const sales = tx
      .selectFrom("cash_sales")
      .selectAll()
      .where("providerId", "=", providerId)
      .orderBy("soldAtMs", "desc")
      .limit(hitsMax);
    const code = normaliseVoucherCode(text);
    const byCode = /^[0-9A-Z]{6,16}$/.test(code) ? await sales.where("code", "=", code).execute() : [];
    const byPhone = party === null ? [] : await sales.where("phoneHash", "=", party).execute();
    const whole = [...byCode, ...byPhone].slice(0, hitsMax);
    const end = shownEnd(phonePart);
    const owners =
      whole.length === 0 && phonePart !== null && reader.may("customers.read")
        ? partiesWithPart(parties, providerId, phonePart)
        : null;
    const ofOwners = owners === null ? [] : await sales.where(sql<boolean>`phone_hash in ${owners}`).execute();
    const shown =
      whole.length > 0 || end === null
        ? []
        : await sales.where("phoneMasked", "in", masksThatEnd(end, country)).execute();
    const halves = new Map([...ofOwners, ...shown].map((row) => [cashSaleId(row), row]));
    return [...whole, ...[...halves.values()].slice(0, hitsMax - whole.length)].map((row, at) =>
      hit({
        kind: "cash-sale",
        id: cashSaleId(row),
        // Who found it by its code has typed it; who found it by a number need not read it.
        title: `…${row.codeEnd}`,
        isExact: at < whole.length,
        state: row.disabledAtMs === null ? "sold" : "disabled",
        amountCents: row.priceCents,
        currency: row.currency,
        planName: row.planName,
        phone: row.phoneMasked,
        siteId: row.siteId,
        atMs: row.soldAtMs,
      }),
    );
  },
});
