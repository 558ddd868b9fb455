/** A prompt as the API shows it to who asked for it. */
import { z } from "zod";
import type { InvoicePromptRow } from "./invoice-prompts.ts";

export const promptView = z.object({
  promptId: z.string(),
  state: z.enum(["sending", "prompted", "paid", "failed", "unknown"]),
  reason: z.string().nullable(),
  receipt: z.string().nullable(),
  amountCents: z.int(),
  currency: z.string(),
  /** Masked. */
  phone: z.string(),
});

export const viewOfPrompt = (row: InvoicePromptRow): z.input<typeof promptView> => ({
  promptId: row.prompt_id,
  state: row.state,
  reason: row.reason,
  receipt: row.receipt,
  amountCents: row.amount_cents,
  currency: row.currency,
  phone: row.phone_masked,
});
