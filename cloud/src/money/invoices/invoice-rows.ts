/** Invoices as they stand, as screens see them, and how one becomes paid or void. */
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound } from "../../ground/http/problem.ts";

export const invoiceLine = z.strictObject({
  text: z.string().trim().min(1).max(200),
  quantity: z.int().min(1).max(10_000),
  unitCents: z.int().min(1).max(100_000_000_00),
});

export const invoiceView = z.object({
  id: z.string(),
  number: z.int(),
  customerName: z.string(),
  paymentId: z.string().nullable(),
  lines: z.array(invoiceLine),
  totalCents: z.int(),
  currency: z.string(),
  state: z.enum(["issued", "paid", "void"]),
  /** What the customer types as the account at the paybill to pay it. Null: its customer has no phone here, or it was born paid. */
  accountNumber: z.string().nullable(),
  /** The phone that was entered with it, half hidden: its prompt goes there. Null: none was. */
  phone: z.string().nullable(),
  /** The newest prompt for it; null: none was sent. */
  prompt: z
    .object({
      /** `paid`: the callback says so; the invoice is paid once the channel proves it. `unknown`: no answer came to the request. */
      state: z.enum(["sending", "prompted", "paid", "failed", "unknown"]),
      /** Why it failed; null: it did not. */
      reason: z.string().nullable(),
      phone: z.string(),
      atMs: z.int(),
    })
    .nullable(),
  dueOn: z.string().nullable(),
  createdAtMs: z.int(),
});

export type InvoiceRow = Omit<Selectable<Schema["invoices"]>, "dueOn"> & {
  readonly dueOn: string | null;
  readonly accountNumber: string | null;
  readonly prompt: z.input<typeof invoiceView>["prompt"];
};

export const viewInvoice = (row: InvoiceRow): z.input<typeof invoiceView> => ({
  id: row.invoiceId,
  number: row.number,
  customerName: row.customerName,
  paymentId: row.purchaseId,
  lines: [...row.lines],
  totalCents: row.totalCents,
  currency: row.currency,
  state: row.state,
  accountNumber: row.accountNumber,
  phone: row.phoneMasked,
  prompt: row.prompt,
  dueOn: row.dueOn,
  createdAtMs: row.createdAtMs,
});

/** The account number under which one of `invoices` is paid. */
const accountOfInvoice = sql<
  string | null
>`(select account_number from pay_accounts a where a.provider_id = invoices.provider_id
    and a.invoice_id = invoices.invoice_id)`.as("accountNumber");

/** The provider's invoices, each with its account number and its newest prompt on a phone. */
export const invoiceRows = (tx: Tx, providerId: string) =>
  tx
    .selectFrom("invoices")
    .selectAll()
    .select(sql<string | null>`due_on::text`.as("dueOn"))
    .select(accountOfInvoice)
    .select(
      sql<z.input<typeof invoiceView>["prompt"]>`(select jsonb_build_object('state', p.state, 'reason', p.reason,
          'phone', p.phone_masked, 'atMs', p.created_at_ms)
        from invoice_prompts p where p.provider_id = invoices.provider_id and p.invoice_id = invoices.invoice_id
          and p.reference is null
        order by p.created_at_ms desc limit 1)`.as("prompt"),
    )
    .where("providerId", "=", providerId);

/** Locked until the transaction ends. Throws a Problem 404. */
export async function readInvoice(tx: Tx, providerId: string, invoiceId: string): Promise<InvoiceRow> {
  const row = await invoiceRows(tx, providerId).where("invoiceId", "=", invoiceId).forUpdate().executeTakeFirst();
  if (row === undefined) throw notFound("invoice");
  return row;
}

/** The invoice is locked. */
export async function setInvoice(
  world: World,
  tx: Tx,
  row: Pick<InvoiceRow, "providerId" | "invoiceId">,
  changes: { readonly state: InvoiceRow["state"]; readonly entryId?: string },
): Promise<void> {
  await tx
    .updateTable("invoices")
    .set({ ...changes, changedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", row.providerId)
    .where("invoiceId", "=", row.invoiceId)
    .execute();
}

/** The newest invoices to a customer, with what is typed to pay each. */
export const invoicesOfParty = (tx: Tx, party: Party, limit: number) =>
  tx
    .selectFrom("invoices")
    .select(["invoiceId", "number", "totalCents", "currency", "state", "createdAtMs"])
    .select(sql<string | null>`due_on::text`.as("dueOn"))
    .select(accountOfInvoice)
    .where("party", "=", party)
    .orderBy("number", "desc")
    .limit(limit)
    .execute();
