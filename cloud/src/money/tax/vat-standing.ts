/** How a line stands to VAT. Pure. */
import type { Rates, Treatment } from "./tax-arithmetic.ts";

/**
 * `none`: no VAT at all, because the seller is not registered for it, or no rate is known. That is not zero-rated, which is a rate that only
 * the registered charge and that their customers' books count as taxed.
 */
export type VatStanding = "taxed" | "zero-rated" | "exempt" | "outside" | "none";

/** @param isRegistered the seller, on the day of the document */
export function vatStandingOf(
  { treatment, vatBp }: Pick<Rates, "vatBp"> & { readonly treatment: Treatment },
  isRegistered: boolean,
): VatStanding {
  if (treatment === "outside") return "outside";
  // A credit note takes back what was charged, whatever its seller is by now.
  if (vatBp > 0) return "taxed";
  if (!isRegistered) return "none";
  return treatment === "zero-rated" || treatment === "exempt" ? treatment : "none";
}
