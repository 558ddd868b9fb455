import { sql } from "kysely";
import { partiesWithPart } from "../../catalogue/customers/customers-by-part.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import { masksThatEnd, shownEnd } from "../../ground/amounts/phone-parts.ts";
import { type Finder, hit, hitsMax } from "../../ground/lists/search.ts";
import { referencesLike } from "./reference.ts";

/**
 * By id, by reference or by the whole code as people copy them, or the newest of a phone number. Of half a number: those of the customers who have it,
 * to who may read customers; then those of anybody by the end that the mask shows.
 */
export const paymentFinder = (parties: Parties): Finder => ({
  permission: "payments.read",
  async find(tx, { text, party, providerId, phonePart, country }, reader) {
    const payments = tx
      .selectFrom("purchases")
      .select(["purchaseId", "planName", "reference", "receipt", "state", "amountCents", "currency"])
      .select(["phoneMasked", "siteId", "createdAtMs"])
      .where("providerId", "=", providerId)
      .orderBy("createdAtMs", "desc")
      .limit(hitsMax);
    const signs = referencesLike(text.toUpperCase().replaceAll(/[\s-]/g, ""));
    const found =
      party !== null
        ? await payments.where("phoneHash", "=", party).execute()
        : /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(text)
          ? await payments.where("purchaseId", "=", text.toLowerCase()).execute()
          : signs.length > 0
            ? await payments
                .where((where) =>
                  where.or([
                    where("reference", "in", signs),
                    where("purchaseId", "in", (codes) =>
                      codes
                        .selectFrom("grants")
                        .select(sql<string>`purchase_id`.as("purchaseId"))
                        .where("providerId", "=", providerId)
                        .where("code", "in", signs),
                    ),
                  ]),
                )
                .execute()
            : [];
    const isWhole = found.length > 0;
    if (!isWhole && phonePart !== null) {
      const owners = reader.may("customers.read") ? partiesWithPart(parties, providerId, phonePart) : null;
      if (owners !== null) found.push(...(await payments.where(sql<boolean>`phone_hash in ${owners}`).execute()));
      const end = shownEnd(phonePart);
      if (end !== null && found.length < hitsMax) {
        const known = new Set(found.map((row) => row.purchaseId));
        const shown = await payments.where("phoneMasked", "in", masksThatEnd(end, country)).execute();
        found.push(...shown.filter((row) => !known.has(row.purchaseId)).slice(0, hitsMax - found.length));
      }
    }
    return found.map((row) =>
      hit({
        kind: "payment",
        id: row.purchaseId,
        title: row.receipt ?? row.reference,
        isExact: isWhole,
        state: row.state,
        amountCents: row.amountCents,
        currency: row.currency,
        planName: row.planName,
        phone: row.phoneMasked,
        siteId: row.siteId,
        paymentId: row.purchaseId,
        atMs: row.createdAtMs,
      }),
    );
  },
});
