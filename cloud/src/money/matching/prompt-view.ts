/** A prompt as the API shows it to who asked for it. */
import { z } from "zod";
import { type InvoicePromptRow, isPageUsable } from "./invoice-prompts.ts";

export const promptView = z.object({
  promptId: z.string(),
  state: z.enum(["sending", "prompted", "paid", "failed", "unknown"]),
  reason: z.string().nullable(),
  receipt: z.string().nullable(),
  amountCents: z.int(),
  currency: z.string(),
  /** Masked; empty: it is on a page. */
  phone: z.string(),
  /** The page on which it is paid; null: it is on the phone, or nothing can be paid there now. */
  payAt: z.string().nullable(),
});

export const viewOfPrompt = (row: InvoicePromptRow): z.input<typeof promptView> => ({
  promptId: row.promptId,
  state: row.state,
  reason: row.reason,
  receipt: row.receipt,
  amountCents: row.amountCents,
  currency: row.currency,
  // Of a page nobody typed it: who has a link does not learn whose it is.
  phone: row.reference === null ? row.phoneMasked : "",
  payAt: isPageUsable(row) ? row.redirectUrl : null,
});
