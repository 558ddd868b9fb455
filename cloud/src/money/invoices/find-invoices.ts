import { type Finder, hit } from "../../ground/lists/search.ts";

/** By the number, with or without a sign before it. */
export const invoiceFinder: Finder = {
  permission: "ledger.read",
  async find(tx, { text }) {
    const number = /^(?:#|no\.?|inv(?:oice)?)?[\s-]*(\d{1,9})$/i.exec(text)?.[1];
    if (number === undefined) return [];
    const invoices = await tx
      .selectFrom("invoices")
      .select(["invoice_id", "number", "customer_name", "total_cents", "currency", "state", "created_at_ms"])
      .where("number", "=", Number(number))
      .execute();
    return invoices.map((row) =>
      hit({
        kind: "invoice",
        id: row.invoice_id,
        title: `${row.number} ${row.customer_name}`,
        isExact: true,
        state: row.state,
        amountCents: row.total_cents,
        currency: row.currency,
        atMs: row.created_at_ms,
      }),
    );
  },
};
