/**
 * Repeats what must be checked now and then: reads the channels' lists, verifies payments that only a callback reported, and
 * reminds of passwords that expire. One job, sent again by itself, calls nobody: it sends one job for each channel. Each slot of
 * time runs once over all processes.
 */

import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { processLeftOvers } from "../callbacks/unjudged-facts.ts";
import { noteFailure, takeTurn } from "../channel-health/circuit.ts";
import type { CircuitState } from "../channel-health/circuit-policy.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { lockChannel, lookUpChannel, setChannel } from "../channels/channel-rows.ts";
import type { PasswordEnds } from "../channels/initiator-rules.ts";
import { pullBackMs, pullJob, returnsJob } from "../channels/pull-job.ts";
import { reopenFailed } from "../evidence/failed-evidence.ts";
import type { InitiatorParts } from "../initiators/initiator.ts";
import { passwordReminder } from "../initiators/password-reminder.ts";
import { routeJob } from "../matching/route-inflow.ts";
import { wasPulled } from "../questions/pull-spans.ts";
import { corroborateWithinMs, resumeAtSweep } from "../questions/waiting-questions.ts";
import type { WitnessParts } from "../questions/witnesses.ts";
import { isStillTold } from "../receipts/told-credit.ts";
import { askAboutLostPayouts } from "../refunds/lost-payouts.ts";
import { repeatLostRefunds, repeatSilentRefunds } from "../refunds/lost-refunds.ts";
import type { RefundParts } from "../refunds/refund-rows.ts";
import { inTurns, within } from "./channel-turns.ts";
import { corroborate } from "./corroborate.ts";

export const sweepJob = "payments.sweep";
/** The sweep of one channel. */
export const sweepChannelJob = "payments.sweep-channel";

const minuteMs = 60_000;
export const sweepEveryMs = 5 * minuteMs;
const pullEveryMs = 10 * minuteMs;
/** Most that a channel's sweep may take: less than its job's time, so that it ends by itself. */
const channelMs = 45_000;
const nightBackMs = 47 * 60 * minuteMs;
const dayMs = 86_400_000;

/** Sends the next sweep, if it is not sent already. */
export async function scheduleSweep(world: World, database: Database, jobs: JobQueue): Promise<void> {
  const slot = Math.floor(world.clock.wall().atMs / sweepEveryMs) + 1;
  await database.asPlatform("schedule-money-sweep", (tx) =>
    jobs.send(tx, sweepJob, {}, { startAfterMs: sweepEveryMs, singletonKey: `sweep/${slot}` }),
  );
}

export type SweepParts = WitnessParts &
  RefundParts &
  InitiatorParts & {
    /** In the transaction that notes it: notifies the provider's owners that an initiator's password expires. */
    readonly onPasswordEnds?: (tx: Tx, channel: ChannelRow, ends: PasswordEnds) => Promise<void>;
  };

export async function sweepMoney(parts: SweepParts): Promise<void> {
  const { world, database, jobs } = parts;
  await scheduleSweep(world, database, jobs);
  await processLeftOvers(parts, minuteMs);
  await repeatLostRefunds(parts);
  await repeatSilentRefunds(parts);
  const nowMs = world.clock.wall().atMs;
  // What failed lately is tried in each sweep; later once an hour, for three days.
  const isHourly = Math.floor(nowMs / sweepEveryMs) % 12 === 0;
  const reopened = await database.asPlatform("judge-failed-again", async (tx) => {
    const failed = await reopenFailed(world, tx, isHourly ? 3 * dayMs : 60 * minuteMs);
    await jobs.sendAll(tx, routeJob, failed);
    return failed.length;
  });
  if (reopened > 0) jobs.wake();
  await database.asPlatform("money-sweep", async (tx) => {
    const rows = await tx
      .selectFrom("channels")
      .select(["providerId", "channelId"])
      // Nobody is sent to a channel that is switched off, and some pay there all the same, by habit or a standing order.
      .where((is) => is.or([is("active", "=", true), isStillTold(nowMs - corroborateWithinMs)]))
      .orderBy("channelId")
      .execute();
    for (const { providerId, channelId } of inTurns(rows)) {
      await jobs.send(tx, sweepChannelJob, { providerId, channelId }, { singletonKey: channelId });
    }
  });
}

/**
 * The sweep of one channel. What goes wrong at it is noted with it: its circuit opens, and the next sweep finds the rest. A
 * channel that never answers holds its worker for most of a minute.
 */
export async function sweepChannel(parts: SweepParts, providerId: string, channelId: string): Promise<void> {
  const { world, database } = parts;
  const channel = await lookUpChannel(database, providerId, channelId);
  if (channel === undefined) return;
  try {
    if (channel.active) await remind(parts, channel);
    const circuit = await takeTurn(parts, channel);
    if (circuit === "open") return;
    await within(world.clock, channelMs, async () => {
      await sendLists(parts, channel, circuit);
      if (parts.channels.kinds.definitionOf(channel.kind).results !== null) await askAboutLostPayouts(parts, channel);
      if (await corroborate(parts, providerId, channelId)) await resumeAtSweep(parts, channel);
    });
  } catch (error) {
    const problem = (error as Error).message;
    // That a channel is slow is no fault of ours.
    const isSlow = error instanceof Fault && error.code === "channel/slow";
    world.log[isSlow ? "warn" : "error"]("money-sweep-failed", { channelId, error: problem });
    await noteFailure(parts, channel, problem);
  }
}

/**
 * The list of money that went back; the list of the last hours now and then, and once a night that of two days. They are read
 * with the turn that the sweep took: of a half-open circuit one list tries the channel, and the long one waits.
 */
async function sendLists(
  { world, database, jobs, channels }: SweepParts,
  row: ChannelRow,
  circuit: CircuitState,
): Promise<void> {
  if (channels.open(row).returns !== undefined) {
    const ids = { providerId: row.providerId, channelId: row.channelId };
    await database.asProvider(row.providerId, (tx) => jobs.send(tx, returnsJob, ids, { singletonKey: row.channelId }));
  }
  if (row.settings.pulls !== true) return;
  const nowMs = world.clock.wall().atMs;
  const ids = { providerId: row.providerId, channelId: row.channelId };
  await database.asProvider(row.providerId, async (tx) => {
    const slot = Math.floor(nowMs / pullEveryMs);
    await jobs.send(tx, pullJob, { ...ids, backMs: pullBackMs }, { singletonKey: `${row.channelId}/${slot}` });
    if (circuit === "half-open") return;
    const night = Math.floor((nowMs + 2 * 3_600_000) / dayMs); // 01:00 in East Africa
    const span = { readSinceMs: night * dayMs - 2 * 3_600_000, beganBeforeMs: nowMs - 24 * 3_600_000 };
    if (await wasPulled(tx, ids, span)) return;
    await jobs.send(tx, pullJob, { ...ids, backMs: nightBackMs }, { singletonKey: `${row.channelId}/night-${night}` });
  });
}

/** Once for each of its days, however many processes sweep: the row's lock and its mark see to it. */
async function remind(parts: SweepParts, { providerId, channelId }: ChannelRow): Promise<void> {
  const { world, database } = parts;
  await database.asProvider(providerId, async (tx) => {
    const channel = await lockChannel(tx, providerId, channelId);
    const nowMs = world.clock.wall().atMs;
    const days = parts.channels.kinds.definitionOf(channel.kind).initiator?.passwordDays ?? [];
    const due = passwordReminder(days, channel.passwordSetAtMs, channel.passwordRemindedAtMs, nowMs);
    if (due === null) return;
    world.log.warn("initiator-password-ends", { channelId, ...due });
    await setChannel(tx, channel, { passwordRemindedAtMs: nowMs });
    await parts.onPasswordEnds?.(tx, channel, { channel: channel.name, daysLeft: due.daysLeft });
  });
}
