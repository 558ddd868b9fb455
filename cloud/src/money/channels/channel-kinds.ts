/** The kinds of payment channel there are, and what is true of each. One row a kind: a new one begins here. */
import { type ChannelKind, channelKindNames } from "./tables.ts";

export interface KindFacts {
  /** What it moves; null: whatever the provider counts in. */
  readonly currency: string | null;
  /** Smallest step and largest amount of one payment, minor units. */
  readonly amountCentsStep: number;
  readonly amountCentsMax: number;
  /** Receipts of one rail are one space: the same money seen through two channels is one receipt. */
  readonly rail: string;
  /** `phone`: a prompt. `page`: the customer pays on the channel's own page. `desk`: a person at a desk says so. */
  readonly pays: "phone" | "page" | "desk";
  /** Least time between two questions to one app; null: the default of the settings. */
  readonly spacingMs: number | null;
  readonly isDaraja: boolean;
}

const daraja = {
  currency: "KES",
  amountCentsStep: 100,
  amountCentsMax: 25_000_000,
  rail: "mpesa",
  pays: "phone",
  spacingMs: null,
  isDaraja: true,
} as const;
const page = {
  currency: null,
  amountCentsStep: 1,
  amountCentsMax: 1_000_000_000,
  pays: "page",
  spacingMs: 1000,
  isDaraja: false,
} as const;
const desk = {
  currency: null,
  amountCentsStep: 1,
  amountCentsMax: 1_000_000_000,
  pays: "desk",
  spacingMs: null,
  isDaraja: false,
} as const;

export const channelKinds: Readonly<Record<ChannelKind, KindFacts>> = {
  "mpesa-paybill": daraja,
  "mpesa-till": daraja,
  pesapal: { ...page, rail: "pesapal" },
  stripe: { ...page, rail: "stripe" },
  cash: { ...desk, rail: "cash" },
  credit: { ...desk, rail: "credit" },
};

export const railOf = (kind: ChannelKind): string => channelKinds[kind].rail;

export const kindsOfRail = (rail: string): readonly ChannelKind[] =>
  channelKindNames.filter((kind) => railOf(kind) === rail);

/** Is this money of the purchase's kind? A receipt counts once on its own rail, and five shillings are not five dollars. */
export const canPayFor = (
  money: { readonly rail: string; readonly currency: string },
  purchase: { readonly kind: ChannelKind; readonly currency: string },
): boolean => railOf(purchase.kind) === money.rail && purchase.currency === money.currency;

/** Kinds that a customer at the portal can pay through, alone. */
export const sellsAlone = (kind: ChannelKind): boolean => channelKinds[kind].pays !== "desk";
