/** Issues a document: its number, its row and what the tax authority is to be told are one transaction. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { notFound } from "../../ground/http/problem.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import type { FiscalDocument, PaidPart } from "../fiscal/fiscal-contract.ts";
import { enqueueDocument, findSubmission } from "../fiscal/submissions.ts";
import { sumOf } from "../tax/tax-arithmetic.ts";
import { readTaxSettings, type TaxSettings } from "../tax/tax-settings.ts";
import type { DocumentRow } from "./document.ts";
import type { DocumentKind, DocumentLine, Seller } from "./document-facts.ts";
import { fiscalYearOf, numberText, readSeries, takeNumber } from "./document-number.ts";

export interface IssueParts {
  readonly world: World;
  readonly emit: Emit;
  readonly kinds: Pick<ChannelKinds, "factsOf">;
}

export interface Buyer {
  readonly customerId: string | null;
  readonly party: Party | null;
  /** Null: many people, or nobody knows. */
  readonly name: string | null;
  readonly taxPin: string | null;
}

export interface Draft {
  readonly kind: DocumentKind;
  readonly cause: string | null;
  /** Of a credit note. */
  readonly refersTo?: DocumentRow;
  readonly reason?: string | null;
  readonly buyer: Buyer;
  readonly currency: string;
  readonly lines: readonly DocumentLine[];
  /** The day that decides about rates. */
  readonly suppliedOn: string;
  /** Since when it was to be issued by itself; left out: somebody asks for it now. */
  readonly dueAtMs?: number;
  /** How it was paid, with the sign of the total. */
  readonly paid: readonly PaidPart[];
  /** A person's name, or `karibu`. */
  readonly by: string;
}

export async function issueDocument(
  { world, emit }: IssueParts,
  tx: Tx,
  providerId: string,
  draft: Draft,
): Promise<DocumentRow> {
  const settings = await readTaxSettings(tx, providerId);
  const { offset, seller } = await readSeller(tx, providerId, settings);
  const nowMs = world.clock.wall().atMs;
  const issuedAt = new Date(nowMs + offset * 60_000).toISOString().slice(0, 19);
  const issuedOn = issuedAt.slice(0, 10);
  const year = fiscalYearOf(issuedOn, settings.fiscalMonth);
  const { kind, refersTo, buyer, lines } = draft;
  const authority = await authorityFor(tx, settings, draft);
  const documentId = newId(world);
  const series = await readSeries(tx);
  const number = await takeNumber(tx, { providerId, kind, year });
  const { netCents, exciseCents, vatCents, totalCents } = sumOf(lines);
  const row: DocumentRow = {
    providerId,
    documentId,
    kind,
    fiscalYear: year,
    number,
    numberText: numberText(settings.numberPrefix, { kind, year, series, number }),
    refersTo: refersTo?.documentId ?? null,
    reason: draft.reason ?? null,
    cause: draft.cause,
    customerId: buyer.customerId,
    party: buyer.party,
    customerName: buyer.name,
    customerPin: buyer.taxPin,
    seller,
    lines,
    currency: draft.currency,
    netCents,
    exciseCents,
    vatCents,
    totalCents,
    suppliedOn: draft.suppliedOn,
    issuedOn,
    issuedAtMs: nowMs,
    issuedBy: draft.by,
  };
  await tx
    .insertInto("documents")
    .values({ ...row, seller: json(seller), lines: json(lines) })
    .execute();
  if (authority !== null) {
    const sequence = await takeNumber(tx, { providerId, kind: "fiscal", year: 0 });
    const data = fiscalOf(row, { sequence, settings, issuedAt, paid: draft.paid, refersTo: authority.refersTo });
    const to = { providerId, documentId, authority: authority.name, dueAtMs: draft.dueAtMs ?? null };
    await enqueueDocument(world, tx, to, data);
  }
  await emit(tx, providerId, { topic: "payment", id: documentId, action: "document-issued" });
  return row;
}

/** Null: no authority is told of it. What is taken back is told to the one that was told of the whole. */
async function authorityFor(tx: Tx, settings: TaxSettings, { kind, refersTo }: Draft) {
  if (kind === "receipt") return null;
  if (refersTo === undefined)
    return settings.authority === "none" || settings.taxPin === null
      ? null
      : { name: settings.authority, refersTo: null };
  const told = await findSubmission(tx, refersTo.documentId);
  return told === null
    ? null
    : { name: told.authority, refersTo: { number: told.numberText, sequence: told.sequence } };
}

function fiscalOf(
  row: DocumentRow,
  {
    sequence,
    settings,
    issuedAt,
    paid,
    refersTo,
  }: {
    readonly sequence: number;
    readonly settings: TaxSettings;
    readonly issuedAt: string;
    readonly paid: readonly PaidPart[];
    readonly refersTo: FiscalDocument["refersTo"];
  },
): FiscalDocument {
  return {
    kind: row.kind === "credit-note" ? "credit" : "sale",
    number: row.numberText,
    sequence,
    refersTo,
    reason: row.reason,
    seller: {
      name: row.seller.name,
      taxPin: row.seller.taxPin ?? "",
      branch: settings.branch,
      address: row.seller.address,
      vatRegistered: row.seller.vatRegistered,
    },
    buyer: { name: row.customerName ?? "Walk-in customers", taxPin: row.customerPin },
    currency: row.currency,
    issuedAt,
    paid,
    lines: row.lines.map((line) => ({
      text: line.text === "" ? line.kind : line.text,
      itemCode: line.planId ?? line.kind,
      quantity: line.quantity,
      totalCents: line.totalCents,
      treatment: line.treatment,
      vatBp: line.vatBp,
      exciseBp: line.exciseBp,
      netCents: line.netCents,
      exciseCents: line.exciseCents,
      vatCents: line.vatCents,
    })),
    netCents: row.netCents,
    exciseCents: row.exciseCents,
    vatCents: row.vatCents,
    totalCents: row.totalCents,
  };
}

async function readSeller(
  tx: Tx,
  providerId: string,
  settings: TaxSettings,
): Promise<{ readonly offset: number; readonly seller: Seller }> {
  const provider = await readProviderRow(tx, providerId);
  const { legalName, taxPin, address, vatRegistered } = settings;
  const seller = { name: legalName ?? provider.name, taxPin, address, phone: provider.supportPhone, vatRegistered };
  return { offset: provider.utcOffsetMinutes, seller };
}

/** Throws a Problem 404. */
export async function readDocument(tx: Tx, documentId: string, isLocked = false): Promise<DocumentRow> {
  const row = await tx
    .selectFrom("documents")
    .selectAll()
    .where("documentId", "=", documentId)
    .$if(isLocked, (rows) => rows.forUpdate())
    .executeTakeFirst();
  if (row === undefined) throw notFound("document");
  return row;
}
