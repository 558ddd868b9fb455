/** RADIUS sessions from the sites' journals: who is online, and who was. */
import { Fault } from "@karibu/protocol/fault";
import { disconnectSession } from "@karibu/protocol/rpc/disconnect-session";
import { sql } from "kysely";
import { z } from "zod";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, Problem } from "../../ground/http/problem.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";

const id = z.string().min(1).max(128);

export const sessionView = z.object({
  siteId: z.string(),
  siteName: z.string().nullable(),
  sessionKey: z.string(),
  /** Acct-Session-Id from the router. */
  sessionId: z.string().nullable(),
  user: z.string().nullable(),
  grantId: z.string().nullable(),
  planName: z.string().nullable(),
  mac: z.string().nullable(),
  address: z.string().nullable(),
  state: z.enum(["live", "ended"]),
  startedAtMs: z.number().int().nullable(),
  stoppedAtMs: z.number().int().nullable(),
  /** Time of the counters below, by the site's clock. */
  usedAtMs: z.number().int().nullable(),
  /** What the customer sent. */
  inputBytes: z.number().int(),
  /** What the customer received. */
  outputBytes: z.number().int(),
  onlineSeconds: z.number().int(),
  cause: z.string().nullable(),
});

const disconnectMsMax = 10_000;

async function disconnect(call: CallSite, siteId: string, sessionKey: string) {
  try {
    return await call(siteId, disconnectSession, { sessionKey }, disconnectMsMax);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "site/refused") throw new Problem(422, "site-refused", `The site refused: ${error.message}`);
    const detail = "The site can't be reached now: it ends sessions by itself when their time is up.";
    throw new Problem(503, "site-away", detail, { retryAfterSeconds: 10 });
  }
}

const list = listOf({
  sort: { started: { by: sql.ref("session.begun_at_ms"), kind: "number" } },
  default: "-started",
  tie: [sql.ref("session.session_key"), sql.ref("session.site_id")],
  search: { lowered: sql.ref("session.found_by") },
});

const listQuery = list.query.extend({
  state: z.enum(["live", "ended"]).optional(),
  siteId: id.optional(),
  grantId: id.optional(),
  mac: z.string().max(17).optional(),
  fromMs: z.coerce.number().int().min(0).optional(),
  untilMs: z.coerce.number().int().min(0).optional(),
});

export function sessionRoutes(call: CallSite): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/sessions",
      summary: "Sessions, newest first: live ones, ended ones, or all",
      permission: "sessions.read",
      query: listQuery,
      response: pageOf(sessionView),
      handle: async ({ query, transact }) => transact((tx) => listSessions(tx, query)),
    }),
    exportRoute({
      path: "/api/v1/sessions/export",
      summary: "All sessions as CSV, with the same filters as the list",
      permission: "sessions.read",
      query: listQuery,
      columns: [
        ...(["sessionKey", "siteId", "siteName", "user", "mac", "address", "planName", "grantId", "state"] as const),
        ...(["startedAtMs", "stoppedAtMs", "onlineSeconds", "inputBytes", "outputBytes", "cause"] as const),
      ],
      page: (tx, query) => listSessions(tx, query),
    }),
    route({
      method: "GET",
      path: "/api/v1/sessions/{siteId}/{sessionKey}",
      summary: "One session",
      permission: "sessions.read",
      params: z.object({ siteId: id, sessionKey: id }),
      response: sessionView,
      handle: async ({ params: { siteId, sessionKey }, transact }) =>
        transact(async (tx) => {
          const row = await sessions(tx)
            .where("session.site_id", "=", siteId)
            .where("session.session_key", "=", sessionKey)
            .executeTakeFirst();
          if (row === undefined) throw notFound("session");
          return viewOf(row);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sessions/{siteId}/{sessionKey}/disconnect",
      summary: "End a session now; the router's report arrives as usual",
      permission: "sessions.manage",
      params: z.object({ siteId: id, sessionKey: id }),
      body: null,
      response: z.object({
        /** `ending`: the site is ending it. `not-open`: it had ended already. */
        kind: z.enum(["ending", "not-open"]),
      }),
      handle: async ({ params: { siteId, sessionKey }, transact }) => {
        await transact(async (tx) => {
          const row = await tx
            .selectFrom("sessions")
            .select("session_key")
            .where("site_id", "=", siteId)
            .where("session_key", "=", sessionKey)
            .executeTakeFirst();
          if (row === undefined) throw notFound("session");
        });
        return disconnect(call, siteId, sessionKey);
      },
    }),
  ];
}

/**
 * The page is cut first, from an index alone, and then its rows are joined: a search that finds little reads only the
 * sessions that it finds.
 */
async function listSessions(tx: Tx, query: z.output<typeof listQuery>) {
  const { state, siteId, grantId, mac, fromMs, untilMs } = query;
  const wanted = tx
    .selectFrom("sessions as session")
    .select(["session.provider_id", "session.site_id", "session.session_key"])
    .$if(state === "live", (is) => is.where("session.stopped_at_ms", "is", null))
    .$if(state === "ended", (is) => is.where("session.stopped_at_ms", "is not", null))
    .$if(siteId !== undefined, (is) => is.where("session.site_id", "=", siteId ?? ""))
    .$if(grantId !== undefined, (is) => is.where("session.grant_id", "=", grantId ?? ""))
    .$if(mac !== undefined, (is) => is.where(list.contains(`\n${mac}\n`)))
    .$if(fromMs !== undefined, (is) => is.where("session.begun_at_ms", ">=", fromMs ?? 0))
    .$if(untilMs !== undefined, (is) => is.where("session.begun_at_ms", "<", untilMs ?? 0));
  const { q: _, ...place } = query;
  const rows = sessions(tx).innerJoin(list.cut(wanted, query).as("wanted"), (join) =>
    join
      .onRef("wanted.provider_id", "=", "session.provider_id")
      .onRef("wanted.site_id", "=", "session.site_id")
      .onRef("wanted.session_key", "=", "session.session_key"),
  );
  return list.page(rows, place, viewOf);
}

function sessions(tx: Tx) {
  return tx
    .selectFrom("sessions as session")
    .leftJoin("sites as site", (join) =>
      join.onRef("site.provider_id", "=", "session.provider_id").onRef("site.site_id", "=", "session.site_id"),
    )
    .leftJoin("grant_starts as start", (join) =>
      join
        .onRef("start.provider_id", "=", "session.provider_id")
        .onRef("start.grant_id", "=", "session.grant_id")
        .onRef("start.site_id", "=", "session.site_id"),
    )
    .selectAll("session")
    .select(["site.name as site_name", "start.plan_name"]);
}

type Row = Awaited<ReturnType<ReturnType<typeof sessions>["execute"]>>[number];

function viewOf(row: Row): z.input<typeof sessionView> {
  return {
    siteId: row.site_id,
    siteName: row.site_name,
    sessionKey: row.session_key,
    sessionId: row.session_id,
    user: row.username,
    grantId: row.grant_id,
    planName: row.plan_name,
    mac: row.mac,
    address: row.address,
    state: row.stopped_at_ms === null ? "live" : "ended",
    startedAtMs: row.started_at_ms,
    stoppedAtMs: row.stopped_at_ms,
    usedAtMs: row.last_used_at_ms,
    inputBytes: row.input_bytes,
    outputBytes: row.output_bytes,
    onlineSeconds: row.online_seconds,
    cause: row.cause,
  };
}
