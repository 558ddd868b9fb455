/**
 * Calls to sites, whichever hub process holds their link. A call to a site of another process goes through the table
 * `site_calls`: the holder is woken, runs it on its link, writes the answer and wakes the caller. Wake-ups are hints: each
 * tick reads the table too.
 */
import { Fault } from "@karibu/protocol/fault";
import { newId } from "@karibu/protocol/identifiers";
import { carriedRpc, readResult } from "@karibu/protocol/rpc/rpc";
import type { Timer, World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { isStorable } from "../journal/intake-policy.ts";
import type { CallAnswer } from "./call-answer.ts";
import type { OwnLinks } from "./own-links.ts";

/** Notifies processes of calls and answers. Payload: the id of the process that should read the table. */
export const callsChannel = "karibu_calls";

export interface SiteCalls {
  readonly call: CallSite;
  /** Payload of the channel; empty after the listening connection was lost. */
  onNotify(payload: string): void;
  /** Reads the table, in case a notification was lost. */
  tick(): void;
  /** No more answers; resolves when no call is running. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (fault: Fault) => void;
}

const away = () => new Fault("site/away", "the site is not connected", { retry: "later" });

export function createSiteCalls(world: World, database: Database, { processId, links }: OwnLinks): SiteCalls {
  const waiting = new Map<string, Waiting>();
  const serving = new Map<string, AbortController>();
  /** Answered since the current read began: the read may have seen them as open, and they must not run twice. */
  const justAnswered = new Set<string>();
  const working = new Set<Promise<void>>();
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let stopped = false;

  function underWay(work: Promise<void>): void {
    const settled = work
      .catch((error) => world.log.error("site-call-failed", { error: String(error) }))
      .finally(() => working.delete(settled));
    working.add(settled);
  }

  /** Several notices at once cause one read. */
  function look(): void {
    lookAgain = true;
    if (looking !== null || stopped) return;
    looking = (async () => {
      while (lookAgain && !stopped) {
        lookAgain = false;
        await lookOnce();
      }
    })()
      .catch((error) => world.log.error("site-call-failed", { error: String(error) }))
      .finally(() => {
        looking = null;
      });
  }

  async function lookOnce(): Promise<void> {
    justAnswered.clear();
    const { answered, asked } = await database.asPlatform("site-calls", async (tx) => {
      // One question: nearly always there is neither.
      const rows = await tx
        .selectFrom("site_calls")
        .selectAll()
        .where((is) =>
          is.or([
            is.and([is("askedBy", "=", processId), is("answer", "is not", null)]),
            is.and([is("askedOf", "=", processId), is("answer", "is", null)]),
          ]),
        )
        .execute();
      const answered = rows.filter(({ answer }) => answer !== null);
      const ids = answered.map(({ callId }) => callId);
      if (ids.length > 0) await tx.deleteFrom("site_calls").where("callId", "in", ids).execute();
      return { answered, asked: rows.filter(({ answer }) => answer === null) };
    });
    for (const { callId, answer } of answered) settle(callId, answer as CallAnswer);
    for (const row of asked) {
      if (row.cancelled) serving.get(row.callId)?.abort();
      else if (!serving.has(row.callId) && !justAnswered.has(row.callId)) underWay(serve(row));
    }
  }

  function settle(callId: string, answer: CallAnswer): void {
    const entry = waiting.get(callId);
    waiting.delete(callId);
    if ("result" in answer) entry?.resolve(answer.result);
    else entry?.reject(new Fault(answer.code, answer.message, { retry: answer.retry, ...hintOf(answer.hint) }));
  }

  async function serve(row: {
    providerId: string;
    callId: string;
    siteId: string;
    askedBy: string;
    method: string;
    params: unknown;
    deadlineAtMs: number;
  }): Promise<void> {
    const controller = new AbortController();
    serving.set(row.callId, controller);
    try {
      const leftMs = Math.ceil(row.deadlineAtMs - world.clock.wall().atMs);
      const answer = await answerOf(row.siteId, row.method, row.params, leftMs, controller.signal);
      const store = (kept: CallAnswer) =>
        database.asPlatform("site-call-answer", async (tx) => {
          await tx
            .updateTable("site_calls")
            .set({ answer: json(kept) })
            .where("providerId", "=", row.providerId)
            .where("callId", "=", row.callId)
            .execute();
          await sql`select pg_notify(${callsChannel}, ${row.askedBy})`.execute(tx);
        });
      // PostgreSQL stores neither NUL nor half a surrogate pair. Without an answer the site would be called again at each look.
      const bad = {
        code: "site/bad-answer",
        message: `${row.method}: the answer can't be stored`,
        retry: "never",
      } as const;
      await store(isStorable(answer) ? answer : bad);
      justAnswered.add(row.callId);
    } finally {
      serving.delete(row.callId);
    }
  }

  async function answerOf(
    siteId: string,
    method: string,
    params: unknown,
    leftMs: number,
    signal: AbortSignal,
  ): Promise<CallAnswer> {
    const link = links.get(siteId);
    try {
      if (link === undefined || leftMs <= 0) throw away();
      return { result: (await link.calls.call(carriedRpc(method), params, leftMs, signal)) ?? null };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { code, message, advice } = error;
      return { code, message, retry: advice.retry, ...hintOf(advice.hint) };
    }
  }

  async function callElsewhere(
    siteId: string,
    method: string,
    params: unknown,
    deadlineMs: number,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const callId = newId(world);
    const outcome = Promise.withResolvers<unknown>();
    outcome.promise.catch(() => {}); // it may be settled before anybody waits
    waiting.set(callId, outcome);
    let asked: { providerId: string; processId: string } | null;
    try {
      asked = await database.asPlatform("site-call", async (tx) => {
        const place = await tx
          .selectFrom("site_links")
          .select(["providerId", "processId"])
          .where("siteId", "=", siteId)
          .executeTakeFirst();
        if (place?.processId == null || place.processId === processId) return null;
        const { providerId, processId: holderId } = place;
        const nowMs = world.clock.wall().atMs;
        await tx
          .insertInto("site_calls")
          .values({
            providerId,
            callId,
            siteId,
            askedBy: processId,
            askedOf: holderId,
            method,
            params: json(params ?? null),
            askedAtMs: nowMs,
            deadlineAtMs: Math.ceil(nowMs + deadlineMs),
          })
          .execute();
        await sql`select pg_notify(${callsChannel}, ${holderId})`.execute(tx);
        return { providerId, processId: holderId };
      });
      if (asked === null) throw away();
    } catch (error) {
      waiting.delete(callId);
      throw error;
    }
    const { providerId, processId: askedOf } = asked;
    const giveUp = (fault: Fault) => {
      if (!waiting.delete(callId)) return;
      outcome.reject(fault);
      underWay(cancel(providerId, callId, askedOf));
    };
    const onAbort = () => giveUp(new Fault("site/cancelled", `${method}: cancelled by the caller`, { retry: "never" }));
    const timer: Timer = world.clock.after(deadlineMs, () =>
      giveUp(new Fault("site/deadline", `${method}: no answer in ${deadlineMs} ms`, { retry: "later" })),
    );
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return await outcome.promise;
    } finally {
      timer.cancel();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async function cancel(providerId: string, callId: string, askedOf: string): Promise<void> {
    await database.asPlatform("site-call-cancel", async (tx) => {
      await tx
        .updateTable("site_calls")
        .set({ cancelled: true })
        .where("providerId", "=", providerId)
        .where("callId", "=", callId)
        .execute();
      await sql`select pg_notify(${callsChannel}, ${askedOf})`.execute(tx);
    });
  }

  return {
    async call(siteId, method, params, deadlineMs, signal) {
      const link = links.get(siteId);
      if (link !== undefined) return await link.calls.call(method, params, deadlineMs, signal);
      if (stopped || database.engine === "embedded") throw away(); // there is no other process
      const answer = await callElsewhere(siteId, method.method, params, deadlineMs, signal);
      return readResult(method, "site", answer);
    },
    onNotify(payload) {
      if (payload === processId || payload === "") look();
    },
    tick() {
      if (database.engine !== "embedded") look();
    },
    async stop() {
      stopped = true;
      for (const callId of [...waiting.keys()])
        settle(callId, { code: "site/away", message: "the hub is going down", retry: "later" });
      for (const controller of serving.values()) controller.abort();
      await looking;
      await Promise.all(working);
    },
  };
}

function hintOf(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}
