/** What a person typed about money, as it is stored: an inflow, with who typed it and why. */
import { z } from "zod";

/** The source of such evidence. */
export const enteredSource = "entered";

/** Stored as JSON; `readStoredInflow` reads the part that every source has. */
export interface EnteredBody {
  readonly source: typeof enteredSource;
  readonly trust: "pushed";
  readonly receipt: string;
  readonly amountCents: number;
  readonly accountText: string | null;
  /** An MSISDN, or empty. */
  readonly payer: string;
  readonly payerName: string | null;
  readonly paidAtMs: number | null;
  readonly shortcode: null;
  /** The user's id. */
  readonly enteredBy: string;
  readonly note: string | null;
  /** The channel's own message, as it was pasted. */
  readonly message: string | null;
}

const shown = z.object({ enteredBy: z.string(), note: z.string().nullable() });

/** Who typed this fact of `enteredSource`, and why. Null: its text was removed by age (`raw-bodies.ts`). */
export function readEntered(body: string): z.output<typeof shown> | null {
  return body !== "" ? shown.parse(JSON.parse(body)) : null;
}
