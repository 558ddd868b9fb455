/**
 * Repeats what must be checked now and then: reads the channels' lists, verifies payments that only a callback reported, and
 * reminds of passwords that expire. One job, sent again by itself; each slot of time runs once over all processes.
 */
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { processLeftOvers } from "../callbacks/left-overs.ts";
import { lookUpChannel, setChannel } from "../channels/channel-rows.ts";
import { queriesAtOnce } from "../channels/initiator-policy.ts";
import type { PasswordEnds } from "../channels/initiator-rules.ts";
import { pullBackMs, pullJob } from "../channels/pull-job.ts";
import type { ChannelRow } from "../channels/tables.ts";
import { reopenFailed } from "../evidence/failed-evidence.ts";
import { type InitiatorParts, sendPendingNotices } from "../initiators/initiator.ts";
import { passwordReminder } from "../initiators/password-reminder.ts";
import { routeJob } from "../matching/route-inflow.ts";
import { corroborateWithinMs, isDueForProof, resumeAtSweep, statusAtOnce } from "../questions/waiting-questions.ts";
import { askStatus, disprove, type WitnessParts } from "../questions/witnesses.ts";

export const sweepJob = "payments.sweep";

const minuteMs = 60_000;
const sweepEveryMs = 5 * minuteMs;
const pullEveryMs = 10 * minuteMs;
const nightBackMs = 47 * 60 * minuteMs;
const disproveAfterMs = 60 * minuteMs;
/** A receipt missing in a list that was read this long after it was booked, is missing. */
const listedWithinMs = 30 * minuteMs;
const dayMs = 86_400_000;

/** Sends the next sweep, if it is not sent already. */
export async function scheduleSweep(world: World, database: Database, jobs: JobQueue): Promise<void> {
  const slot = Math.floor(world.clock.wall().atMs / sweepEveryMs) + 1;
  await database.asPlatform("schedule-money-sweep", (tx) =>
    jobs.send(tx, sweepJob, {}, { startAfterMs: sweepEveryMs, singletonKey: `sweep/${slot}` }),
  );
}

export type SweepParts = WitnessParts &
  InitiatorParts & {
    /** In the transaction that notes it: notifies the provider's owners that an initiator's password expires. */
    readonly onPasswordEnds?: (tx: Tx, channel: ChannelRow, ends: PasswordEnds) => Promise<void>;
  };

export async function sweepMoney(parts: SweepParts): Promise<void> {
  const { world, database, jobs } = parts;
  await scheduleSweep(world, database, jobs);
  await processLeftOvers(parts, minuteMs);
  await sendPendingNotices(parts);
  const nowMs = world.clock.wall().atMs;
  // What failed lately is tried in each sweep; later once an hour, for three days.
  const isHourly = Math.floor(nowMs / sweepEveryMs) % 12 === 0;
  const reopened = await database.asPlatform("judge-failed-again", async (tx) => {
    const failed = await reopenFailed(world, tx, isHourly ? 3 * dayMs : 60 * minuteMs);
    await jobs.sendAll(tx, routeJob, failed);
    return failed.length;
  });
  if (reopened > 0) jobs.wake();
  const channels = await database.asPlatform("money-sweep", async (tx) => {
    const rows = await tx.selectFrom("channels").selectAll().where("active", "=", true).execute();
    for (const row of rows) {
      if (row.settings.pulls !== true) continue;
      const ids = { providerId: row.provider_id, channelId: row.channel_id };
      const slot = Math.floor(nowMs / pullEveryMs);
      await jobs.send(tx, pullJob, { ...ids, backMs: pullBackMs }, { singletonKey: `${row.channel_id}/${slot}` });
      const night = Math.floor((nowMs + 2 * 3_600_000) / dayMs); // 01:00 in East Africa
      const read = await tx
        .selectFrom("pull_spans")
        .select("from_ms")
        .where("provider_id", "=", row.provider_id)
        .where("channel_id", "=", row.channel_id)
        .where("read_at_ms", ">", night * dayMs - 2 * 3_600_000)
        .where("from_ms", "<", nowMs - 24 * 3_600_000)
        .executeTakeFirst();
      if (read === undefined) {
        await jobs.send(
          tx,
          pullJob,
          { ...ids, backMs: nightBackMs },
          { singletonKey: `${row.channel_id}/night-${night}` },
        );
      }
    }
    return rows;
  });
  for (const channel of channels) {
    try {
      await corroborate(parts, channel.provider_id, channel.channel_id);
      await remind(parts, channel);
      await resumeAtSweep(parts, channel);
    } catch (error) {
      // One provider's channel must not keep the money of all others from being checked.
      world.log.error("money-sweep-failed", { channelId: channel.channel_id, error: (error as Error).message });
    }
  }
}

/** Once for each of its days, however many processes sweep: the row's lock and its mark see to it. */
async function remind(
  parts: SweepParts,
  { provider_id: providerId, channel_id: channelId }: ChannelRow,
): Promise<void> {
  const { world, database } = parts;
  await database.asProvider(providerId, async (tx) => {
    const channel = await tx
      .selectFrom("channels")
      .selectAll()
      .where("provider_id", "=", providerId)
      .where("channel_id", "=", channelId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const nowMs = world.clock.wall().atMs;
    const days = parts.channels.kinds.definitionOf(channel.kind).initiator?.passwordDays ?? [];
    const due = passwordReminder(days, channel.password_set_at_ms, channel.password_reminded_at_ms, nowMs);
    if (due === null) return;
    world.log.warn("initiator-password-ends", { channelId, ...due });
    await setChannel(tx, channel, { password_reminded_at_ms: nowMs });
    await parts.onPasswordEnds?.(tx, channel, { channel: channel.name, daysLeft: due.daysLeft });
  });
}

/** Payments that a callback alone vouches for: asked about by receipt, and in the end disproved by a list without them. */
async function corroborate(parts: WitnessParts, providerId: string, channelId: string): Promise<void> {
  const channel = await lookUpChannel(parts.database, providerId, channelId);
  if (channel === undefined) return;
  const nowMs = parts.world.clock.wall().atMs;
  const open = await parts.database.asProvider(providerId, (tx) =>
    tx
      .selectFrom("receipts")
      .select(["receipt", "booked_at_ms", "paid_at_ms"])
      .where("provider_id", "=", providerId)
      .where("channel_id", "=", channelId)
      .where("corroborated", "=", false)
      .where("state", "in", ["booked", "credit", "suspense"])
      .where((where) => isDueForProof(where, nowMs))
      .where("booked_at_ms", ">", nowMs - corroborateWithinMs)
      .orderBy("booked_at_ms")
      .limit(statusAtOnce)
      .execute(),
  );
  const most = queriesAtOnce(channel.initiator_proved_at_ms, statusAtOnce);
  let asked = 0;
  for (const { receipt, booked_at_ms: bookedAtMs, paid_at_ms } of open) {
    // A report may come hours after its payment: the list must cover the payment itself, and what was booked as well.
    const paidAtMs = paid_at_ms ?? bookedAtMs;
    const span = await parts.database.asProvider(providerId, (tx) =>
      tx
        .selectFrom("pull_spans")
        .select("read_at_ms")
        .where("provider_id", "=", providerId)
        .where("channel_id", "=", channelId)
        .where("from_ms", "<", Math.min(paidAtMs, bookedAtMs) - listedWithinMs)
        .where("to_ms", ">", Math.max(paidAtMs, bookedAtMs) + listedWithinMs)
        .executeTakeFirst(),
    );
    const isPast = span !== undefined && nowMs - bookedAtMs > disproveAfterMs;
    const isMissing = isPast && !(await isListed(parts, channel, receipt));
    const why = "the channel's list of that time is without it";
    const against = { source: "pull", why, bookedBeforeMs: nowMs - disproveAfterMs } as const;
    const disproved =
      isMissing &&
      (await parts.database.asProvider(providerId, (tx) => disprove(parts, tx, channel, receipt, against)));
    if (!disproved && asked < most && (await askStatus(parts, channel, receipt))) asked++;
  }
}

/** A row of the list names it, though it could not be judged. */
async function isListed({ database }: WitnessParts, channel: ChannelRow, receipt: string): Promise<boolean> {
  const row = await database.asProvider(channel.provider_id, (tx) =>
    tx
      .selectFrom("evidence")
      .select("evidence_id")
      .where("provider_id", "=", channel.provider_id)
      .where("source", "=", "pull")
      .where("natural_key", "=", receipt)
      .executeTakeFirst(),
  );
  return row !== undefined;
}
