/** Documents of what was charged: an invoice each, or one a month; a credit note for what was given back. */

import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { isClockSure } from "../../ground/db/hub-clock.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { partsOf } from "../tax/tax-arithmetic.ts";
import { readBuyerPin, readTaxSettings, readTaxTable, type TaxTable } from "../tax/tax-settings.ts";
import { issueCreditNote, readLeft } from "./credit-note.ts";
import { type ChargeLine, type DocumentLine, treatmentOfLine } from "./document-facts.ts";
import { type IssueParts, issueDocument } from "./issue-document.ts";
import { paidOfCharges } from "./paid-parts.ts";

type ChargeRow = Selectable<Schema["document_charges"]>;

/** As the provider wants it. Done once: the row is locked, and remembers its document. */
export async function issueCharge(parts: IssueParts, tx: Tx, providerId: string, chargeId: string): Promise<void> {
  const row = await tx
    .selectFrom("document_charges")
    .selectAll()
    .where("chargeId", "=", chargeId)
    .forUpdate()
    .executeTakeFirst();
  if (row?.state !== "waiting") return;
  const { subscriptionDocuments } = await readTaxSettings(tx, providerId);
  if (subscriptionDocuments === "monthly") return; // `issueMonths` comes for it
  if (subscriptionDocuments === "none") return settle(tx, [row], { state: "not-wanted" });
  await document(parts, tx, { providerId, dueAtMs: ofItself }, [[row]]);
}

/** When it is to have its document. */
type DueAtMs = (row: ChargeRow) => number;
const ofItself: DueAtMs = ({ atMs }) => atMs;

/** One invoice for each customer, currency and month that is over, by a clock that is sure. @returns how many charges have their document now */
export async function issueMonths(parts: IssueParts, tx: Tx, providerId: string): Promise<number> {
  if (!isClockSure(parts.world)) return 0;
  const offsetMs = (await offsetOfProvider(tx, providerId)) * 60_000;
  const monthOf = (atMs: number) => new Date(atMs + offsetMs).toISOString().slice(0, 7);
  const startOf = (month: string) => Date.parse(`${month}-01T00:00:00Z`) - offsetMs;
  const thisMonth = monthOf(parts.world.clock.wall().atMs);
  const waiting = await tx
    .selectFrom("document_charges")
    .selectAll()
    .where("state", "=", "waiting")
    .where("atMs", "<", startOf(thisMonth))
    .orderBy("atMs")
    .orderBy("chargeId")
    .forUpdate()
    .execute();
  const groups = Map.groupBy(waiting, (row) =>
    [row.customerId ?? row.party ?? row.chargeId, row.currency, monthOf(row.atMs)].join(" "),
  );
  const nextOf = (month: string) => monthOf(startOf(month) + 32 * 86_400_000);
  const dueAtMs: DueAtMs = ({ atMs }) => startOf(nextOf(monthOf(atMs)));
  await document(parts, tx, { providerId, dueAtMs }, [...groups.values()]);
  return waiting.length;
}

/**
 * What was charged, of each customer and currency in one invoice; then all that was given back. What was charged to a phone may go back to the customer
 * whom it was written down of since, who is another group.
 */
async function document(parts: IssueParts, tx: Tx, of: Of, groups: readonly (readonly ChargeRow[])[]): Promise<void> {
  for (const rows of groups)
    await invoice(
      parts,
      tx,
      of,
      rows.filter(({ totalCents: cents }) => cents > 0),
    );
  for (const row of groups.flat()) if (row.totalCents < 0) await credit(parts, tx, of, row);
}

interface Of {
  readonly providerId: string;
  readonly dueAtMs: DueAtMs;
}

async function invoice(parts: IssueParts, tx: Tx, of: Of, rows: readonly ChargeRow[]): Promise<void> {
  const { providerId } = of;
  const [first] = rows;
  if (first === undefined) return;
  const taxes = await readTaxTable(tx, providerId);
  const offset = await offsetOfProvider(tx, providerId);
  const dayOf = ({ atMs }: ChargeRow) => new Date(atMs + offset * 60_000).toISOString().slice(0, 10);
  const causes = new Set(rows.map(({ cause }) => cause));
  const issued = await issueDocument(parts, tx, providerId, {
    kind: "tax-invoice",
    cause: causes.size === 1 ? first.cause : null,
    buyer: {
      customerId: first.customerId,
      party: first.party,
      name: first.customerName,
      taxPin: first.customerId === null ? null : await readBuyerPin(tx, first.customerId),
    },
    currency: first.currency,
    lines: rows.flatMap((row) => row.lines.map((line) => taxed(line, taxes, dayOf(row)))),
    suppliedOn: dayOf(rows.at(-1) ?? first),
    dueAtMs: Math.max(...rows.map(of.dueAtMs)),
    paid: await paidOfCharges(tx, providerId, parts.kinds, rows),
    by: "karibu",
  });
  await settle(tx, rows, { state: "documented", documentId: issued.documentId });
}

/**
 * Off the documents that have what was charged for it, the newest first; then off others of the same customer where a month's invoice has several
 * causes. What was charged says which documents those are: a month's invoice names no cause, and its customer may be known by a phone alone, or be
 * a customer no more.
 */
async function credit(parts: IssueParts, tx: Tx, of: Of, row: ChargeRow): Promise<void> {
  // What was charged before it, and has no document yet, gets it first.
  const earlier = await tx
    .selectFrom("document_charges")
    .selectAll()
    .where("cause", "=", row.cause)
    .where("state", "=", "waiting")
    .where("totalCents", ">", 0)
    .where("atMs", "<=", row.atMs)
    .forUpdate()
    .execute();
  await invoice(parts, tx, of, earlier);
  const hasIt = sql<boolean>`document_id in (select document_id from document_charges where cause = ${row.cause} and total_cents > 0)`;
  const documents = await tx
    .selectFrom("documents")
    .selectAll()
    .where("kind", "=", "tax-invoice")
    .where("currency", "=", row.currency)
    .where((is) =>
      is.or([
        is("cause", "=", row.cause),
        hasIt,
        ...(row.customerId === null ? [] : [is.and([is("cause", "is", null), is("customerId", "=", row.customerId)])]),
      ]),
    )
    .orderBy(hasIt, "desc")
    .orderBy("documentId", "desc")
    .limit(50)
    .forUpdate()
    .execute();
  let leftCents = 0 - row.totalCents;
  let last: string | null = null;
  for (const whole of documents) {
    const amountCents = Math.min(leftCents, await readLeft(tx, whole));
    if (amountCents <= 0) continue;
    const note = await issueCreditNote(parts, tx, whole, {
      amountCents,
      reason: row.lines[0]?.kind ?? null,
      by: "karibu",
      about: row.lines,
      dueAtMs: of.dueAtMs(row),
    });
    leftCents -= amountCents;
    last = note.documentId;
    if (leftCents === 0) break;
  }
  await settle(tx, [row], { state: last === null ? "nothing-to-credit" : "documented", documentId: last });
}

/** With the taxes of its day. */
export function taxed(line: ChargeLine, taxes: TaxTable, day: string): DocumentLine {
  const treatment = treatmentOfLine(line, taxes.treatmentOf);
  const rates = taxes.ratesOf(treatment, day);
  return { ...line, treatment, ...rates, ...partsOf(line.totalCents, rates) };
}

async function settle(
  tx: Tx,
  rows: readonly ChargeRow[],
  change: { readonly state: ChargeRow["state"]; readonly documentId?: string | null },
): Promise<void> {
  await tx
    .updateTable("document_charges")
    .set(change)
    .where(
      "chargeId",
      "in",
      rows.map((row) => row.chargeId),
    )
    .execute();
}
