/** How soon tickets are to be answered and solved, answers that are kept ready, and how it goes: counts and times. */
import { newId } from "@karibu/protocol/identifiers";
import { sql } from "kysely";
import { z } from "zod";
import { json } from "../../ground/db/json.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import { notFound, type Problem, refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { unknownVariable } from "./canned-text.ts";
import { ticketPriorities } from "./ticket.ts";
import { isLate } from "./ticket-routes.ts";
import { readTicketRules, type TicketParts } from "./tickets.ts";

const target = z.strictObject({
  /** Of working time. */
  answerMinutes: z.int().min(1).max(100_000),
  solveMinutes: z.int().min(1).max(100_000),
});
export const ticketRulesView = z.strictObject({
  /** 0 is Sunday. */
  days: z.array(z.int().min(0).max(6)).min(1).max(7),
  /** Minutes after midnight, in the provider's time zone. */
  fromMinute: z.int().min(0).max(1439),
  untilMinute: z.int().min(60).max(1440),
  targets: z.strictObject({ low: target, normal: target, high: target, urgent: target }),
});

export const cannedView = z.object({ cannedId: z.string(), name: z.string(), text: z.string() });

export const ticketSummaryView = z.object({
  open: z.int(),
  waiting: z.int(),
  unassigned: z.int(),
  mine: z.int(),
  late: z.int(),
  /** Of tickets that were opened in the last 30 days; milliseconds of working time. Null: of none yet. */
  times: z.array(
    z.object({
      priority: z.enum(ticketPriorities),
      tickets: z.int(),
      answered: z.int(),
      answerWorkMs: z.int().nullable(),
      solved: z.int(),
      solveWorkMs: z.int().nullable(),
      /** Answered, or solved, later than it was to be; or not yet, and late. */
      answeredLate: z.int(),
      solvedLate: z.int(),
    }),
  ),
});

const cannedMax = 100;
const dayMs = 86_400_000;
const cannedFields = { name: z.string().trim().min(1).max(60), text: z.string().trim().min(1).max(2000) };
const params = z.object({ cannedId: z.string().min(1).max(128) });

export function ticketRulesRoutes({ world }: Pick<TicketParts, "world">) {
  return [
    route({
      method: "GET",
      path: "/api/v1/ticket-rules",
      summary: "Working hours, and how soon tickets are to be answered and solved",
      permission: "tickets.read",
      response: ticketRulesView,
      handle: ({ providerId, transact }) =>
        transact(async (tx) => {
          const { hours, targets } = await readTicketRules(tx, providerId);
          const { days, fromMinute, untilMinute } = hours;
          return { days: [...days], fromMinute, untilMinute, targets };
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/ticket-rules",
      summary: "Change working hours and times; tickets that are open keep what they were promised",
      permission: "tickets.manage",
      body: ticketRulesView,
      response: ticketRulesView,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          if (body.untilMinute <= body.fromMinute) throw wrongField("untilMinute", "too-small", body.fromMinute + 1);
          const days = [...new Set(body.days)].sort();
          const row = {
            workDays: json(days),
            fromMinute: body.fromMinute,
            untilMinute: body.untilMinute,
            targets: json(body.targets),
          };
          await tx
            .insertInto("ticket_rules")
            .values({ providerId, ...row })
            .onConflict((conflict) => conflict.column("providerId").doUpdateSet(row))
            .execute();
          return { ...body, days };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/ticket-summary",
      summary: "How many tickets are open, waiting, late and mine; and the times of the last 30 days by priority",
      permission: "tickets.read",
      response: ticketSummaryView,
      handle: ({ actor, transact }) =>
        transact(async (tx) => {
          const nowMs = world.clock.wall().atMs;
          const { rows: counts } = await sql<Record<"open" | "waiting" | "unassigned" | "mine" | "late", number>>`
            select count(*) filter (where state <> 'waiting') as open, count(*) filter (where state = 'waiting') as waiting,
              count(*) filter (where assigned_to is null) as unassigned, count(*) filter (where assigned_to = ${actor.userId}) as mine,
              count(*) filter (where ${isLate(nowMs)}) as late
            from tickets where state in ('open', 'reopened', 'waiting')`.execute(tx);
          const { rows: times } = await sql<Record<string, number | string | null>>`
            select priority, count(*) as tickets, count(answered_at_ms) as answered, avg(answer_work_ms)::bigint as answer_work_ms,
              count(solved_at_ms) as solved, (avg(spent_ms) filter (where solved_at_ms is not null))::bigint as solve_work_ms,
              count(*) filter (where coalesce(answered_at_ms, ${nowMs}::bigint) > answer_due_ms
                and (answered_at_ms is not null or state in ('open', 'reopened', 'waiting'))) as answered_late,
              count(*) filter (where ${isLate(nowMs)} and solve_due_ms < ${nowMs}::bigint) as solved_late
            from tickets where created_at_ms > ${nowMs - 30 * dayMs}::bigint and opened_by <> 'karibu' group by priority`.execute(
            tx,
          );
          const whole = (value: unknown) => (value == null ? null : Number(value));
          const [count] = counts;
          return {
            open: Number(count?.open ?? 0),
            waiting: Number(count?.waiting ?? 0),
            unassigned: Number(count?.unassigned ?? 0),
            mine: Number(count?.mine ?? 0),
            late: Number(count?.late ?? 0),
            times: ticketPriorities.map((priority) => {
              const row = times.find((one) => one.priority === priority);
              return {
                priority,
                tickets: Number(row?.tickets ?? 0),
                answered: Number(row?.answered ?? 0),
                answerWorkMs: whole(row?.answerWorkMs),
                solved: Number(row?.solved ?? 0),
                solveWorkMs: whole(row?.solveWorkMs),
                answeredLate: Number(row?.answeredLate ?? 0),
                solvedLate: Number(row?.solvedLate ?? 0),
              };
            }),
          };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/canned-answers",
      summary: "Answers that are kept ready, by name; there are at most 100",
      permission: "tickets.read",
      response: z.object({ items: z.array(cannedView) }),
      handle: ({ transact }) =>
        transact(async (tx) => {
          const rows = await tx.selectFrom("canned_answers").selectAll().orderBy(sql`lower(name)`).execute();
          return { items: rows.map((row) => ({ cannedId: row.cannedId, name: row.name, text: row.text })) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/canned-answers",
      summary: "Keep an answer ready, with {name}, {number}, {site}, {staff} and {provider} in it",
      permission: "tickets.manage",
      body: z.strictObject(cannedFields),
      status: 201,
      response: cannedView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          refuseUnknownVariable(body.text);
          await lockProvider(tx, providerId);
          const { count } = await tx
            .selectFrom("canned_answers")
            .select((of) => of.fn.countAll<number>().as("count"))
            .executeTakeFirstOrThrow();
          if (Number(count) >= cannedMax) throw refusal("canned-full");
          const cannedId = newId(world);
          auditTarget(cannedId);
          await tx
            .insertInto("canned_answers")
            .values({ providerId, cannedId, ...body, createdAtMs: world.clock.wall().atMs })
            .execute()
            .catch(onCollision(cannedTaken));
          return { cannedId, ...body };
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/canned-answers/{cannedId}",
      summary: "Change an answer that is kept ready",
      permission: "tickets.manage",
      params,
      body: z.strictObject(cannedFields),
      response: cannedView,
      handle: ({ params: { cannedId }, body, transact }) =>
        transact(async (tx) => {
          refuseUnknownVariable(body.text);
          const row = await tx
            .updateTable("canned_answers")
            .set(body)
            .where("cannedId", "=", cannedId)
            .returning("cannedId")
            .executeTakeFirst()
            .catch(onCollision(cannedTaken));
          if (row === undefined) throw notFound("answer");
          return { cannedId, ...body };
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/canned-answers/{cannedId}",
      summary: "Delete an answer that is kept ready",
      permission: "tickets.manage",
      params,
      status: 204,
      response: z.null(),
      handle: ({ params: { cannedId }, transact }) =>
        transact(async (tx) => {
          const gone = await tx
            .deleteFrom("canned_answers")
            .where("cannedId", "=", cannedId)
            .returning("cannedId")
            .executeTakeFirst();
          if (gone === undefined) throw notFound("answer");
          return null;
        }),
    }),
  ];
}

function refuseUnknownVariable(text: string): void {
  const name = unknownVariable(text);
  if (name === null) return;
  throw refusal("unknown-variable", { field: "text", rule: "unknown-variable", value: name });
}

const cannedTaken = (): Problem => refusal("name-taken", { field: "name" });
