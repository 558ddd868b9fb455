/** Stored facts about money that came in by itself, as inflows. Made again from the stored text whenever they are judged. */
import { cents } from "@karibu/protocol/quantities";
import { readC2b, readPullRow } from "./daraja/inflow-messages.ts";
import type { Read } from "./daraja/messages.ts";
import { type Inflow, readPayer } from "./inflow.ts";

export const inflowSources = ["c2b-confirmation", "pull", "transaction-status", "statement"] as const;

export function readInflow(source: string, body: string): Read<Inflow> {
  switch (source) {
    case "c2b-confirmation":
      return readC2b(body);
    case "pull":
      return readPullRow(body);
    // Read before they were stored, for what they say depends on what was asked.
    case "transaction-status":
    case "statement":
      return readStored(body);
    default:
      return { refused: `nothing here reads ${source}` };
  }
}

function readStored(body: string): Read<Inflow> {
  const stored = JSON.parse(body) as Omit<Inflow, "payer"> & { readonly payer: unknown };
  const payer = typeof stored.payer === "string" ? readPayer(stored.payer) : (stored.payer as Inflow["payer"]);
  return { message: { ...stored, payer, amountCents: cents(stored.amountCents) } };
}
