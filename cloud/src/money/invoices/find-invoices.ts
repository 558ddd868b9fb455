import { type Finder, hit } from "../../ground/lists/search.ts";

/** By the number, with or without a sign before it. */
export const invoiceFinder: Finder = {
  permission: "ledger.read",
  async find(tx, { text }) {
    const number = /^(?:#|no\.?|inv(?:oice)?)?[\s-]*(\d{1,9})$/i.exec(text)?.[1];
    if (number === undefined) return [];
    const invoices = await tx
      .selectFrom("invoices")
      .select(["invoiceId", "number", "customerName", "totalCents", "currency", "state", "createdAtMs"])
      .where("number", "=", Number(number))
      .execute();
    return invoices.map((row) =>
      hit({
        kind: "invoice",
        id: row.invoiceId,
        title: `${row.number} ${row.customerName}`,
        isExact: true,
        state: row.state,
        amountCents: row.totalCents,
        currency: row.currency,
        atMs: row.createdAtMs,
      }),
    );
  },
};
