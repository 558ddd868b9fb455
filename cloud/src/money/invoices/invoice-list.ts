/** The list of invoices, and the same as a file for the accountant. */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { invoiceRows, invoiceView, viewInvoice } from "./invoice-rows.ts";
import { invoiceWords } from "./invoice-words.ts";

const list = listOf({
  sort: {
    number: { by: sql.ref("number"), kind: "number" },
    total: { by: sql.ref("totalCents"), kind: "number" },
    customer: { by: sql`lower(customer_name)`, kind: "string" },
  },
  default: "-number",
  tie: [sql.ref("invoiceId")],
  search: [sql.ref("customerName"), sql`number::text`, sql`lines::text`],
  sums: {
    currency: sql.ref("currency"),
    amountCents: sql`case when state <> 'void' then total_cents else 0 end`,
    pendingCents: sql`case when state = 'issued' then total_cents else 0 end`,
  },
});

const listQuery = list.query.extend({
  state: invoiceView.shape.state.optional(),
  paymentId: z.string().min(1).max(128).optional(),
  /** Issued in this time. */
  ...spanFields,
});

export function invoiceListRoutes() {
  return [
    route({
      method: "GET",
      path: "/api/v1/invoices",
      summary: "Invoices, newest first",
      permission: "ledger.read",
      query: listQuery,
      response: pageOf(invoiceView),
      handle: ({ query, providerId, transact }) => transact((tx) => listInvoices(tx, providerId, query)),
    }),
    exportRoute({
      path: "/api/v1/invoices/export",
      summary: "All invoices as CSV or workbook, with the same filters as the list",
      permission: "ledger.read",
      query: listQuery,
      columns: [
        ...(["number", "createdAtMs", "customerName", "text", "dueOn", "state"] as const),
        ...(["totalCents", "currency", "accountNumber", "phone"] as const),
      ],
      words: invoiceWords,
      offsetMinutes: offsetOfProvider,
      page: async (tx, query, { providerId }) => {
        const page = await listInvoices(tx, providerId, query);
        return { ...page, items: page.items.map((item) => ({ ...item, text: textOf(item.lines) })) };
      },
    }),
  ];
}

function listInvoices(tx: Tx, providerId: string, query: z.output<typeof listQuery>) {
  const { state, paymentId } = query;
  const rows = invoiceRows(tx, providerId)
    .$if(state !== undefined, (is) => is.where("state", "=", state ?? "paid"))
    .$if(paymentId !== undefined, (is) => is.where("purchaseId", "=", paymentId ?? ""))
    .where(within(sql.ref("createdAtMs"), query));
  return list.page(rows, query, viewInvoice);
}

/** `2 × Internet for a month; 1 × Router`. */
const textOf = (lines: z.input<typeof invoiceView>["lines"]): string =>
  lines.map(({ quantity, text }) => `${quantity} × ${text}`).join("; ");
