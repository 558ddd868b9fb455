/** The stages of a group's message: so many at once, then a pause in which a person may stop it. A stage is one transaction, so nobody gets it twice. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { phoneOf } from "../../catalogue/customers/customers.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { readMessageRules } from "../../messaging/message-rules.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { mayGet, readMembers } from "./group-members.ts";
import { groupText } from "./group-text.ts";

export interface GroupParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly jobs: JobQueue;
  readonly messaging: Messaging;
}

export const stageJob = "notices.group";
const stageSize = 50;
const stagePauseMs = 5000;
/**
 * All stages of the biggest group are done within hours. One that stood still for longer (the hub was away, or was run without this module) is no news
 * any more: what is left of it goes to nobody.
 */
const goesOnMs = 48 * 3_600_000;
const jobSchema = z.object({ providerId: z.string(), groupId: z.string() });

export async function registerGroupJobs(parts: GroupParts): Promise<void> {
  const { jobs, database, messaging } = parts;
  // Stopped means stopped: also for those that wait for their hour.
  messaging.judge("group", async (tx, event) => {
    const groupId = /^group\/(.+)$/.exec(event)?.[1];
    if (groupId === undefined) return null;
    const row = await tx.selectFrom("group_messages").select("state").where("groupId", "=", groupId).executeTakeFirst();
    return row?.state === "stopped" ? "stopped" : null;
  });
  await jobs.work(stageJob, async (data) => {
    const { providerId, groupId } = jobSchema.parse(data);
    await database.asProvider(providerId, (tx) => sendStage(parts, tx, providerId, groupId));
  });
}

async function sendStage(parts: GroupParts, tx: Tx, providerId: string, groupId: string): Promise<void> {
  const group = await tx
    .selectFrom("group_messages")
    .selectAll()
    .where("groupId", "=", groupId)
    .forUpdate()
    .executeTakeFirst();
  if (group?.state !== "sending") return;
  const nowMs = parts.world.clock.wall().atMs;
  const end = (state: "done" | "stopped") =>
    tx.updateTable("group_messages").set({ state, changedAtMs: nowMs }).where("groupId", "=", groupId).execute();
  if (nowMs - group.madeAtMs > goesOnMs) return void (await end("stopped"));
  const waiting = await tx
    .selectFrom("group_recipients")
    .select("customerId")
    .where("groupId", "=", groupId)
    .where("state", "=", "waiting")
    .orderBy("customerId")
    .limit(stageSize)
    .execute();
  const customerIds = waiting.map(({ customerId }) => customerId);
  if (customerIds.length > 0) {
    const members = await readMembers(tx, {
      providerId,
      who: { by: "chosen", customerIds },
      class: group.class,
      nowMs,
    });
    const wanted = members.filter((member) => mayGet(member, group.class));
    const [sender, rules] = [await readProviderRow(tx, providerId), await readMessageRules(tx, providerId)];
    for (const member of wanted) {
      const row = await tx
        .selectFrom("customers")
        .selectAll()
        .where("customerId", "=", member.customerId)
        .executeTakeFirstOrThrow();
      const phone = phoneOf(parts.envelope, row);
      if (phone === null) continue;
      await parts.messaging.send(tx, {
        providerId,
        event: `group/${groupId}`,
        template: "group",
        class: group.class,
        phone,
        text: groupText(group, member, sender, rules),
        customerId: member.customerId,
      });
    }
    const isWanted = new Set(wanted.map(({ customerId }) => customerId));
    for (const [state, ids] of [
      ["queued", customerIds.filter((one) => isWanted.has(one))],
      ["skipped", customerIds.filter((one) => !isWanted.has(one))],
    ] as const)
      if (ids.length > 0)
        await tx
          .updateTable("group_recipients")
          .set({ state })
          .where("groupId", "=", groupId)
          .where("customerId", "in", ids)
          .execute();
  }
  if (customerIds.length === stageSize)
    return parts.jobs.send(tx, stageJob, { providerId, groupId }, { startAfterMs: stagePauseMs });
  await end("done");
}
