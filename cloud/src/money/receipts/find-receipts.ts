import { sql } from "kysely";
import { customersOf } from "../../catalogue/customers/customers.ts";
import { beginsWith, type Finder, hit, hitsMax } from "../../ground/lists/search.ts";

/** By the channel's code, or by how it begins. */
export const receiptFinder: Finder = {
  permission: "payments.read",
  async find(tx, { text, providerId }, reader) {
    const code = text.toUpperCase().replaceAll(/[\s-]/g, "");
    if (!/^[0-9A-Z_-]{4,64}$/.test(code)) return [];
    // Channels differ in case: M-Pesa writes capitals, card channels do not.
    const column = sql`${sql.ref("receipt")} collate "C"`;
    const find = (typed: string) =>
      tx
        .selectFrom("receipts")
        .select(["receipt", "amountCents", "currency", "state", "purchaseId", "payerMasked", "bookedAtMs", "party"])
        .where(beginsWith(column, typed))
        .orderBy(column)
        .limit(hitsMax)
        .execute();
    const found = await find(code);
    const receipts = found.length > 0 || code === text ? found : await find(text);
    // Who has the credit that they became. A payer without a name has no page.
    const parties = receipts.flatMap(({ party }) => party ?? []);
    const owners = reader.may("customers.read") ? await customersOf(tx, providerId, parties) : [];
    const pageOf = new Map(owners.map((one) => [one.phoneHash, one.customerId]));
    return receipts.map((row) =>
      hit({
        kind: "receipt",
        id: row.receipt,
        title: row.receipt,
        isExact: row.receipt === code || row.receipt === text,
        state: row.state,
        amountCents: row.amountCents,
        currency: row.currency,
        phone: row.payerMasked,
        paymentId: row.purchaseId,
        customerId: pageOf.get(row.party) ?? null,
        atMs: row.bookedAtMs,
      }),
    );
  },
};
