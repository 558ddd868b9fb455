/**
 * The API of callbacks that fit nothing: of a provider's channels (an unknown request, a body that is none), and, for platform
 * admins, of paths that are no channel's. Kept raw; shown without phone numbers and secrets.
 */
import { sql } from "kysely";
import { z } from "zod";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { scrub } from "../../ground/log/scrub.ts";
import { absorbJob } from "../evidence/absorb-job.ts";
import { bodyIfReadable, selectStored } from "../evidence/evidence-rows.ts";
import { hasFailed, settleFailed } from "../evidence/failed-evidence.ts";
import { routeJob } from "../matching/route-inflow.ts";
import type { IntakeParts } from "./raw-callback.ts";
import { openUnmatched } from "./unmatched-texts.ts";

const id = z.string().min(1).max(128);

export const unmatchedView = z.object({
  id: z.string(),
  channelId: z.string(),
  source: z.string(),
  /** Why it fits nothing. */
  reason: z.string(),
  receipt: z.string().nullable(),
  body: z.string(),
  /** It is about money of ours and failed: it can be tried again, or dropped with a reason. */
  hasFailed: z.boolean(),
  remoteAddress: z.string().nullable(),
  receivedAtMs: z.int(),
});

export const unmatchedPathView = z.object({
  id: z.string(),
  /** Its secrets are hashes. */
  path: z.string(),
  reason: z.string(),
  body: z.string(),
  remoteAddress: z.string().nullable(),
  receivedAtMs: z.int(),
});

const unmatched = listOf({
  sort: { received: { by: sql.ref("receivedAtMs"), kind: "number" } },
  default: "-received",
  tie: [sql.ref("evidenceId")],
  search: ["source", "outcome", "receipt"].map((column) => sql.ref(column)),
});
const unmatchedPaths = listOf({
  sort: { received: { by: sql.ref("receivedAtMs"), kind: "number" } },
  default: "-received",
  tie: [sql.ref("unmatchedId")],
  search: ["path", "reason"].map((column) => sql.ref(column)),
});

const shown = (body: string): string => String(scrub(body));

export function unmatchedRoutes({ world, jobs, envelope }: Pick<IntakeParts, "world" | "jobs" | "envelope">) {
  return [
    route({
      method: "GET",
      path: "/api/v1/unmatched-callbacks",
      summary: "Callbacks of the provider's channels that fit nothing, newest first, each with the reason",
      permission: "payments.read",
      query: unmatched.query.extend({ channelId: id.optional(), source: z.string().max(60).optional(), ...spanFields }),
      response: pageOf(unmatchedView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => {
          const { channelId, source } = query;
          const rows = selectStored(tx)
            .where("providerId", "=", providerId)
            .where("state", "=", "unmatched")
            .where(within(sql.ref("receivedAtMs"), query))
            .$if(channelId !== undefined, (is) => is.where("channelId", "=", channelId ?? ""))
            .$if(source !== undefined, (is) => is.where("source", "=", source ?? ""));
          return unmatched.page(rows, query, (row) => ({
            id: row.evidenceId,
            channelId: row.channelId,
            source: row.source,
            reason: row.outcome ?? "",
            receipt: row.receipt,
            body: shown(bodyIfReadable(envelope, row)),
            hasFailed: hasFailed(row.outcome),
            remoteAddress: row.remoteAddress,
            receivedAtMs: row.receivedAtMs,
          }));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/unmatched-callbacks/{id}/retry",
      summary: "Try a failed report about money once more",
      permission: "payments.manage",
      params: z.object({ id }),
      body: null,
      response: z.object({ id: z.string() }),
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => {
          const about = await settleFailed(tx, providerId, params.id, { kind: "retry" });
          if (about === null) throw notFound("failed report");
          if (about.purchaseId !== null) await jobs.send(tx, absorbJob, { providerId, purchaseId: about.purchaseId });
          else await jobs.send(tx, routeJob, { providerId, evidenceId: params.id });
          return { id: params.id };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/unmatched-callbacks/{id}/drop",
      summary: "Drop a failed report about money, with the reason: it is kept, and not tried again",
      permission: "payments.manage",
      params: z.object({ id }),
      body: z.strictObject({ reason: z.string().trim().min(3).max(300) }),
      response: z.object({ id: z.string() }),
      handle: ({ params, body, providerId, actor, transact }) =>
        transact(async (tx) => {
          const why = `dropped by ${actor.userId}: ${body.reason}`;
          const dropped = { kind: "drop", why, atMs: world.clock.wall().atMs } as const;
          if ((await settleFailed(tx, providerId, params.id, dropped)) === null) throw notFound("failed report");
          return { id: params.id };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/platform/unmatched-callbacks",
      summary: "Callbacks whose path is no channel's, newest first (platform admin); kept 30 days",
      permission: "platform.read",
      as: "platform",
      query: unmatchedPaths.query.extend(spanFields),
      response: pageOf(unmatchedPathView),
      handle: ({ query, transact }) =>
        transact((tx) =>
          unmatchedPaths.page(
            tx
              .selectFrom("unmatched_callbacks")
              .selectAll()
              .where(within(sql.ref("receivedAtMs"), query)),
            query,
            (row) => ({
              id: row.unmatchedId,
              path: row.path,
              reason: row.reason,
              body: shown(openUnmatched(envelope, row)),
              remoteAddress: row.remoteAddress,
              receivedAtMs: row.receivedAtMs,
            }),
          ),
        ),
    }),
  ];
}
