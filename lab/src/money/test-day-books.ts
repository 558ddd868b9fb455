/**
 * The end of a day: the channels' own books against the hub's, line by line. Each difference has a name that the hub itself gives it, or it is
 * unexplained. Pure; what the hub says is read through its API.
 */
import type { PlaceName } from "./test-day-plan.ts";

/** Money that really came in, by the books of its channel. */
export interface RealInflow {
  readonly place: PlaceName;
  readonly receipt: string;
  readonly amountCents: number;
  readonly currency: string;
  /** What went back at the channel. */
  readonly returnedCents: number;
}

interface HubReceipt {
  readonly receipt: string;
  readonly channelId: string;
  readonly paymentId: string | null;
  readonly state: "booked" | "credit" | "suspense" | "reversed" | "disproved" | "frozen";
  readonly amountCents: number;
  readonly planCents: number;
  readonly creditCents: number;
  readonly suspenseCents: number;
  readonly currency: string;
  readonly provenance: "proved" | "told" | "entered";
  readonly note: string | null;
}

interface HubPayment {
  readonly id: string;
  readonly channelId: string;
  readonly state: string;
  readonly receipt: string | null;
  readonly grantId: string | null;
  readonly amountCents: number;
  readonly currency: string;
  readonly pendingCents: number;
  readonly review: string | null;
}

/** What the hub says of one provider. */
export interface HubBooks {
  readonly receipts: readonly HubReceipt[];
  readonly payments: readonly HubPayment[];
  readonly accounts: readonly { readonly account: string; readonly currency: string; readonly balanceCents: number }[];
  readonly refunds: readonly {
    readonly paymentId: string | null;
    readonly method: string;
    readonly amountCents: number;
    readonly state: string;
  }[];
  /** Open ones of the reconciliation. */
  readonly differences: readonly {
    readonly channelId: string;
    readonly receipt: string;
    readonly what: string;
    readonly statementCents: number;
    readonly bookedCents: number;
  }[];
}

export interface DayTruth {
  readonly inflows: readonly RealInflow[];
  /** Receipts that somebody made up. */
  readonly forged: ReadonlySet<string>;
  readonly channels: ReadonlyMap<string, PlaceName>;
  /** What each channel charged, by its statement. */
  readonly feeCents: ReadonlyMap<PlaceName, number>;
  /** Payouts of the short code. */
  readonly payoutCents: ReadonlyMap<PlaceName, number>;
  /** What was taken over the counter, less what was given back there. */
  readonly tillCents: number;
  /** Where nobody can be asked about a receipt, so that a forgery stays told. */
  readonly unaskable: ReadonlySet<PlaceName>;
}

export interface Compared {
  /** What nothing explains. */
  readonly unexplained: readonly string[];
  /** How many real inflows and forgeries are in each named state. */
  readonly named: Readonly<Record<string, number>>;
  /** By currency: what forgeries hold open, minor units. */
  readonly forgedServiceCents: Readonly<Record<string, number>>;
}

export function compareBooks(hub: HubBooks, truth: DayTruth): Compared {
  const unexplained: string[] = [];
  const named: Record<string, number> = {};
  const count = (name: string) => {
    named[name] = (named[name] ?? 0) + 1;
  };
  const payments = new Map(hub.payments.map((each) => [each.id, each]));
  const inflowOf = new Map(truth.inflows.map((each) => [each.receipt, each]));
  const bookedOf = Map.groupBy(hub.receipts, ({ receipt }) => receipt);
  const refundedByChannel = (paymentId: string | null) =>
    sumOf(
      hub.refunds
        .filter((each) => each.paymentId === paymentId && each.method === "channel" && each.state === "done")
        .map((each) => each.amountCents),
    );

  for (const real of truth.inflows) {
    const [row, ...more] = bookedOf.get(real.receipt) ?? [];
    const say = (what: string) => unexplained.push(`${real.place} ${real.receipt}: ${what}`);
    if (row === undefined) say("paid at the channel, and not in the books");
    else if (more.length > 0) say("booked twice");
    else if (truth.channels.get(row.channelId) !== real.place) say("booked at another channel");
    else if (row.amountCents !== real.amountCents || row.currency !== real.currency)
      say(`${real.amountCents} ${real.currency} at the channel, ${row.amountCents} ${row.currency} in the books`);
    else if (row.state === "disproved") say("real, and disproved");
    else {
      const back = returnedOf(row, row.paymentId === null ? 0 : refundedByChannel(row.paymentId));
      if (back !== real.returnedCents) say(`${real.returnedCents} went back at the channel, ${back} in the books`);
      else count(nameOf(row, payments, say));
    }
  }

  const forgedServiceCents: Record<string, number> = {};
  for (const row of hub.receipts) {
    if (inflowOf.has(row.receipt) || isOwnMoney(truth.channels.get(row.channelId))) continue;
    const place = truth.channels.get(row.channelId) as PlaceName;
    const say = (what: string) => unexplained.push(`${place} ${row.receipt}: ${what}`);
    if (!truth.forged.has(row.receipt)) say("in the books, and nobody paid it");
    else if (row.state === "disproved") count("forged: disproved");
    else if (!truth.unaskable.has(place)) say(`forged, and still ${row.state} where the channel can be asked`);
    else if (!isListed(hub, row) && place !== "mtn") say("forged, and the statement's differences do not name it");
    else {
      const payment = payments.get(row.paymentId ?? "");
      // A query says of its purchase that it is paid, and names no receipt: so it is, by the real one, and a person is asked.
      const isAskedAbout = payment?.state === "paid" && payment.receipt === row.receipt && payment.review !== null;
      if (row.provenance !== "told" && !isAskedAbout) say(`forged, and ${row.provenance}`);
      else count(row.provenance === "told" ? `forged: told, ${row.state}` : "forged: beside the real one, for review");
      if (payment?.state !== "paid" || payment.receipt !== row.receipt) continue;
      const { currency, amountCents } = payment;
      forgedServiceCents[currency] = (forgedServiceCents[currency] ?? 0) + amountCents;
    }
  }
  const isForgery = ({ receipt, what }: HubBooks["differences"][number]) =>
    truth.forged.has(receipt) && what === "not-on-statement";
  /** What forgeries that stand as differences have put into the books of a channel, and nothing else: so much less the channel holds. */
  const forgedIn = (channelId: string) =>
    sumOf(
      hub.differences.filter((each) => each.channelId === channelId && isForgery(each)).map((each) => each.bookedCents),
    );
  for (const each of hub.differences) {
    const { channelId, receipt, what } = each;
    const isOfForgeries = what === "balance-differs" && each.bookedCents - each.statementCents === forgedIn(channelId);
    if (!isForgery(each) && !isOfForgeries)
      unexplained.push(`${truth.channels.get(channelId)} ${receipt}: the statement says ${what}`);
  }
  for (const payment of hub.payments) {
    const isOpen = payment.state === "paid" || payment.state === "paid_unreceipted";
    if (!isOpen || isOwnMoney(truth.channels.get(payment.channelId))) continue;
    if (payment.receipt === null) unexplained.push(`payment ${payment.id}: ${payment.state} without a receipt`);
    else if (!bookedOf.has(payment.receipt)) unexplained.push(`payment ${payment.id}: its receipt is not in the books`);
    else if (payment.grantId === null) unexplained.push(`payment ${payment.id}: paid, and nothing was given`);
  }
  unexplained.push(...ledgerDifferences(hub, truth));
  return { unexplained, named, forgedServiceCents };
}

/** What is sold over the counter: its receipts are made by us. */
const isOwnMoney = (place: PlaceName | undefined): boolean => place === "cash" || place === undefined;

function returnedOf(row: HubReceipt, refundedByChannelCents: number): number {
  if (row.state === "reversed") return row.amountCents;
  return row.amountCents - row.planCents - row.creditCents - row.suspenseCents + refundedByChannelCents;
}

const isListed = ({ differences }: HubBooks, { receipt, channelId }: HubReceipt) =>
  differences.some(
    (each) => each.receipt === receipt && each.channelId === channelId && each.what === "not-on-statement",
  );

/** Where money that is in the books stands. Who paid has service, or it is visible as theirs, or it waits for a person. */
function nameOf(row: HubReceipt, payments: ReadonlyMap<string, HubPayment>, say: (what: string) => void): string {
  if (row.state !== "booked") return row.state === "suspense" ? `suspense: ${row.note}` : row.state;
  const payment = payments.get(row.paymentId ?? "");
  if (payment === undefined) say("booked for no payment");
  else if (row.planCents > 0 && payment.state !== "paid") say(`pays for a payment that is ${payment.state}`);
  else if (row.planCents > 0 && payment.grantId === null) say("pays for a payment that gave nothing");
  return `booked, ${row.provenance}`;
}

/** Account by account, from the channels' books alone. */
function ledgerDifferences(hub: HubBooks, truth: DayTruth): string[] {
  const found: string[] = [];
  const expect = (what: string, isCents: number, shouldBeCents: number) => {
    if (isCents !== shouldBeCents)
      found.push(`${what}: ${isCents} in the ledger, ${shouldBeCents} by the books beside it`);
  };
  const balance = (account: string) =>
    sumOf(hub.accounts.filter((each) => each.account === account).map((each) => each.balanceCents));
  for (const currency of new Set(hub.accounts.map((each) => each.currency)))
    expect(
      `all accounts, ${currency}`,
      sumOf(hub.accounts.filter((each) => each.currency === currency).map((each) => each.balanceCents)),
      0,
    );
  for (const [channelId, place] of truth.channels) {
    if (isOwnMoney(place)) continue;
    const real = truth.inflows.filter((each) => each.place === place);
    const forged = hub.receipts.filter(
      (row) => row.channelId === channelId && truth.forged.has(row.receipt) && row.state !== "disproved",
    );
    const outCents = (truth.feeCents.get(place) ?? 0) + (truth.payoutCents.get(place) ?? 0);
    const inCents = sumOf(real.map((each) => each.amountCents - each.returnedCents));
    const toldCents = sumOf(forged.map((row) => row.amountCents));
    expect(`clearing of ${place}`, balance(`clearing:${channelId}`), inCents - outCents + toldCents);
    expect(`unreceipted of ${place}`, balance(`unreceipted:${channelId}`), 0);
  }
  expect("cash", balance("cash"), truth.tillCents);
  expect("suspense", 0 - balance("suspense"), sumOf(hub.receipts.map((row) => row.suspenseCents)));
  expect("pending", 0 - balance("pending"), sumOf(hub.payments.map((payment) => payment.pendingCents)));
  return found;
}

const sumOf = (amounts: readonly number[]): number => amounts.reduce((total, each) => total + each, 0);
