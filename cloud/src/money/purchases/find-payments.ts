import { sql } from "kysely";
import { type Finder, hit, hitsMax } from "../../ground/lists/search.ts";
import { referencesLike } from "./reference.ts";

/** By id, by reference or by the whole code as people copy them, or the newest of a phone number. */
export const paymentFinder: Finder = {
  permission: "payments.read",
  async find(tx, { text, party, providerId }) {
    const payments = tx
      .selectFrom("intents")
      .select(["intent_id", "plan_name", "reference", "receipt", "state", "amount_cents", "currency"])
      .select(["phone_masked", "site_id", "created_at_ms"])
      .where("provider_id", "=", providerId)
      .orderBy("created_at_ms", "desc")
      .limit(hitsMax);
    const signs = referencesLike(text.toUpperCase().replaceAll(/[\s-]/g, ""));
    const found =
      party !== null
        ? await payments.where("phone_hash", "=", party).execute()
        : /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(text)
          ? await payments.where("intent_id", "=", text.toLowerCase()).execute()
          : signs.length > 0
            ? await payments
                .where((where) =>
                  where.or([
                    where("reference", "in", signs),
                    where("intent_id", "in", (codes) =>
                      codes
                        .selectFrom("grants")
                        .select(sql<string>`intent_id`.as("intent_id"))
                        .where("provider_id", "=", providerId)
                        .where("code", "in", signs),
                    ),
                  ]),
                )
                .execute()
            : [];
    return found.map((row) =>
      hit({
        kind: "payment",
        id: row.intent_id,
        title: row.receipt ?? row.reference,
        isExact: true,
        state: row.state,
        amountCents: row.amount_cents,
        currency: row.currency,
        planName: row.plan_name,
        phone: row.phone_masked,
        siteId: row.site_id,
        paymentId: row.intent_id,
        atMs: row.created_at_ms,
      }),
    );
  },
};
