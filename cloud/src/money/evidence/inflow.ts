/**
 * An inflow is money that a source says came in, with the payer and the account as that source shows them. A payment request
 * of ours may have asked for it, or not. `matching/inflow-policy.ts` decides who owns it.
 */
import { defaultCountry, normalisePhone } from "@karibu/protocol/phone-number";
import { type Cents, cents } from "@karibu/protocol/quantities";
import type { Parties, Party, PhoneSha256 } from "../../ground/amounts/parties.ts";
import type { EvidenceSource, Read, Trust } from "./evidence.ts";

/** How a source names the payer. A hash is of its MSISDN. A mask shows the first and the last digits. A party is our own name: our prompt went there. */
export type Payer =
  | { readonly kind: "phone"; readonly phone: string }
  | { readonly kind: "hash"; readonly hash: PhoneSha256 }
  | { readonly kind: "party"; readonly party: Party }
  | { readonly kind: "mask"; readonly start: string; readonly end: string }
  | { readonly kind: "none" };

export interface Inflow {
  readonly source: EvidenceSource;
  readonly trust: Trust;
  readonly receipt: string;
  readonly amountCents: Cents;
  /** Left out: the channel's own. */
  readonly currency?: string;
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

/** The channel's own reports come at once; one that is older was held up. */
const heldUpMsMax = 48 * 3_600_000;
/** The most that the channel's clock and ours differ. */
const clockSlackMs = 5 * 60_000;

/**
 * A report that the channel sends by itself says when it was paid, and anybody who knows its address can say anything: its time counts where it can
 * be. Else the money would be of a day that no list and no statement is about.
 */
export function withSoundTime(inflow: Inflow, receivedAtMs: number): Inflow {
  const { source, paidAtMs } = inflow;
  if (paidAtMs === null || (source !== "c2b-confirmation" && source !== "stk-callback")) return inflow;
  const isSound = paidAtMs >= receivedAtMs - heldUpMsMax && paidAtMs <= receivedAtMs + clockSlackMs;
  return isSound ? inflow : { ...inflow, paidAtMs: null };
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
  if (/^[0-9a-f]{60,64}$/i.test(text)) return { kind: "hash", hash: text.toLowerCase() as PhoneSha256 };
  const mask = /^(\d{3,6})\*{2,8}(\d{2,4})$/.exec(text);
  if (mask !== null) return { kind: "mask", start: mask[1] as string, end: mask[2] as string };
  return { kind: "none" };
}

/** The payer, and how the books name them; `party` null: the source shows too little. */
export interface NamedPayer {
  readonly payer: Payer;
  readonly party: Party | null;
}

/** What we keep of a customer's number: the mask (`2547***126`) where nothing better is there; null: none. */
export interface KnownNumber {
  readonly party: Party | null;
  readonly mask: string | null;
}

/** Could the payer be this customer? */
export function payerFits({ payer, party }: NamedPayer, known: KnownNumber): boolean {
  if (party !== null) return party === known.party;
  if (payer.kind !== "mask" || known.mask === null) return false;
  const [start = "", end = ""] = known.mask.split(/\*+/);
  const shared = Math.min(start.length, payer.start.length);
  const last = Math.min(end.length, payer.end.length);
  return start.slice(0, shared) === payer.start.slice(0, shared) && end.slice(-last) === payer.end.slice(-last);
}

/** How the books name the payer; null when the source shows too little. Safaricom's hash of a number leads to the same party as the number. */
export function payerParty(parties: Parties, providerId: string, payer: Payer): Party | null {
  if (payer.kind === "phone") return parties.ofPhone(providerId, payer.phone);
  if (payer.kind === "party") return payer.party;
  return payer.kind === "hash" && payer.hash.length === 64 ? parties.ofSha256(providerId, payer.hash) : null;
}

/** For lists: never the whole number. */
export function payerMask(payer: Payer): string | null {
  if (payer.kind === "phone") return `${payer.phone.slice(0, 4)}***${payer.phone.slice(-3)}`;
  return payer.kind === "mask" ? `${payer.start.slice(0, 4)}***${payer.end.slice(-3)}` : null;
}
