/**
 * Messages to groups. A preview tells how many get it and what it costs; who sends says both again, and is refused where they are no longer so.
 *
 * Attackers and what stops them: a stolen token that writes to all customers in the provider's name (the second factor, anew; so many in an hour;
 * the day's quota and the month's cap; the audit log; a stop that also holds for what waits), and a person who overlooks a zero (the second look).
 */
import { newId } from "@karibu/protocol/identifiers";
import { sql } from "kysely";
import { z } from "zod";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { json } from "../../ground/db/json.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { readMessageRules } from "../../messaging/message-rules.ts";
import { refuseTemplate } from "../../messaging/template-routes.ts";
import { groupVariables } from "../../messaging/texts/template-list.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { groupMax, groupWho, mayGet, readMembers } from "./group-members.ts";
import { costOf, groupText } from "./group-text.ts";
import { type GroupParts, stageJob } from "./send-group.ts";

/** In an hour, of a provider. */
const groupsMax = 5;
const hourMs = 3_600_000;

const order = z.strictObject({
  who: groupWho,
  class: z.enum(["service", "marketing"]),
  words: z.string().trim().min(1).max(600),
});

export const groupPreview = z.object({
  /** Who gets it. */
  count: z.int(),
  /** In the group, and without a number. */
  withoutPhone: z.int(),
  /** In the group, with a number, and they have not agreed to it, or want none. */
  withoutConsent: z.int(),
  /** SMS in all. */
  parts: z.int(),
  costMillicents: z.int().nullable(),
  currency: z.string(),
  /** As the first of them would read it; null: nobody gets it. */
  text: z.string().nullable(),
});

export const groupView = z.object({
  groupId: z.string(),
  class: z.enum(["service", "marketing"]),
  words: z.string(),
  who: groupWho,
  count: z.int(),
  state: z.enum(["sending", "stopped", "done"]),
  madeBy: z.string(),
  madeAtMs: z.int(),
  /** Handed to the queue of messages. */
  queued: z.int(),
  /** Who changed their mind meanwhile, or lost their number. */
  skipped: z.int(),
  /** Of the queued: what became of them. */
  sent: z.int(),
  failed: z.int(),
});

const params = z.object({ groupMessageId: z.string().min(1).max(128) });
const list = listOf({
  sort: { made: { by: sql.ref("groupId"), kind: "string" } },
  default: "-made",
  tie: [sql.ref("groupId")],
  search: [sql.ref("words"), sql.ref("madeBy")],
});

export function groupRoutes({ world, jobs, messaging }: GroupParts) {
  const now = () => world.clock.wall().atMs;
  const look = async (tx: Tx, providerId: string, wanted: z.output<typeof order>) => {
    refuseTemplate(wanted.words, Object.keys(groupVariables), "words");
    const members = await readMembers(tx, { providerId, who: wanted.who, class: wanted.class, nowMs: now() });
    if (members.length > groupMax) throw refusal("group-too-big");
    const getting = members.filter((member) => mayGet(member, wanted.class));
    const [sender, rules] = [await readProviderRow(tx, providerId), await readMessageRules(tx, providerId)];
    const texts = getting.map((member) => groupText(wanted, member, sender, rules));
    const withoutPhone = members.filter(({ hasPhone }) => !hasPhone).length;
    const preview: z.input<typeof groupPreview> = {
      count: getting.length,
      withoutPhone,
      withoutConsent: members.length - getting.length - withoutPhone,
      ...costOf(texts, rules),
      currency: sender.currency,
      text: texts[0] ?? null,
    };
    return { preview, getting };
  };
  return [
    route({
      method: "POST",
      path: "/api/v1/group-messages/preview",
      summary: "Who would get a message to a group, and what it would cost; nothing is sent",
      permission: "messages.manage",
      unaudited: true,
      body: order,
      response: groupPreview,
      handle: ({ body, providerId, transact }) => transact(async (tx) => (await look(tx, providerId, body)).preview),
    }),
    route({
      method: "POST",
      path: "/api/v1/group-messages",
      summary: "Send it, in stages, to as many and for as much as the preview said",
      permission: "messages.manage",
      notForSupport: "words-to-customers",
      freshFactor: true,
      needsKey: true,
      body: order.extend({
        count: z.int().min(1).max(1_000_000),
        costMillicents: z.int().min(0).max(amountCentsMax).nullable(),
      }),
      status: 201,
      response: groupView,
      handle: ({ body, providerId, actor, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const { count, costMillicents, ...wanted } = body;
          if (!(await messaging.hasSender(tx, providerId))) throw refusal("no-sender");
          // Two at once would each count without the other.
          await lockName(tx, `group-messages/${providerId}`);
          const recent = await tx
            .selectFrom("group_messages")
            .select((select) => select.fn.countAll<number>().as("count"))
            // What a clock that was ahead dated would count until that time has come.
            .where((is) => is.between("madeAtMs", now() - hourMs + 1, now() + processClockSlackMs))
            .executeTakeFirstOrThrow();
          if (Number(recent.count) >= groupsMax)
            throw refusal("groups-too-often", { retryAfterSeconds: hourMs / 1000 });
          await messaging.refuseWhenSpent(tx, providerId);
          const { preview, getting } = await look(tx, providerId, wanted);
          if (preview.count === 0) throw refusal("nobody-in-group");
          if (preview.count !== count || preview.costMillicents !== costMillicents)
            throw refusal("group-changed", { value: preview.count });
          const groupId = newId(world);
          auditTarget(groupId);
          await tx
            .insertInto("group_messages")
            .values({
              providerId,
              groupId,
              class: wanted.class,
              words: wanted.words,
              who: json(wanted.who),
              count,
              state: "sending",
              madeBy: actor.name,
              idempotencyKey: key,
              madeAtMs: now(),
              changedAtMs: now(),
            })
            .execute();
          const rows = getting.map(({ customerId }) => ({
            providerId,
            groupId,
            customerId,
            state: "waiting" as const,
          }));
          // PostgreSQL takes 65,535 parameters in a statement.
          for (let from = 0; from < rows.length; from += 5000)
            await tx
              .insertInto("group_recipients")
              .values(rows.slice(from, from + 5000))
              .execute();
          await jobs.send(tx, stageJob, { providerId, groupId });
          return readGroup(tx, providerId, groupId);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/group-messages",
      summary: "Messages to groups, newest first",
      permission: "messages.read",
      query: list.query.extend({ state: groupView.shape.state.optional() }),
      response: pageOf(groupView),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          const rows = tx
            .selectFrom("group_messages")
            .selectAll()
            .where("providerId", "=", providerId)
            .$if(query.state !== undefined, (is) => is.where("state", "=", query.state ?? "done"));
          const page = await list.page(rows, query, ({ groupId }) => groupId);
          const items = [];
          for (const groupId of page.items) items.push(await readGroup(tx, providerId, groupId));
          return { ...page, items };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/group-messages/{groupMessageId}",
      summary: "One message to a group, and how far it is",
      permission: "messages.read",
      params,
      volatile: ["state", "queued", "skipped", "sent", "failed"],
      response: groupView,
      handle: ({ params: { groupMessageId: groupId }, providerId, transact }) =>
        transact((tx) => readGroup(tx, providerId, groupId)),
    }),
    route({
      method: "POST",
      path: "/api/v1/group-messages/{groupMessageId}/stop",
      summary: "Send it to nobody more; also not to those whose messages wait",
      permission: "messages.manage",
      params,
      body: null,
      response: groupView,
      handle: ({ params: { groupMessageId: groupId }, providerId, transact }) =>
        transact(async (tx) => {
          await tx
            .updateTable("group_messages")
            .set({ state: "stopped", changedAtMs: now() })
            .where("providerId", "=", providerId)
            .where("groupId", "=", groupId)
            .execute();
          return readGroup(tx, providerId, groupId);
        }),
    }),
  ];
}

/** Throws a Problem 404. */
async function readGroup(tx: Tx, providerId: string, groupId: string): Promise<z.input<typeof groupView>> {
  const row = await tx
    .selectFrom("group_messages")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("groupId", "=", groupId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("group message");
  const { rows: states } = await sql<{ state: string; count: number }>`
    select state, count(*)::int as count from group_recipients
    where provider_id = ${providerId} and group_id = ${groupId} group by state`.execute(tx);
  // By customer: of an old group all messages since would be looked through.
  const { rows: messages } = await sql<{ state: string; count: number }>`
    select m.state, count(*)::int as count from group_recipients r
    join messages m on m.provider_id = r.provider_id and m.customer_id = r.customer_id
      and m.created_at_ms >= ${row.madeAtMs} and starts_with(m.event_key, ${`group/${groupId}/`})
    where r.provider_id = ${providerId} and r.group_id = ${groupId} and r.state = 'queued' group by m.state`.execute(
    tx,
  );
  const of = (rows: readonly { state: string; count: number }[], ...wanted: string[]) =>
    rows.filter(({ state }) => wanted.includes(state)).reduce((sum, { count }) => sum + count, 0);
  return {
    groupId,
    class: row.class,
    words: row.words,
    who: row.who,
    count: row.count,
    state: row.state,
    madeBy: row.madeBy,
    madeAtMs: row.madeAtMs,
    queued: of(states, "queued"),
    skipped: of(states, "skipped") + of(messages, "skipped"),
    sent: of(messages, "accepted", "delivered"),
    failed: of(messages, "failed", "unknown"),
  };
}
