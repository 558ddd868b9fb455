/**
 * Money that a person saw at the channel's owner (their phone, the channel's own portal) and types. It is one more source of that
 * money: it tells like a callback, counts against the hourly limit, and is proved by nothing but the channel itself.
 */
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { AsyncParts } from "../channels/async-calls.ts";
import { asyncCallProblem } from "../channels/async-calls.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { activeChannels, readChannel } from "../channels/channel-rows.ts";
import { type EnteredBody, enteredSource } from "../evidence/entered.ts";
import { keepEvidence } from "../evidence/failed-evidence.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { firstBooked } from "../receipts/known-receipts.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { spellings } from "../receipts/spellings.ts";
import { noteLinked } from "./claim-log.ts";
import { linkClaim, lockClaim, refuseClosed } from "./claim-review.ts";

export interface PaymentEntered {
  readonly providerId: string;
  readonly channelId: string;
  /** As typed. */
  readonly receipt: string;
  readonly amountCents: number;
  /** The payer's, MSISDN; null: not known. */
  readonly phone: string | null;
  /** What the payer typed as the account; null: nothing, or not known. */
  readonly accountText: string | null;
  /** Null: not known. */
  readonly paidAtMs: number | null;
  /** M-Pesa's own message, as it was pasted; null: none was. */
  readonly message: string | null;
  /** Why it is entered, for people. */
  readonly note: string | null;
  readonly userId: string;
  /** The claim that it settles; null: none. */
  readonly claimId: string | null;
}

/** `known`: it is in the books already, as this. `stored`: it is to be taken in, by this id. */
export type Entering =
  | { readonly kind: "known"; readonly row: ReceiptRow }
  | { readonly kind: "stored"; readonly evidenceId: string; readonly receipt: string };

/** The most that a person's clock and ours differ; and what is older is the statement's business. */
const slackMs = 5 * 60_000;
const oldestMs = 35 * 86_400_000;

/** Stores what was typed, to be taken in like any other report of money. Throws Problems that name the field. */
export async function storeEntered(parts: PurchaseParts, tx: Tx, entered: PaymentEntered): Promise<Entering> {
  const { providerId, claimId } = entered;
  const claim = claimId === null ? null : await lockClaim(tx, providerId, claimId, "claimId");
  if (claim !== null) refuseClosed(claim, "claimId");
  const channel = await readChannel(tx, providerId, entered.channelId, "channelId");
  const receipt = readTypedReceipt(entered.receipt);
  refuseUnfit(parts, channel, entered);
  const known = await firstBooked(tx, providerId, spellings(receipt));
  if (known !== null) {
    refuseOther(known, entered);
    if (claim !== null && known.state === "suspense")
      await linkClaim(parts, tx, claim, { receipt: known.receipt, phone: entered.phone });
    return { kind: "known", row: (await readReceipt(tx, providerId, known.receipt)) ?? known };
  }
  const body: EnteredBody = {
    source: enteredSource,
    trust: "pushed",
    receipt,
    amountCents: entered.amountCents,
    accountText: entered.accountText,
    payer: entered.phone ?? "",
    payerName: null,
    paidAtMs: entered.paidAtMs,
    shortcode: null,
    enteredBy: entered.userId,
    note: entered.note,
    message: entered.message,
  };
  const evidenceId = await keepEvidence(tx, parts, {
    providerId,
    channelId: channel.channelId,
    purchaseId: null,
    source: enteredSource,
    naturalKey: receipt,
    body: JSON.stringify(body),
    remoteAddress: null,
    unmatchedReason: null,
  });
  if (evidenceId === null) throw refusal("entered-before", { field: "receipt" });
  // Who takes it in, now or after a crash, gives it to this claim.
  if (claim !== null) await noteLinked(tx, claim, receipt);
  return { kind: "stored", evidenceId, receipt };
}

/** Channels that have a statement: what is entered there can be proved, or shown to be missing. */
export async function entryChannels(
  { channels }: Pick<AsyncParts, "channels">,
  tx: Tx,
  providerId: string,
): Promise<{ readonly id: string; readonly name: string; readonly canBeAsked: boolean }[]> {
  const rows = (await activeChannels(tx, providerId)).filter((row) => takesEntries(channels.kinds, row));
  return rows
    .map((row) => ({
      id: row.channelId,
      name: row.name,
      canBeAsked: row.settings.pulls === true || asyncCallProblem(channels, row, "status") === null,
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

const takesEntries = (kinds: ChannelKinds, { kind }: ChannelRow): boolean =>
  kinds.definitionOf(kind).statementReader !== null;

/** M-Pesa's receipts: ten letters and digits, one letter at least. */
function readTypedReceipt(typed: string): string {
  const receipt = typed.normalize("NFKC").toUpperCase().trim();
  if (/^(?=.*[A-Z])[A-Z0-9]{10}$/.test(receipt)) return receipt;
  throw refusal("bad-receipt", { field: "receipt" });
}

function refuseUnfit({ world, channels }: PurchaseParts, channel: ChannelRow, entered: PaymentEntered): void {
  const { kinds } = channels;
  if (!takesEntries(kinds, channel)) throw refusal("no-entries", { field: "channelId" });
  const { amountCentsStep, amountCentsMax } = kinds.factsOf(channel.kind);
  const { amountCents, paidAtMs } = entered;
  if (amountCents % amountCentsStep !== 0 || amountCents > amountCentsMax)
    throw refusal("bad-amount", { field: "amountCents" });
  const nowMs = world.clock.wall().atMs;
  if (paidAtMs !== null && (paidAtMs > nowMs + slackMs || paidAtMs < nowMs - oldestMs))
    throw refusal("bad-time", { field: "paidAtMs" });
}

/** The same receipt, and not the same money. */
function refuseOther(known: ReceiptRow, { amountCents, channelId }: PaymentEntered): void {
  if (known.channelId !== channelId) throw refusal("receipt-other-channel", { field: "channelId" });
  if (known.amountCents !== amountCents)
    throw refusal("receipt-other-amount", { field: "amountCents", value: known.amountCents });
}
