import { normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { type Finder, hit, hitsMax } from "../../ground/lists/search.ts";
import { cashSaleId } from "./cash-sale-rows.ts";

/** By the whole code that the site gave, or the newest of a phone number. */
export const cashSaleFinder: Finder = {
  permission: "payments.read",
  async find(tx, { text, party, providerId }) {
    const sales = tx
      .selectFrom("cash_sales")
      .selectAll()
      .where("provider_id", "=", providerId)
      .orderBy("sold_at_ms", "desc")
      .limit(hitsMax);
    const code = normaliseVoucherCode(text);
    const byCode = /^[0-9A-Z]{6,16}$/.test(code) ? await sales.where("code", "=", code).execute() : [];
    const byPhone = party === null ? [] : await sales.where("phone_hash", "=", party).execute();
    return [...byCode, ...byPhone].slice(0, hitsMax).map((row) =>
      hit({
        kind: "cash-sale",
        id: cashSaleId(row),
        // Who found it by its code has typed it; who found it by a number need not read it.
        title: `…${row.code_end}`,
        isExact: true,
        state: row.disabled_at_ms === null ? "sold" : "disabled",
        amountCents: row.price_cents,
        currency: row.currency,
        planName: row.plan_name,
        phone: row.phone_masked,
        siteId: row.site_id,
        atMs: row.sold_at_ms,
      }),
    );
  },
};
