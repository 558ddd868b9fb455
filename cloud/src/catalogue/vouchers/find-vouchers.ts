import { normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { type Finder, hit, hitsMax } from "../../ground/lists/search.ts";
import type { CodeGuesses } from "./code-guesses.ts";
import { shownTo } from "./masked-code.ts";

/** By the whole code. Codes are computed and not stored, so a part of one finds nothing. */
export function voucherFinder(guesses: CodeGuesses): Finder {
  return {
    permission: "vouchers.read",
    async find(tx, { text }, reader) {
      if (!/^[0-9A-Z]{4,32}$/.test(normaliseVoucherCode(text))) return [];
      const vouchers = await guesses.find(tx, reader, text);
      return vouchers
        .slice(0, hitsMax)
        .map((found) => shownTo(reader, found))
        .map((voucher) =>
          hit({
            kind: "voucher",
            id: voucher.voucherId,
            title: voucher.code,
            isExact: true,
            state: voucher.state,
            amountCents: voucher.priceCents,
            currency: voucher.currency,
            planName: voucher.planName,
            siteId: voucher.siteId ?? voucher.homeSiteId,
            atMs: voucher.redeemedAtMs,
          }),
        );
    },
  };
}
