/** What a document says, as plain values. Pure. */
import type { Rates, TaxParts, Treatment } from "../tax/tax-arithmetic.ts";

export const documentKinds = ["tax-invoice", "credit-note", "receipt", "sales-summary"] as const;
export type DocumentKind = (typeof documentKinds)[number];
export type DocumentLanguage = "en" | "sw";

/** What of a charge a line is for. A line without a name of its own is called by this. */
export const lineKinds = [
  "plan",
  "plan-change",
  "add-on",
  "fee",
  "late-fee",
  "deposit",
  "item",
  "sales",
  "refunds",
] as const;
export type LineKind = (typeof lineKinds)[number];

interface Named {
  readonly kind: LineKind;
  /** Of the plan or the item; may be empty. */
  readonly text: string;
  readonly planId: string | null;
  /** The days that a plan's line pays for, `2026-11-22`. */
  readonly period?: { readonly fromDay: string; readonly untilDay: string };
  readonly quantity: number;
  /** Of all of the quantity, tax included; below zero: taken back. */
  readonly totalCents: number;
}

/** What was charged, before anybody asks about taxes. */
export type ChargeLine = Named;

export interface DocumentLine extends Named, TaxParts, Rates {
  readonly treatment: Treatment;
  /** On a credit note: which line of its document, counted from 0. */
  readonly ofLine?: number;
}

/** The provider, as it was when the document was issued. */
export interface Seller {
  readonly name: string;
  readonly taxPin: string | null;
  readonly address: string | null;
  readonly phone: string | null;
  readonly vatRegistered: boolean;
}

/** How what has no plan of its own is taxed. A plan is taxed as its provider said. */
export function treatmentOfLine(
  { kind, planId }: Pick<Named, "kind" | "planId">,
  ofPlan: (planId: string | null) => Treatment,
): Treatment {
  if (kind === "deposit") return "outside"; // the customer's still
  if (kind === "fee" || kind === "late-fee") return "no-excise"; // no data service
  return ofPlan(planId);
}
