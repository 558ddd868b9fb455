/**
 * What a tax adapter does: it brings an issued document to the tax authority and says what became of it. One for each authority; the hub is
 * given them (`HubAdapters.taxAdapters`). The taxpayer's PIN and branch, and the document's number, are its identity: an adapter that is asked twice about one tells the
 * authority once.
 *
 * Errors   An adapter throws for nothing that the authority may say. What it throws counts as "later".
 */
import type { WayPaid } from "../channels/ways-paid.ts";
import type { Rates, TaxParts, Treatment } from "../tax/tax-arithmetic.ts";

export type Authority = "etims" | "efris";

/** Minor units, with the sign of the total. */
export interface PaidPart {
  readonly way: WayPaid;
  readonly cents: number;
}

export interface FiscalLine extends TaxParts, Rates {
  readonly text: string;
  /** Of the plan, or of what else was charged: how the taxpayer calls it at the authority. */
  readonly itemCode: string;
  readonly quantity: number;
  readonly totalCents: number;
  readonly treatment: Treatment;
}

/** All that Kenya's eTIMS and Uganda's EFRIS ask for, as it was when the document was issued. */
export interface FiscalDocument {
  readonly kind: "sale" | "credit";
  /** As it is printed: `INV-2026-000007`. */
  readonly number: string;
  /** Gapless, from 1, over sales and credits of the provider. */
  readonly sequence: number;
  /** Of a credit: what it takes back, which was told to the authority before. */
  readonly refersTo: { readonly number: string; readonly sequence: number } | null;
  readonly reason: string | null;
  readonly seller: {
    readonly name: string;
    readonly taxPin: string;
    readonly branch: string;
    readonly address: string | null;
    /** For VAT, on the day of the document. Left out: it was issued before this was kept, by somebody registered. */
    readonly vatRegistered?: boolean;
  };
  readonly buyer: { readonly name: string; readonly taxPin: string | null };
  readonly currency: string;
  /** By the provider's clock: `2026-11-22T18:30:05`. */
  readonly issuedAt: string;
  /** By way of payment, each once and none of nothing; they add up to the total. */
  readonly paid: readonly PaidPart[];
  readonly lines: readonly FiscalLine[];
  readonly netCents: number;
  readonly exciseCents: number;
  readonly vatCents: number;
  readonly totalCents: number;
}

/** What the authority gave: printed on the document from then on. Each text at most 300 signs. */
export interface FiscalReply {
  /** The control unit (eTIMS), or the device (EFRIS). */
  readonly controlUnit: string | null;
  /** The receipt's number (eTIMS), or the fiscal document number (EFRIS). */
  readonly fiscalNumber: string;
  /** The receipt's signature (eTIMS), or the verification code (EFRIS). */
  readonly signature: string | null;
  /** What the picture says. */
  readonly qrText: string;
}

export type FiscalOutcome =
  | { readonly kind: "accepted"; readonly reply: FiscalReply }
  /** It will never be accepted as it is. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "later"; readonly why: string };

export interface TaxAdapter {
  submit(document: FiscalDocument): Promise<FiscalOutcome>;
}

/** Left out: documents of this authority wait, and people type its replies. */
export type TaxAdapters = { readonly [Which in Authority]?: TaxAdapter };
