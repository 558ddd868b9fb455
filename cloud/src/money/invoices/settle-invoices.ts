/** Money that came in at an invoice's account number pays it: as soon as it is there, or as soon as it is proved. */

import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { withTakenOverDebt } from "../ledger/credit.ts";
import type { CreditPosted, Ledger } from "../ledger/post-entry.ts";
import { accountKey, foldConfusable } from "../matching/account-text.ts";
import { provedCreditOf } from "../receipts/receipts-of-party.ts";
import { settleInvoicesJob } from "../receipts/settle-invoices-job.ts";
import { settleTakenOver } from "../receipts/taken-over-debts.ts";
import { readSpendable } from "../receipts/told-credit.ts";
import { invoiceEntry, isPaidAtAccount } from "./invoice-entry.ts";
import { noteInvoice } from "./note-invoice.ts";

const jobSchema = z.object({ providerId: z.string(), party: z.string() });

/** In the transaction that puts money into the credit of these customers: who has an open invoice, or a debt from before, gets a job. */
export function wakeInvoices(world: World): (tx: Tx, posted: CreditPosted) => Promise<void> {
  const send = sendToOutbox(world);
  return async (tx, { providerId, entryId, parties }) => {
    const open = await tx
      .selectFrom("invoices")
      .select("party")
      .distinct()
      .where("providerId", "=", providerId)
      .where("party", "in", [...parties])
      .where("state", "=", "issued")
      .execute();
    const owing = await withTakenOverDebt(tx, providerId, parties);
    for (const party of new Set([...open, ...owing].map((one) => one.party)))
      await send(tx, settleInvoicesJob, { providerId, party }, { singletonKey: `${party}/${entryId}` });
  };
}

interface SettleParts {
  readonly world: World;
  readonly ledger: Ledger;
  /** Who wants to hear, in the same transaction, that a provider paid the platform. Left out: nobody. */
  readonly onPlatformInvoicePaid?: readonly ((world: World, tx: Tx, invoiceId: string) => Promise<void>)[];
}
export interface InvoiceJobParts extends SettleParts {
  readonly database: Database;
  readonly jobs: JobQueue;
}

export async function registerInvoiceJobs(parts: InvoiceJobParts): Promise<void> {
  await parts.jobs.work(settleInvoicesJob, async (data) => {
    const { providerId, party } = jobSchema.parse(data);
    await parts.database.asProvider(providerId, async (tx) => {
      await settleInvoices(parts, tx, providerId, party as Party);
      for (const owner of await withTakenOverDebt(tx, providerId, [party as Party]))
        await settleTakenOver(parts, tx, { providerId, ...owner });
    });
  });
}

/** Those of the customer whose whole sum was paid at their own number, the oldest first. */
async function settleInvoices(
  { world, ledger, onPlatformInvoicePaid = [] }: SettleParts,
  tx: Tx,
  providerId: string,
  party: Party,
): Promise<void> {
  const open = await tx
    .selectFrom("invoices")
    .innerJoin("pay_accounts", (join) =>
      join
        .onRef("pay_accounts.providerId", "=", "invoices.providerId")
        .onRef("pay_accounts.invoiceId", "=", "invoices.invoiceId"),
    )
    .select([
      "invoices.providerId",
      "invoices.invoiceId",
      "totalCents",
      "currency",
      "invoices.party",
      "accountKey",
      "customerName",
      "lines",
    ])
    .where("invoices.providerId", "=", providerId)
    .where("invoices.party", "=", party)
    .where("state", "=", "issued")
    .orderBy("number")
    .forUpdate("invoices")
    .execute();
  for (const invoice of open) {
    const { currency } = invoice;
    // The credit is locked, so two jobs of one customer take turns.
    const { provedCents } = await readSpendable(tx, { providerId, party, currency });
    const receipts = await provedCreditOf(tx, { providerId, party, currency });
    const atAccount = receipts.filter(
      ({ accountText: typed }) => foldConfusable(accountKey(typed ?? "")) === foldConfusable(invoice.accountKey),
    );
    const provedAtAccountCents = atAccount.reduce((sum, { creditCents: paidCents }) => sum + paidCents, 0);
    if (!isPaidAtAccount({ totalCents: invoice.totalCents, provedAtAccountCents, provedCents })) continue;
    const entryId = await ledger.post(tx, { providerId, purchaseId: null, party }, invoiceEntry(invoice, "credit"));
    await noteInvoice(world, tx, invoice, entryId);
    await tx
      .updateTable("invoices")
      .set({ state: "paid", entryId, changedAtMs: world.clock.wall().atMs })
      .where("providerId", "=", providerId)
      .where("invoiceId", "=", invoice.invoiceId)
      .execute();
    if (providerId === platformProviderId)
      for (const tell of onPlatformInvoicePaid) await tell(world, tx, invoice.invoiceId);
    world.log.info("invoice-paid", { invoiceId: invoice.invoiceId });
  }
}
