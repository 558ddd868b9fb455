/**
 * M-Pesa's messages as the SIM of a site's router receives them. Who holds the router, or sends to its SIM under M-Pesa's name, can forge one:
 * they go the way of forwarded messages, and are told, within the hourly limit, and proved by the channel alone.
 */
import { type InboxState, inboxStates, reportInbox } from "@karibu/protocol/rpc/report-inbox";
import { serve } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import type { RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { EvidenceParts } from "../evidence/evidence-rows.ts";
import { routeJob } from "../matching/route-inflow.ts";
import { moneyReceivedInPart } from "./forwarded-message.ts";
import { hasRoom, storeTold } from "./message-addresses.ts";

interface SimInboxPlace {
  readonly providerId: string;
  readonly siteId: string;
}

interface SimInboxView {
  readonly channelId: string;
  readonly sender: string;
  readonly sinceMs: number;
  /** What the site last said; null: nothing yet. */
  readonly state: InboxState | null;
  readonly stateAtMs: number | null;
  /** When a message last told of money; null: none has. */
  readonly lastAtMs: number | null;
}

export async function readSimInbox(tx: Tx, { providerId, siteId }: SimInboxPlace): Promise<SimInboxView | null> {
  const row = await rowOf(tx, { providerId, siteId }).selectAll().executeTakeFirst();
  if (row === undefined) return null;
  return {
    channelId: row.channelId,
    sender: row.sender,
    sinceMs: row.sinceMs,
    // A newer site may say more than this hub knows.
    state: inboxStates.find((state) => state === row.state) ?? null,
    stateAtMs: row.stateAtMs,
    lastAtMs: row.lastAtMs,
  };
}

interface Parts {
  readonly world: World;
  readonly publish: Publish;
}

/** From now on the site reports this sender's messages. Another sender begins from now. */
export async function switchOn(
  { world, publish }: Parts,
  tx: Tx,
  place: SimInboxPlace,
  { channelId, sender }: { readonly channelId: string; readonly sender: string },
): Promise<void> {
  const { providerId, siteId } = place;
  const before = await readSimInbox(tx, place);
  const sinceMs = before?.sender === sender ? before.sinceMs : world.clock.wall().atMs;
  const row = { channelId, sender, sinceMs };
  await tx
    .insertInto("sim_inboxes")
    .values({ providerId, siteId, ...row })
    .onConflict((conflict) => conflict.columns(["providerId", "siteId"]).doUpdateSet(row))
    .execute();
  const target = { scope: "site", siteId } as const;
  await publish(tx, {
    providerId,
    target,
    kind: "sim-inbox",
    key: "sim-inbox",
    body: { sender, sinceMs: sinceMs as never },
  });
}

/** Nothing is reported any more, and nothing is taken. */
export async function switchOff({ publish }: Parts, tx: Tx, { providerId, siteId }: SimInboxPlace): Promise<void> {
  const gone = await tx
    .deleteFrom("sim_inboxes")
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .executeTakeFirst();
  if (Number(gone.numDeletedRows) === 0) return;
  await publish(tx, { providerId, target: { scope: "site", siteId }, kind: "sim-inbox", key: "sim-inbox", body: null });
}

/** Takes a site's reports. What nobody asked for is forgotten. */
export function simInboxHandler(
  parts: EvidenceParts & { readonly database: Database; readonly jobs: JobQueue },
): RpcHandler {
  const { world, database, jobs } = parts;
  return serve(reportInbox, ({ state, messages }, { providerId, siteId }) =>
    database.asProvider(providerId, async (tx) => {
      const place = { providerId, siteId };
      const found = await rowOf(tx, place).selectAll().forUpdate().executeTakeFirst();
      if (found === undefined) return { taken: messages.length };
      const nowMs = world.clock.wall().atMs;
      const channel = { providerId, channelId: found.channelId };
      let taken = 0;
      let lastAtMs = found.lastAtMs;
      for (const { sender, text } of messages) {
        const told = isSame(sender, found.sender) ? moneyReceivedInPart(text) : null;
        if (told !== null) {
          if (!(await hasRoom(world, tx, channel))) break;
          const evidenceId = await storeTold(parts, tx, channel, { ...told, text, remoteAddress: null });
          if (evidenceId !== null) await jobs.send(tx, routeJob, { providerId, evidenceId });
          lastAtMs = nowMs;
        }
        taken++;
      }
      await tx
        .updateTable("sim_inboxes")
        .set({ state, stateAtMs: nowMs, lastAtMs })
        .where("providerId", "=", providerId)
        .where("siteId", "=", siteId)
        .execute();
      return { taken };
    }),
  );
}

const isSame = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

const rowOf = (tx: Tx, { providerId, siteId }: SimInboxPlace) =>
  tx.selectFrom("sim_inboxes").where("providerId", "=", providerId).where("siteId", "=", siteId);
