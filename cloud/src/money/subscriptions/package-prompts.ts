/**
 * The prompts for what credit does not cover of a package that renews itself. A prompt is a purchase like any other, under a key that
 * names the renewal and the try: a process that dies between writing the try and sending it has made none, and none is made twice.
 */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { sellingChannels } from "../channels/selling-channel.ts";
import { splitPrice } from "../ledger/wallet-policy.ts";
import { purchasesWithKeys } from "../purchases/known-purchases.ts";
import type { PurchaseRow } from "../purchases/purchase-rows.ts";
import { openStates } from "../purchases/transition/purchase-facts.ts";
import { readSpendable } from "../receipts/told-credit.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import type { PromptFacts } from "./policy/prompt-times.ts";
import type { PackageRow } from "./subscription.ts";
import { paidJob } from "./subscription-job-names.ts";
import { lastTryMs } from "./subscription-rows.ts";

/** Its purchases have keys that begin so; the one before is part of it, so that each package is bought once. */
export const keyOf = (row: PackageRow): string =>
  `renewal/${row.subscriptionId}/${row.startedMs}/${row.lastPurchaseId ?? "first"}`;

/** @param n the first try is 1 */
export const promptKey = (row: PackageRow, n: number): string => `${keyOf(row)}/prompt/${n}`;

/** What became of its tries. */
export interface PackagePrompts {
  /** The try that was paid, also late, or what credit bought; null: none. */
  readonly paidPurchaseId: string | null;
  /** When the newest one that may still be paid was sent; null: none is open. */
  readonly openSinceMs: number | null;
}

export async function readPrompts(tx: Tx, row: PackageRow): Promise<PackagePrompts> {
  const tries = Array.from({ length: row.prompts }, (_, index) => promptKey(row, index + 1));
  // Out of credit too: a process may have died after it bought, and before it noted that.
  const made = await purchasesWithKeys(tx, row.providerId, [keyOf(row), ...tries]);
  return {
    paidPurchaseId: made.find(({ state }) => state === "paid" || state === "paid_unreceipted")?.purchaseId ?? null,
    openSinceMs: made.find(({ state }) => openStates.some((open) => open === state))?.createdAtMs ?? null,
  };
}

/** Null: its customer's phone can't be asked, or the provider does not want it. */
export async function readPromptFacts(
  { world, kinds }: { readonly world: World; readonly kinds: ChannelKinds },
  tx: Tx,
  row: PackageRow,
  currency: string,
): Promise<PromptFacts | null> {
  const { providerId } = row;
  const { renewalPromptsMax: max } = await readMoneySettings(tx, providerId);
  const [channel] = max === 0 ? [] : await sellingChannels(kinds, tx, providerId, row.siteId, currency);
  if (channel === undefined || kinds.factsOf(channel.kind).pays !== "phone") return null;
  const { openSinceMs } = await readPrompts(tx, row);
  const nowMs = world.clock.wall().atMs;
  const utcOffsetMinutes = await offsetOfProvider(tx, providerId);
  return {
    made: row.prompts,
    max,
    lastAtMs: await lastTryMs(tx, row),
    openForMs: openSinceMs === null ? null : nowMs - openSinceMs,
    utcOffsetMinutes,
  };
}

/** What the phone would be asked for now, minor units. Locks the customer's credit. */
export async function promptedCents(
  tx: Tx,
  row: PackageRow,
  { currency, priceCents }: { readonly currency: string; readonly priceCents: number },
): Promise<number> {
  const { provedCents } = await readSpendable(tx, { providerId: row.providerId, party: row.party, currency });
  return splitPrice({ priceCents, provedCents, pays: "phone", stepCents: 100 }).askedCents;
}

/** Is this purchase a try of a renewal? Then it has something to go on from when it is paid. */
export const isRenewalPrompt = ({ idempotencyKey: key }: Pick<PurchaseRow, "idempotencyKey">): boolean =>
  key.startsWith("renewal/");

/** A try was paid: its renewal goes on from there, by a job of the transaction that books the money. */
export function wakePrompted(world: World): (tx: Tx, purchase: PurchaseRow) => Promise<void> {
  const send = sendToOutbox(world);
  return async (tx, { providerId, purchaseId, idempotencyKey: key }) => {
    const subscriptionId = /^renewal\/([^/]+)\/.*\/prompt\/\d+$/.exec(key)?.[1];
    if (subscriptionId === undefined) return;
    await send(tx, paidJob, { providerId, subscriptionId }, { singletonKey: `${subscriptionId}/${purchaseId}` });
  };
}
