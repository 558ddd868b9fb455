/**
 * Reads a view of a site's router: from what was read within the last half minute, else from the router through its link, else
 * what it answered last. Several who ask for the same at once cause one request.
 */

import { Fault } from "@karibu/protocol/fault";
import type { RouterView } from "@karibu/protocol/router/router-views";
import { readRouter, routerRowsMax } from "@karibu/protocol/rpc/router/read-router";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database } from "../../ground/db/database.ts";
import { type Answered, keepAnswers, keepProblems, readKept, storable } from "./reading-store.ts";

/**
 * `away`: the site has no link. `no-answer`: its agent did not answer in time. `router-away`: its router does not answer the agent.
 * `log-in`: the router refuses the agent. `no-api`: the agent has no way to this router. `busy`: the router's hundred requests of this
 * minute are taken. `too-old`: its agent can't read routers. `refused`: `words` say why.
 */
export const readingProblems = [
  "away",
  "no-answer",
  "router-away",
  "log-in",
  "no-api",
  "busy",
  "too-old",
  "refused",
] as const;
export type ReadingProblem = (typeof readingProblems)[number];

export interface Reading extends Answered {
  readonly state: "live" | "last-known";
  readonly why: ReadingProblem | null;
  /** The router's or the agent's own words: hostile text. */
  readonly words: string | null;
}

export interface Place {
  readonly providerId: string;
  readonly siteId: string;
}

export interface RouterReader {
  /** `isFresh`: not from what was read before. The caller has checked that the site is the provider's. */
  read(place: Place, view: RouterView, isFresh?: boolean): Promise<Reading>;
  /** Asks the router itself, keeps nothing. Rejects with Faults of `CallSite`. */
  ask(siteId: string, view: RouterView, isFresh: boolean): Promise<Answered>;
}

const readingMsMax = 10_000;
const cachedMs = 30_000;
/** A list of more rows is cut: it says how many there are. */
const rowsMax = 5 * routerRowsMax;
/** What an agent may send for one list: a large router's log is some 300 KB. */
const charactersMax = 4_000_000;

export function createRouterReader(world: World, database: Database, callSite: CallSite): RouterReader {
  const underWay = new Map<string, Promise<Reading>>();

  async function ask(siteId: string, view: RouterView, isFresh: boolean): Promise<Answered> {
    const rows: Answered["rows"][number][] = [];
    let characters = 0;
    const endsAtMs = world.clock.monotonicMs() + readingMsMax;
    for (;;) {
      const leftMs = Math.max(1, Math.ceil(endsAtMs - world.clock.monotonicMs()));
      const params = { view, limit: routerRowsMax, offset: rows.length, fresh: isFresh && rows.length === 0 };
      const part = await callSite(siteId, readRouter, params, leftMs);
      for (const row of part.rows.slice(0, routerRowsMax)) {
        const clean = storable(row);
        characters += JSON.stringify(clean).length;
        rows.push(clean);
      }
      const isWhole =
        part.rows.length === 0 || rows.length >= Math.min(part.total, rowsMax) || characters >= charactersMax;
      if (isWhole || part.kind === "not-here")
        return {
          isHere: part.kind === "rows",
          rows,
          total: Math.max(part.total, rows.length),
          readAtMs: part.readAtMs,
        };
    }
  }

  async function readNow({ providerId, siteId }: Place, view: RouterView, isFresh: boolean): Promise<Reading> {
    const kept = await database.asProvider(providerId, (tx) => readKept(tx, siteId, view));
    const nowMs = world.clock.wall().atMs;
    const isWhole = kept !== null && kept.rows.length >= Math.min(kept.total, rowsMax);
    const isYoung =
      kept !== null && !kept.isStale && kept.problem === null && Math.abs(nowMs - kept.keptAtMs) < cachedMs;
    if (kept !== null && isWhole && isYoung && !isFresh) return { ...kept, state: "live", why: null, words: null };
    try {
      const answered = await ask(siteId, view, isFresh || (kept?.isStale ?? false));
      await database.asProvider(providerId, (tx) =>
        keepAnswers(tx, [{ providerId, siteId, view, ...answered }], world.clock.wall().atMs),
      );
      return { ...answered, state: "live", why: null, words: null };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const why = problemOf(error);
      if (why !== "away")
        await database.asProvider(providerId, (tx) =>
          keepProblems(tx, [{ providerId, siteId, view, problem: why }], world.clock.wall().atMs),
        );
      const last = kept ?? { isHere: true, rows: [], total: 0, readAtMs: 0 };
      return { ...last, state: "last-known", why, words: why === "refused" ? plainWords(error) : null };
    }
  }

  return {
    ask,
    read(place, view, isFresh = false) {
      const name = `${place.siteId} ${view} ${isFresh}`;
      const running = underWay.get(name);
      if (running !== undefined) return running;
      const reading = readNow(place, view, isFresh).finally(() => underWay.delete(name));
      underWay.set(name, reading);
      return reading;
    },
  };
}

const byHint: Readonly<Record<string, ReadingProblem>> = {
  "link/unknown-method": "too-old",
  "router/no-api": "no-api",
  "router-api/busy": "busy",
  "router-api/unreachable": "router-away",
  "router-api/time-out": "router-away",
  "router-api/log-in": "log-in",
};

export function problemOf({ code, advice }: Fault): ReadingProblem {
  if (code === "site/away") return "away";
  if (code !== "site/refused") return "no-answer";
  return byHint[advice.hint ?? ""] ?? "refused";
}

function plainWords({ message }: Fault): string {
  return cutText(
    message
      .replace(/^read-router: /, "")
      .replaceAll("\0", "")
      .toWellFormed(),
    500,
  );
}
