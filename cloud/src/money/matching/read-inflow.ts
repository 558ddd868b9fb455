/** Stored facts about money that came in by itself, as inflows. Made again from the stored text whenever they are judged. */
import { cents } from "@karibu/protocol/quantities";
import { readC2b, readPullRow } from "../channels/daraja/inflow-messages.ts";
import type { Read } from "../channels/daraja/messages.ts";
import { type Inflow, readPayer } from "../evidence/inflow.ts";
import { withoutNul } from "../evidence/store-evidence.ts";

export const inflowSources = ["c2b-confirmation", "pull", "transaction-status", "statement"] as const;

/** Texts lose the one character that the database can't hold: it must keep no money out of the books. */
export function readInflow(source: string, body: string): Read<Inflow> {
  const read = readBySource(source, body);
  if ("refused" in read) return read;
  const { accountText, payerName } = read.message;
  const texts = { accountText: accountText && withoutNul(accountText), payerName: payerName && withoutNul(payerName) };
  return { message: { ...read.message, ...texts } };
}

function readBySource(source: string, body: string): Read<Inflow> {
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
