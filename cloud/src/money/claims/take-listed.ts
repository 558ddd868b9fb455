/**
 * Takes many facts about money that came in, of one source and channel: a page of a list, the lines of a statement, the confirmations that wait. What was
 * judged before costs one look for all. What is usual is booked or proved together, as callbacks are (`book-together.ts`); all else is left to the single
 * way (`take-inflow.ts`), which decides in any doubt. Safe to repeat: a fact is stored once, and judged once.
 */
import type { Database, TransactionOptions, Tx } from "../../ground/db/database.ts";
import { isLockNotAvailable } from "../../ground/db/passing.ts";
import { chunksOf } from "../../ground/lists/chunks.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { readChannel } from "../channels/channel-rows.ts";
import {
  type EvidenceRow,
  factName,
  lockFreeEvidence,
  lockWaitingEvidence,
  type RawEvidence,
  stateOfEvidence,
  storeAllEvidence,
  storedFactName,
} from "../evidence/evidence-rows.ts";
import { factsStored } from "../evidence/failed-evidence.ts";
import { repeatTransaction } from "../evidence/money-locks.ts";
import { type Line, matchListed, readLines } from "../matching/match-listed.ts";
import { noteProvedAnswer, provesTheList } from "../proofs/proved-answers.ts";
import { bookTogether, type ListedFact, nameOfPurchase } from "../purchases/book-together.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { spellings } from "../receipts/spellings.ts";
import { claimedAmong, lockFreePayers } from "./claim-log.ts";

type TakeParts = PurchaseParts & { readonly database: Database };

export interface TakenTogether {
  /** What each of these is worth is not decided: take it by itself. */
  readonly left: readonly RawEvidence[];
  /** Receipts that no other source had reported. */
  readonly found: readonly string[];
}

/** As many are booked in a transaction. */
const batchMax = 64;
/** What somebody holds for longer is left to the single way. */
const lockTimeout = "500ms";

/** @param facts of this channel, of one source. Where they could not even be stored, all are left. */
export async function takeListed(
  parts: TakeParts,
  channel: ChannelRow,
  facts: readonly RawEvidence[],
): Promise<TakenTogether> {
  const open = await storeNew(parts, channel, facts).catch((error: unknown) => {
    parts.world.log.warn("list-not-stored-together", { facts: facts.length, error: String(error) });
    return null;
  });
  if (open === null) return { left: facts, found: [] };
  const left: RawEvidence[] = [];
  const found: string[] = [];
  for (const batch of chunksOf(open, batchMax)) {
    const done = await bookBatch(parts, channel, batch);
    left.push(...batch.filter((fact) => !done.has(factName(fact))));
    found.push(...[...done.values()].flatMap(({ receipt, booked }) => (booked === null ? [receipt] : [])));
  }
  return { left, found };
}

/** @returns those that wait to be judged */
async function storeNew(parts: TakeParts, { providerId }: ChannelRow, facts: readonly RawEvidence[]) {
  const [first] = facts;
  if (first === undefined) return [];
  const store = async (tx: Tx) => {
    const stored = await factsStored(tx, first, facts);
    const fresh = facts.filter((fact) => !stored.has(factName(fact)));
    if (fresh.length > 0) await storeAllEvidence(tx, parts, fresh);
    return facts.filter((fact) => fact.unmatchedReason === null && stored.get(factName(fact))?.isDone !== true);
  };
  return parts.database.asProvider(providerId, store, { prepared: true, byKeys: true });
}

/** @returns what was booked or proved, by the fact's name */
async function bookBatch(
  parts: TakeParts,
  channel: ChannelRow,
  batch: readonly RawEvidence[],
): Promise<ReadonlyMap<string, ListedFact>> {
  const first = batch[0] as RawEvidence;
  const booked = await inOne(parts, channel.providerId, async (tx) =>
    bookListed(parts, tx, channel, await lockFreeEvidence(parts.envelope, tx, first, batch)),
  );
  return booked?.done ?? new Map();
}

/** Takes the confirmation that a job names together with those that wait beside it. @returns whether that one is judged; false: take it by itself */
export type TakeWaiting = (
  providerId: string,
  evidenceId: string,
  how?: Pick<TransactionOptions, "urgent">,
) => Promise<boolean>;

/** Each of them is tried together once: what is left then goes by itself, in its own job. Of more, or of what another process has taken, it is forgotten. */
const triedMax = 500;

export function createTakeWaiting(parts: TakeParts): TakeWaiting {
  const tried = new Set<string>();
  return async (providerId, evidenceId, how = {}) => {
    if (tried.delete(evidenceId)) return false;
    const place = { providerId, evidenceId, source: "c2b-confirmation" };
    let names: readonly string[] = [];
    let isJudged = false;
    const work = async (tx: Tx) => {
      const rows = await lockWaitingEvidence(parts.envelope, tx, place, { without: [...tried], most: batchMax });
      const [first, second] = rows;
      if (first === undefined) isJudged = (await stateOfEvidence(tx, providerId, evidenceId)) !== "new";
      if (first === undefined || second === undefined) return null;
      names = rows.map(({ evidenceId }) => evidenceId);
      return bookListed(parts, tx, await readChannel(tx, providerId, first.channelId), rows);
    };
    const booked = await inOne(parts, providerId, work, how);
    const done = new Set([...(booked?.done.values() ?? [])].map(({ row }) => row.evidenceId));
    if (tried.size > triedMax) tried.clear();
    for (const name of names) if (!done.has(name) && name !== evidenceId) tried.add(name);
    return isJudged || done.has(evidenceId);
  };
}

type Booked = Awaited<ReturnType<typeof bookListed>>;

/** @returns null: nothing was done, because something was in the way or there was nothing to do together */
async function inOne(
  parts: TakeParts,
  providerId: string,
  work: (tx: Tx) => Promise<Booked | null>,
  how: Pick<TransactionOptions, "urgent"> = {},
): Promise<Booked | null> {
  const usual = { prepared: true, byKeys: true, lockTimeout };
  const booked = await parts.database.asProvider(providerId, work, { ...usual, ...how }).catch((error: unknown) => {
    const say = isLockNotAvailable(error) ? parts.world.log.warn : parts.world.log.error;
    say("facts-not-taken-together", { error: String(error) });
    return null;
  });
  if (booked === null) return null;
  parts.announce(booked.notices);
  if (booked.hasJobs) parts.jobs.wake();
  return booked;
}

async function bookListed(parts: TakeParts, tx: Tx, channel: ChannelRow, rows: readonly EvidenceRow[]) {
  const lines = await ofFreePayers(tx, channel, readLines(parts, channel, rows));
  const matched = await matchListed(parts, tx, channel, await withoutClaimed(tx, channel, lines));
  const proof = matched.find(({ booked, source }) => booked !== null && provesTheList(booked.source, source));
  // Before the booking: whoever takes one line by itself notes it before the feed and the events, too.
  if (proof !== undefined) await noteProvedAnswer(tx, parts.world, channel, "pull", proof.receipt);
  const { alone, notices, hasJobs } = await bookTogether(parts, tx, matched, matched);
  const left = new Set(alone.map(nameOfPurchase));
  const booked = matched.filter((fact) => !left.has(nameOfPurchase(fact)));
  const lineOf = new Map(lines.map((line) => [line.inflow.receipt, line]));
  const bookedLines = booked.flatMap(({ receipt }) => lineOf.get(receipt) ?? []);
  // Who claimed it meanwhile gets it by the single way, which locks claims before the money.
  if ((await withoutClaimed(tx, channel, bookedLines)).length < bookedLines.length)
    throw repeatTransaction("the money was claimed meanwhile");
  const done = new Map(booked.map((fact) => [storedFactName(fact.row), fact]));
  return { done, notices, hasJobs };
}

/** Whoever claims at this moment does not see this money yet, nor is their claim seen: theirs goes the single way, which waits for them. */
async function ofFreePayers(tx: Tx, { providerId }: ChannelRow, lines: readonly Line[]): Promise<Line[]> {
  const free = await lockFreePayers(tx, providerId, payersOf(lines));
  return lines.filter(({ payer }) => payer === null || free.has(payer));
}

const payersOf = (lines: readonly Line[]) => lines.flatMap(({ payer }) => payer ?? []);

/** Those that no claim is about. */
async function withoutClaimed(tx: Tx, { providerId }: ChannelRow, lines: readonly Line[]): Promise<Line[]> {
  const receipts = lines.flatMap(({ inflow }) => spellings(inflow.receipt));
  const claimed = await claimedAmong(tx, { providerId, receipts, payers: payersOf(lines) });
  return lines.filter(
    ({ inflow, payer }) =>
      !spellings(inflow.receipt).some((each) => claimed.receipts.has(each)) &&
      !(payer !== null && claimed.payers.has(payer)),
  );
}
