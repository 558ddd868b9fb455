/** `/api/v1/report-schedules`: which reports go to whom, and when. Who attacks, and what stops him: see `send-reports.ts`. */

import { newId } from "@karibu/protocol/identifiers";
import { reportNames } from "@karibu/protocol/report-names";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { wasWithin } from "../../ground/db/hub-clock.ts";
import { json } from "../../ground/db/json.ts";
import { notFound, refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { fileLanguages } from "../../ground/lists/export-words.ts";
import { activeAmong } from "../../identity/users/owners.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { nextDayOf, scheduleSteps } from "./schedule-policy.ts";
import { type ReportLetterParts, readClock, type ScheduleRow, sendReports } from "./send-reports.ts";

const schedulesMax = 10;
const params = z.object({ scheduleId: z.string().min(1).max(128) });
const fields = z.strictObject({
  reports: z.array(z.enum(reportNames)).min(1).max(reportNames.length),
  every: z.enum(scheduleSteps),
  /** `csv`: a letter for each report. */
  format: z.enum(["pdf", "csv"]),
  language: z.enum(fileLanguages),
  /** People of the provider; each gets those of the reports that they may read. */
  userIds: z.array(z.string().min(1).max(128)).min(1).max(20),
  active: z.boolean(),
});
export const scheduleView = fields.extend({
  scheduleId: z.string(),
  /** In the provider's time zone, in the morning. */
  nextDay: z.string(),
  sentAtMs: z.int().nullable(),
  /** How many people got them the last time. */
  sentTo: z.int(),
});

export function scheduleRoutes(parts: ReportLetterParts) {
  const { world } = parts;
  const path = "/api/v1/report-schedules";
  return [
    route({
      method: "GET",
      path,
      summary: "Which reports are sent by e-mail, when, and to whom",
      permission: "settings.manage",
      response: z.object({ items: z.array(scheduleView) }),
      handle: ({ transact }) =>
        transact(async (tx) => {
          const rows = await tx.selectFrom("report_schedules").selectAll().orderBy("scheduleId").execute();
          return { items: rows.map(viewOf) };
        }),
    }),
    route({
      method: "POST",
      path,
      summary: "Have reports sent by e-mail each day, week or month",
      permission: "settings.manage",
      body: fields,
      status: 201,
      response: scheduleView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          await refuseStrangers(tx, providerId, body.userIds);
          await lockProvider(tx, providerId);
          const { count } = await tx
            .selectFrom("report_schedules")
            .select((of) => of.fn.countAll<number>().as("count"))
            .executeTakeFirstOrThrow();
          if (count >= schedulesMax) throw refusal("too-many-schedules");
          const scheduleId = newId(world);
          const nowMs = world.clock.wall().atMs;
          const { today } = await readClock(world, tx, providerId);
          auditTarget(scheduleId);
          const row = await tx
            .insertInto("report_schedules")
            .values({
              providerId,
              scheduleId,
              ...columnsOf(body),
              nextDay: nextDayOf(body.every, today),
              createdAtMs: nowMs,
              updatedAtMs: nowMs,
            })
            .returningAll()
            .executeTakeFirstOrThrow();
          return viewOf(row);
        }),
    }),
    route({
      method: "PUT",
      path: `${path}/{scheduleId}`,
      summary: "Change which reports are sent, when, and to whom",
      permission: "settings.manage",
      params,
      body: fields,
      response: scheduleView,
      handle: ({ params: { scheduleId }, body, providerId, transact }) =>
        transact(async (tx) => {
          const before = await readSchedule(tx, scheduleId);
          await refuseStrangers(tx, providerId, body.userIds);
          const { today } = await readClock(world, tx, providerId);
          // Another rhythm begins anew; also what was switched off for long must not send what it missed.
          const isSame = before.every === body.every && before.active;
          const row = await tx
            .updateTable("report_schedules")
            .set({
              ...columnsOf(body),
              ...(isSame ? {} : { nextDay: nextDayOf(body.every, today) }),
              updatedAtMs: world.clock.wall().atMs,
            })
            .where("scheduleId", "=", scheduleId)
            .returningAll()
            .executeTakeFirstOrThrow();
          return viewOf(row);
        }),
    }),
    route({
      method: "DELETE",
      path: `${path}/{scheduleId}`,
      summary: "Send these reports no more",
      permission: "settings.manage",
      params,
      status: 204,
      response: z.null(),
      handle: ({ params: { scheduleId }, transact }) =>
        transact(async (tx) => {
          await readSchedule(tx, scheduleId);
          await tx.deleteFrom("report_schedules").where("scheduleId", "=", scheduleId).execute();
          return null;
        }),
    }),
    route({
      method: "POST",
      path: `${path}/{scheduleId}/send`,
      summary: "Send these reports now; the schedule goes on as it is",
      permission: "settings.manage",
      needsKey: true,
      params,
      body: null,
      status: 202,
      response: z.object({ letters: z.int() }),
      handle: ({ params: { scheduleId }, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readSchedule(tx, scheduleId);
          const nowMs = world.clock.wall().atMs;
          if (row.sentAtMs !== null && wasWithin(row.sentAtMs, pauseMs, nowMs)) throw refusal("sent-just-now");
          return { letters: await sendReports(parts, tx, row, null) };
        }),
    }),
  ];
}

/** Between two sendings by hand: nobody fills a mailbox with a button. */
const pauseMs = 5 * 60_000;

async function readSchedule(tx: Tx, scheduleId: string): Promise<ScheduleRow> {
  const row = await tx
    .selectFrom("report_schedules")
    .selectAll()
    .where("scheduleId", "=", scheduleId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("report schedule");
  return row;
}

/** People of another provider are none. */
async function refuseStrangers(tx: Tx, providerId: string, userIds: readonly string[]): Promise<void> {
  const known = await activeAmong(tx, providerId, userIds);
  if (known.length < new Set(userIds).size) throw wrongField("userIds", "not-of-team");
}

function columnsOf({ reports, every, format, language, userIds, active }: z.output<typeof fields>) {
  const once = <Item>(items: readonly Item[]) => json([...new Set(items)]);
  return { reports: once(reports), every, format, language, userIds: once(userIds), active };
}

function viewOf(row: ScheduleRow): z.input<typeof scheduleView> {
  return {
    scheduleId: row.scheduleId,
    reports: [...row.reports],
    every: row.every,
    format: row.format,
    language: row.language,
    userIds: [...row.userIds],
    active: row.active,
    nextDay: row.nextDay,
    sentAtMs: row.sentAtMs,
    sentTo: row.sentTo,
  };
}
