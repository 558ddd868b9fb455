/**
 * Callbacks of pushes, many in one transaction: those that came while the last batch was being written are the next one. A
 * lone callback waits for nobody; under load a commit, and what PostgreSQL does for a NOTIFY, is shared by all of a batch.
 */

import { sleep } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { holdJobs } from "../../ground/jobs/outbox.ts";
import { together } from "../../ground/jobs/together.ts";
import type { CallbackAnswer } from "../channels/channel-messages.ts";
import { hashOf } from "../channels/channels.ts";
import { type FoundChannel, findByTokens, notedEveryMs, noteReceived } from "../channels/hook-tokens.ts";
import { absorbJob } from "../evidence/absorb-job.ts";
import { storeAllEvidence, storeEvidence } from "../evidence/evidence-rows.ts";
import { promptSecrets } from "../matching/invoice-prompts.ts";
import { purchasesOfSecrets } from "../purchases/requests-sent.ts";
import { heldMs } from "./booker.ts";
import { accepted } from "./callback-answers.ts";
import { type HeldFact, holdFact } from "./facts-at-once.ts";
import type { CallbackIntake, HandTold, IntakeParts, RawCallback, Told } from "./raw-callback.ts";

const batchMax = 64;
const rememberedMax = 20_000;
/** A channel waits for its acknowledgement, a booking for nobody: one that finds a callback this old lets it pass, so long at most. */
const lateAfterMs = 10;
const giveWayMsMax = 25;
const lookAgainMs = 5;
/** What somebody holds for longer is waited for by its own callback alone, and not by those of all providers that came with it. */
const lockTimeout = "500ms";

interface Waiting {
  readonly callback: RawCallback;
  readonly sinceMs: number;
}

export interface PushIntake {
  readonly take: CallbackIntake;
  /** Resolves when no callback waits for long, or after a fortieth of a second: bookings must not starve either. */
  letCallbacksPass(): Promise<void>;
}

/**
 * @param alone takes one in by itself: those of unknown channels, and all of a batch that could not be written
 * @param handOn what the callbacks of a batch told of, after its commit
 */
export function createPushIntake(parts: IntakeParts, alone: CallbackIntake, handOn: HandTold): PushIntake {
  const { database, jobs } = parts;
  const { clock } = parts.world;
  let oldestMs = Number.POSITIVE_INFINITY;
  const notedIn = rememberNoted(() => parts.world.clock.wall().atMs);

  const write = together<Waiting, CallbackAnswer>(batchMax, async (batch) => {
    oldestMs = (batch[0] as Waiting).sinceMs;
    const callbacks = batch.map(({ callback }) => callback);
    const noted = notedIn();
    const { known, told } = await database
      .asPlatform("payment-callbacks", (tx) => keepPushes(parts, tx, callbacks, noted.isDue), {
        prepared: true,
        byKeys: true,
        urgent: "together",
        lockTimeout,
      })
      .then((kept) => {
        noted.keep();
        return kept;
      })
      .catch((error: unknown): KeptPushes => {
        parts.world.log.warn("callbacks-not-kept-together", { callbacks: batch.length, error: String(error) });
        return { known: [], told: { purchases: [], facts: [] } };
      });
    handOn(told);
    oldestMs = Number.POSITIVE_INFINITY;
    return callbacks.map((callback, index) => (known[index] ? accepted : alone(callback).finally(() => jobs.wake())));
  });

  return {
    take: (callback) => write({ callback, sinceMs: clock.monotonicMs() }),
    async letCallbacksPass() {
      const untilMs = clock.monotonicMs() + giveWayMsMax;
      for (;;) {
        const nowMs = clock.monotonicMs();
        if (nowMs - oldestMs < lateAfterMs || nowMs >= untilMs) return;
        await sleep(clock, Math.min(lookAgainMs, untilMs - nowMs));
      }
    },
  };
}

/** Which addresses this process has noted to be in use, so that a batch does not ask the database each time. Those of a batch count when it is committed. */
function rememberNoted(nowMs: () => number) {
  const atMs = new Map<string, number>();
  return () => {
    const asked = new Set<string>();
    return {
      isDue({ tokenHash }: FoundChannel): boolean {
        const lastMs = atMs.get(tokenHash);
        if (lastMs !== undefined && Math.abs(nowMs() - lastMs) < notedEveryMs) return false;
        asked.add(tokenHash);
        return true;
      },
      keep(): void {
        if (atMs.size > rememberedMax) atMs.clear();
        for (const tokenHash of asked) atMs.set(tokenHash, nowMs());
      },
    };
  };
}

export interface KeptPushes {
  /** For each callback: whether its channel is known, and it was kept therefore. */
  readonly known: readonly boolean[];
  readonly told: Told;
}

/** @param isDue has nobody noted lately that the channel's address is in use? */
export async function keepPushes(
  parts: IntakeParts,
  tx: Tx,
  callbacks: readonly RawCallback[],
  isDue: (channel: FoundChannel) => boolean = () => true,
): Promise<KeptPushes> {
  const { world } = parts;
  const facts: HeldFact[] = [];
  const tokens = callbacks.map(({ channelToken }) => hashOf(channelToken));
  const nowMs = world.clock.wall().atMs;
  // What waited in the spool was sent to an address that was good then.
  const sinceMs = Math.min(nowMs, ...callbacks.map(({ receivedAtMs = nowMs }) => receivedAtMs));
  const found = await findByTokens(tx, "push", tokens, sinceMs);
  const byToken = new Map(found.map((channel) => [channel.tokenHash, channel]));
  const sound = callbacks.flatMap((callback, index) => {
    const channel = byToken.get(tokens[index] as string);
    return channel === undefined ? [] : [{ callback, channel, secretHash: hashOf(callback.secret) }];
  });
  if (sound.length === 0) return { known: callbacks.map(() => false), told: { purchases: [], facts } };
  await noteReceived(tx, "push", found.filter(isDue), nowMs);
  const asked = sound.map(({ channel: { providerId }, secretHash }) => ({ providerId, secretHash }));
  const purchases = await purchasesOfSecrets(tx, asked);
  const named = (providerId: string, channelId: string, secretHash: string) =>
    `${providerId} ${channelId} ${secretHash}`;
  const bySecret = new Map(
    purchases.map((row) => [named(row.providerId, row.channelId, row.secretHash), row.purchaseId]),
  );
  const idOf = ({ channel, secretHash }: (typeof sound)[number]) =>
    bySecret.get(named(channel.providerId, channel.channelId, secretHash)) ?? null;
  const unknown = sound.filter((each) => idOf(each) === null);
  const prompts = await promptSecrets(
    tx,
    unknown.map(({ channel, secretHash }) => ({ ...channel, secretHash })),
  );
  for (const { callback, channel, secretHash } of unknown.filter((each) => prompts.has(each.secretHash))) {
    const { providerId, channelId } = channel;
    const evidenceId = await storeEvidence(tx, parts, {
      providerId,
      channelId,
      purchaseId: null,
      source: "stk-callback",
      naturalKey: secretHash,
      body: callback.body,
      remoteAddress: callback.remoteAddress,
      receivedAtMs: callback.receivedAtMs,
      unmatchedReason: null,
    });
    if (evidenceId !== null) facts.push(await holdFact(parts, tx, { providerId, evidenceId, callId: null }));
  }
  const others = sound.filter(({ secretHash }) => !prompts.has(secretHash));
  const raw = others.map((each) => {
    const { callback, channel, secretHash } = each;
    const { providerId, channelId } = channel;
    const purchaseId = idOf(each);
    return {
      providerId,
      channelId,
      purchaseId,
      source: "stk-callback",
      naturalKey: secretHash,
      body: callback.body,
      remoteAddress: callback.remoteAddress,
      receivedAtMs: callback.receivedAtMs,
      unmatchedReason: purchaseId === null ? "unknown purchase token" : null,
    };
  });
  const stored = await storeAllEvidence(tx, parts, raw);
  const judged = stored.flatMap(({ providerId, purchaseId }) =>
    purchaseId === null ? [] : [{ providerId, purchaseId }],
  );
  const jobIds = await holdJobs(world, tx, absorbJob, judged, heldMs);
  const held = judged.map((each, index) => ({ ...each, jobId: jobIds[index] as string }));
  return { known: tokens.map((token) => byToken.has(token)), told: { purchases: held, facts } };
}
