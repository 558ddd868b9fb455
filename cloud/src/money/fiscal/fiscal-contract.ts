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

export type FiscalOutcome = (
  | { readonly kind: "accepted"; readonly reply: FiscalReply }
  /** It will never be accepted as it is. `isTaken`: the authority has something under its number already. */
  | { readonly kind: "refused"; readonly reason: string; readonly isTaken?: true }
  /** `isUnsent`: the authority has not taken it this time, for certain. Left out: it may have. */
  | { readonly kind: "later"; readonly why: string; readonly isUnsent?: boolean }
) & {
  /** The number to go on with: the one that the authority wants, or the one after that which another sale has. Left out: nothing is known. */
  readonly expects?: number;
  /** What the authority said last, as it came. Left out: it said nothing. */
  readonly answer?: string;
  /** Items that the authority knows from now on, by `itemCode`. */
  readonly itemsTold?: readonly string[];
};

/** The control unit that the authority made for one branch of a taxpayer. */
export interface TaxDevice {
  readonly taxPin: string;
  readonly branch: string;
  readonly environment: "sandbox" | "production";
  /** The secret that names it in each call. */
  readonly key: string;
  /** Its name, printed on documents. */
  readonly controlUnit: string;
}

export interface DeviceOrder {
  readonly taxPin: string;
  readonly branch: string;
  readonly environment: TaxDevice["environment"];
  readonly serial: string;
}

export type DeviceOpened =
  | { readonly kind: "opened"; readonly key: string; readonly controlUnit: string }
  | { readonly kind: "refused" | "later"; readonly why: string };

/** How a device tells a document. */
export interface ToldBy {
  readonly device: TaxDevice;
  /** The next one of the device. A document keeps it until the authority has answered. */
  readonly number: number;
  /** It was tried under this number before, and nobody knows what became of that. */
  readonly isAgain: boolean;
  /** The number of what a credit takes back; 0: a sale. */
  readonly refersTo: number;
  /** By `itemCode` of its lines. */
  readonly items: ReadonlyMap<string, { readonly number: number; readonly isKnown: boolean }>;
}

export interface TaxAdapter {
  /** @param told null: this authority's adapter needs no device */
  submit(document: FiscalDocument, told: ToldBy | null): Promise<FiscalOutcome>;
  /** Makes a device ready, once for each. Left out: it needs none. */
  readonly openDevice?: (order: DeviceOrder) => Promise<DeviceOpened>;
}

/** Left out: documents of this authority wait, and people type its replies. */
export type TaxAdapters = { readonly [Which in Authority]?: TaxAdapter };
