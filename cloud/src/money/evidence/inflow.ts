/**
 * An inflow is money that a source says came in, with the payer and the account as that source shows them. A payment request
 * of ours may have asked for it, or not. `matching/inflow-policy.ts` decides who owns it.
 */
import { defaultCountry, normalisePhone } from "@karibu/protocol/phone-number";
import { type Cents, cents } from "@karibu/protocol/quantities";
import { phoneHash } from "../../ground/amounts/phone.ts";
import type { EvidenceSource, Read, Trust } from "./evidence.ts";

/** How a source names the payer. A hash is of the 12 digits. A mask shows the first and the last digits. */
export type Payer =
  | { readonly kind: "phone"; readonly phone: string }
  | { readonly kind: "hash"; readonly hash: string }
  | { readonly kind: "mask"; readonly start: string; readonly end: string }
  | { readonly kind: "none" };

export interface Inflow {
  readonly source: EvidenceSource;
  readonly trust: Trust;
  readonly receipt: string;
  readonly amountCents: Cents;
  /** Null: the source does not say. */
  readonly accountText: string | null;
  readonly payer: Payer;
  readonly payerName: string | null;
  /** By the channel's clock; null when it can't be read. */
  readonly paidAtMs: number | null;
  readonly shortcode: string | null;
}

/** The time of payment that may decide about a day; null: the time zone of a list (Pull) is not verified. */
export function verifiedPaidAtMs({ source, paidAtMs }: Inflow): number | null {
  return source === "pull" ? null : paidAtMs;
}

/** Reads an inflow that we stored ourselves: from a statement or a status query, where the reading depends on the question. */
export function readStoredInflow(body: string): Read<Inflow> {
  const stored = JSON.parse(body) as Omit<Inflow, "payer"> & { readonly payer: unknown };
  const payer = typeof stored.payer === "string" ? readPayer(stored.payer) : (stored.payer as Inflow["payer"]);
  return { message: { ...stored, payer, amountCents: cents(stored.amountCents) } };
}

export function readPayer(value: unknown): Payer {
  const text = typeof value === "number" || typeof value === "string" ? String(value).replace(/\s/g, "") : "";
  const phone = normalisePhone(text, defaultCountry);
  if (phone !== null) return { kind: "phone", phone };
  if (/^[0-9a-f]{60,64}$/i.test(text)) return { kind: "hash", hash: text.toLowerCase() };
  const mask = /^(\d{3,6})\*{2,8}(\d{2,4})$/.exec(text);
  if (mask !== null) return { kind: "mask", start: mask[1] as string, end: mask[2] as string };
  return { kind: "none" };
}

/** Could the payer be this customer? `knownHash` and `knownMask` (`2547***126`) are what we keep of a customer's number; null: none. */
export function payerFits(payer: Payer, knownHash: string | null, knownMask: string | null): boolean {
  switch (payer.kind) {
    case "phone":
      return phoneHash(payer.phone) === knownHash;
    case "hash":
      return payer.hash === knownHash;
    case "mask": {
      if (knownMask === null) return false;
      const [start = "", end = ""] = knownMask.split(/\*+/);
      const shared = Math.min(start.length, payer.start.length);
      const last = Math.min(end.length, payer.end.length);
      return start.slice(0, shared) === payer.start.slice(0, shared) && end.slice(-last) === payer.end.slice(-last);
    }
    case "none":
      return false;
  }
}

/** The hash by which the feed and the ledger know the payer; null when the source shows too little. */
export function payerHash(payer: Payer): string | null {
  if (payer.kind === "phone") return phoneHash(payer.phone);
  return payer.kind === "hash" && payer.hash.length === 64 ? payer.hash : null;
}

/** For lists: never the whole number. */
export function payerMask(payer: Payer): string | null {
  if (payer.kind === "phone") return `${payer.phone.slice(0, 4)}***${payer.phone.slice(-3)}`;
  return payer.kind === "mask" ? `${payer.start.slice(0, 4)}***${payer.end.slice(-3)}` : null;
}
