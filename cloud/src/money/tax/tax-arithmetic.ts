/**
 * The taxes that a price contains. Prices are what a customer pays, tax included, in whole minor units. Pure.
 *
 *   gross = net + excise + VAT        VAT is due on net and excise together, excise on net alone
 *   net + excise = gross / (1 + v)    rounded half away from zero to the minor unit; VAT is the rest
 *   net = (net + excise) / (1 + e)    rounded in the same way; excise is the rest
 *
 * Each line is rounded by itself and a document adds up its lines, so the parts always sum to the whole, to the cent.
 */
import assert from "node:assert/strict";

/** `outside`: no supply at all, like a deposit that goes back. */
export type Treatment = "standard" | "no-excise" | "zero-rated" | "exempt" | "outside";

/** Hundredths of a percent: 1600 is 16 %. */
export interface Rates {
  readonly vatBp: number;
  readonly exciseBp: number;
}

export interface TaxParts {
  readonly netCents: number;
  readonly exciseCents: number;
  readonly vatCents: number;
}

/** @param grossCents whole minor units; below zero: given back, and split as the same amount above zero */
export function partsOf(grossCents: number, { vatBp, exciseBp }: Rates): TaxParts {
  assert(Number.isSafeInteger(grossCents)); // a bug of the caller: amounts are whole minor units
  const withoutVat = contained(grossCents, vatBp);
  const netCents = contained(withoutVat, exciseBp);
  return { netCents, exciseCents: withoutVat - netCents, vatCents: grossCents - withoutVat };
}

/**
 * What is taken back of one line, when `alreadyCents` of it were taken back before. By differences of the running total, so that a line
 * which is taken back in many pieces gives back exactly the tax that it had.
 */
export function partsTakenBack(rates: Rates, alreadyCents: number, moreCents: number): TaxParts {
  const [before, after] = [partsOf(alreadyCents, rates), partsOf(alreadyCents + moreCents, rates)];
  return {
    netCents: after.netCents - before.netCents,
    exciseCents: after.exciseCents - before.exciseCents,
    vatCents: after.vatCents - before.vatCents,
  };
}

export function sumOf(parts: readonly TaxParts[]): TaxParts & { readonly totalCents: number } {
  const add = (of: (part: TaxParts) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  const [netCents, exciseCents, vatCents] = [
    add((part) => part.netCents),
    add((part) => part.exciseCents),
    add((part) => part.vatCents),
  ];
  return { netCents, exciseCents, vatCents, totalCents: netCents + exciseCents + vatCents };
}

/** `cents / (1 + bp / 10,000)`, half away from zero. Exact: the product of two such numbers is more than a double holds. */
function contained(cents: number, bp: number): number {
  const [whole, over] = [BigInt(Math.abs(cents)) * 10_000n, 10_000n + BigInt(bp)];
  const rounded = Number((2n * whole + over) / (2n * over));
  return cents < 0 ? 0 - rounded : rounded;
}
