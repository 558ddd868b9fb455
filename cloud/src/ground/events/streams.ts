/**
 * The live stream of an operator's console: server-sent events over a plain GET, so that `fetch` can send the bearer token.
 * Each event's id is its number. After a break the console sends the last id it saw (`Last-Event-ID`) and gets all later events
 * that are still kept (a day). If it was away for longer, or the hub's database was restored meanwhile, it receives `reset`
 * and reads again what it shows. Who hears what: `topics.ts`.
 */
import type { Timer, World } from "@karibu/protocol/world";
import type { Request, Response } from "express";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import type { Actor } from "../http/actor.ts";
import type { Authenticate } from "../http/admit.ts";
import type { Permission } from "../http/permissions.ts";
import { refusal, wrongField } from "../http/problem.ts";
import { type Route, rawRoute } from "../http/route.ts";
import { factorDemand } from "../http/second-factor-demand.ts";
import { fits } from "../quotas/quota-policy.ts";
import { type QuotaCount, quotaReached, readLimit } from "../quotas/quotas.ts";
import { nameOfEvent } from "./event-names.ts";
import { eventsChannel } from "./record.ts";
import { type AskedTopics, hears, type JobReader, mayListen, readTopics } from "./topics.ts";

const pageRows = 200;
const heartbeatMs = 25_000;
const bufferedBytesMax = 1024 * 1024;
/** A browser has one a tab. */
const streamsOfPerson = 50;

export interface EventStreams {
  readonly routes: Route[];
  readonly quotas: readonly QuotaCount[];
  /** Open streams in this process. */
  count(): number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Stream {
  readonly providerId: string;
  wake(): void;
  end(): void;
}

/** @param jobReaders of all rooms that have jobs of their own; asked for when somebody wants to hear of one job */
export function createEventStreams(
  world: World,
  database: Database,
  authenticate: Authenticate,
  jobReaders: () => readonly JobReader[] = () => [],
): EventStreams {
  const streams = new Set<Stream>();
  /** Of each provider, and of each of its people, in this process: open ones, and those that are about to open. */
  const places = new Map<string, number>();
  let stopListening: (() => Promise<void>) | null = null;

  /** Among the jobs of the caller's own provider. */
  async function findJob({ providerId }: Actor, jobId: string): Promise<Permission | null> {
    const find = async (tx: Tx) => {
      for (const reader of jobReaders()) {
        const permission = await reader(tx, jobId, providerId);
        if (permission !== null) return permission;
      }
      return null;
    };
    return database.asPlatform("find-job", find); // the queues' rows are the platform's
  }

  return {
    count: () => streams.size,
    quotas: [{ kind: "event-streams", used: async (_tx, providerId) => places.get(providerId) ?? 0 }],
    routes: [
      rawRoute({
        method: "GET",
        path: "/api/v1/events",
        summary:
          "Live events (server-sent events); resumes after Last-Event-ID. `topics`: some of them only, parted by commas; `user` is one's own account, `job:<id>` one job",
        // What of them one hears is judged row by row; of one's own account hears everybody who is logged in.
        permission: "signed-in",
        query: z.object({ topics: z.string().min(1).max(2000).optional() }),
        produces: "text/event-stream",
        respond: async ({ actor, query }, request, response) => {
          if (!mayListen(actor)) throw refusal("not-allowed", { rule: "permission-missing", value: "events.read" });
          const asked = await readTopics(query.topics, actor, (jobId) => findJob(actor, jobId));
          await takePlace({ world, database, places }, actor, response);
          await openStream({ world, database, authenticate, streams }, { actor, asked }, request, response);
        },
      }),
    ],
    async start() {
      stopListening = await database.listen(eventsChannel, (providerId) => {
        for (const stream of streams) if (providerId === "" || stream.providerId === providerId) stream.wake();
      });
    },
    async stop() {
      await stopListening?.();
      for (const stream of streams) stream.end();
    },
  };
}

interface Streaming {
  readonly world: World;
  readonly database: Database;
  readonly authenticate: Authenticate;
  readonly streams: Set<Stream>;
}

/**
 * The place is free again when the response ends, however it does. One person, with all of their log-ins and tokens, has some of the provider's: who holds
 * all that they may keeps no colleague out. Throws Problem 429 "quota-reached".
 */
async function takePlace(
  hub: { readonly world: World; readonly database: Database; readonly places: Map<string, number> },
  { providerId, userId }: Actor,
  response: Response,
): Promise<void> {
  const { places } = hub;
  const person = `${providerId}/${userId}`;
  const limit = await hub.database.asProvider(providerId, (tx) => readLimit(tx, providerId, "event-streams"));
  if (response.closed) return;
  const kept = [
    { who: providerId, limit },
    { who: person, limit: streamsOfPerson },
  ];
  for (const each of kept) {
    const used = places.get(each.who) ?? 0;
    if (!fits({ limit: each.limit, used, more: 1 }))
      throw quotaReached("event-streams", { limit: each.limit, used, nowMs: hub.world.clock.wall().atMs });
  }
  for (const { who } of kept) places.set(who, (places.get(who) ?? 0) + 1);
  response.once("close", () => {
    for (const { who } of kept) {
      const left = (places.get(who) ?? 1) - 1;
      if (left > 0) places.set(who, left);
      else places.delete(who);
    }
  });
}

async function openStream(
  hub: Streaming,
  { actor: caller, asked }: { readonly actor: Actor; readonly asked: AskedTopics | null },
  request: Request,
  response: Response,
): Promise<void> {
  const lastSeen = lastEventId(request);
  const { providerId } = caller;
  const { first, last } = await keptRange(hub.database, providerId);
  if (response.closed) return; // the client left already, and nothing else would end the stream
  /** A person's permissions can change while they listen. */
  let actor = caller;
  const isGap = lastSeen !== null && (lastSeen < first - 1 || lastSeen > last);
  let cursor = lastSeen === null || isGap ? last : lastSeen;
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  });
  response.write(`id: ${cursor}\nevent: ${isGap ? "reset" : "ready"}\ndata: {}\n\n`);

  let isReading = false;
  let isWoken = false;
  let heartbeat: Timer | null = null;

  const end = () => {
    hub.streams.delete(stream);
    heartbeat?.cancel();
    response.end();
  };
  /** A database that is away for a moment ends no stream. */
  const isStillLet = async (): Promise<boolean> => {
    const known = await hub.authenticate(bearer(request)).catch(() => undefined);
    if (known === null) return false;
    if (known !== undefined) actor = known.actor;
    return mayListen(actor) && !needsFactor(actor);
  };
  const pump = async () => {
    if (isReading) return;
    isReading = true;
    try {
      while (isWoken && hub.streams.has(stream)) {
        isWoken = false;
        const rows = await readAfter(hub.database, providerId, cursor);
        // Support access ends at its minute, or when somebody ends it, and hears nothing that happened later.
        if (rows.length > 0 && actor.credential.kind === "impersonation" && !(await isStillLet())) return end();
        for (const row of rows) {
          cursor = row.seq;
          if (hears(actor, asked, row)) response.write(frameOf(row));
          // Something happened to this person's account: from the next row on it counts what they may now.
          if (row.topic === "user" && row.id === actor.userId && !(await isStillLet())) return end();
        }
        if (rows.length === pageRows) isWoken = true;
        if (response.writableLength > bufferedBytesMax) end(); // too slow: it comes back and resumes
      }
    } catch (error) {
      hub.world.log.warn("event-stream-failed", { message: (error as Error).message });
      end();
    } finally {
      isReading = false;
    }
  };
  const stream: Stream = {
    providerId,
    wake: () => {
      isWoken = true;
      void pump();
    },
    end,
  };
  /** A stream lives longer than a request. Its token may be revoked or expire, or its role may change: check now and then. */
  const beat = () => {
    heartbeat = hub.world.clock.after(heartbeatMs, async () => {
      if (!(await isStillLet())) return end();
      if (!hub.streams.has(stream)) return;
      response.write(`id: ${cursor}\n: still here\n\n`);
      stream.wake(); // a notice may have been lost
      beat();
    });
  };
  hub.streams.add(stream);
  response.once("close", end);
  beat();
  stream.wake(); // events between the read of the range and now
}

/** The person's role demands a second factor since the stream was opened. */
function needsFactor({ credential }: Actor): boolean {
  return credential.kind === "login" && factorDemand(credential.factor, false, 0) !== "none";
}

function frameOf(row: { seq: number; atMs: number; topic: string; id: string; action: string }): string {
  const name = nameOfEvent(row);
  const named = name === null ? {} : { name };
  const data = JSON.stringify({ ...named, topic: row.topic, id: row.id, action: row.action, atMs: row.atMs });
  return `id: ${row.seq}\nevent: ${row.topic}\ndata: ${data}\n\n`;
}

function lastEventId(request: Request): number | null {
  const text = request.get("Last-Event-ID");
  if (text === undefined) return null;
  const seq = Number(text);
  if (/^\d{1,15}$/.test(text)) return seq;
  throw wrongField("Last-Event-ID", "whole");
}

function bearer(request: Request): string {
  return (request.headers.authorization ?? "").replace(/^Bearer /i, "");
}

async function keptRange(database: Database, providerId: string): Promise<{ first: number; last: number }> {
  return database.asProvider(providerId, async (tx) => {
    const counter = await tx.selectFrom("event_counters").select("lastSeq").executeTakeFirst();
    const last = counter?.lastSeq ?? 0;
    const oldest = await tx.selectFrom("events").select("seq").orderBy("seq").limit(1).executeTakeFirst();
    return { first: oldest?.seq ?? last + 1, last };
  });
}

function readAfter(database: Database, providerId: string, seq: number) {
  return database.asProvider(providerId, (tx) =>
    tx.selectFrom("events").selectAll().where("seq", ">", seq).orderBy("seq").limit(pageRows).execute(),
  );
}
