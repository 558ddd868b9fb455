/**
 * The shadow run: once a minute it reads the router's list of sessions, says of each new one what Karibu would have decided, and remembers where that
 * differs. It only reads, and it is bounded: 20 new sessions a look, 200 differences, 5,000 names of running sessions.
 */

import { unixMs } from "@karibu/protocol/quantities";
import type { ShadowReport } from "@karibu/protocol/rpc/shadow-run";
import { cutText } from "@karibu/protocol/whole-text";
import type { Timer } from "@karibu/protocol/world";
import type { Site } from "../grants/site.ts";
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";
import type { LiveRouter, RouterCommandOptions, RouterRow } from "../ground/live-router.ts";
import { judgeUser, type OldSession, readOldSessions } from "./old-sessions.ts";
import {
  differenceOf,
  downKbpsOf,
  knownMax,
  newShadow,
  refusedLogIn,
  type ShadowState,
  sessionName,
  withDifference,
} from "./shadow-policy.ts";
import { shadowFile } from "./takeover-files.ts";

export interface ShadowRunner {
  order(what: "start" | "stop" | "read"): Promise<ShadowReport>;
  /** Goes on with a run of before the restart. */
  resume(): Promise<void>;
  stop(): void;
}

const lookEveryMs = 60_000;
const logEveryLooks = 5;
const newMax = 20;
/** Flash is spared: what was seen since the last write is lost in a power cut, and looked at again. */
const writeEveryMs = 600_000;
const asked: RouterCommandOptions = { timeoutMs: 30_000, actor: "shadow run" };

export function createShadowRunner(
  site: Site,
  folder: Pick<Folder, "read" | "remove" | "rename" | "replace">,
  live: LiveRouter | null,
): ShadowRunner {
  const { clock, log } = site.world;
  let state: ShadowState | null = null;
  let timer: Timer | null = null;
  let looks = 0;
  let writtenMs = Number.NEGATIVE_INFINITY;
  /** The number of the newest line; null: its log was not read yet. */
  let lastLine: number | null = null;
  let isStopped = false;

  async function look(router: LiveRouter): Promise<void> {
    const sessions = await readOldSessions(router, asked);
    if (state === null) return;
    const known = new Set(state.known);
    const fresh = sessions.filter((session) => !known.has(sessionName(session))).slice(0, newMax);
    const rates = fresh.length === 0 ? new Map<string, number | null | undefined>() : await ratesOf(router, fresh);
    const refused = looks++ % logEveryLooks === 0 ? await readRefused(router) : [];
    if (state === null) return; // it was stopped meanwhile
    let { seen, same, differences } = state;
    const nowMs = clock.wall().atMs;
    for (const session of fresh) {
      const difference = differenceOf(session, rates.get(session.user), judgeUser(site, session), nowMs);
      seen++;
      if (difference === null) same++;
      else differences = withDifference(differences, difference);
    }
    for (const { user } of refused) {
      const judged = judgeUser(site, { user, mac: null, address: null });
      if (judged.kind !== "accepted") continue;
      differences = withDifference(differences, {
        kind: "admitted",
        atMs: unixMs(nowMs),
        user: cutText(user.toWellFormed(), 200),
        mac: null,
      });
    }
    const judgedNow = new Set(fresh);
    const running = sessions.filter((session) => known.has(sessionName(session)) || judgedNow.has(session));
    const readAtMs = unixMs(nowMs);
    state = {
      ...state,
      readAtMs,
      problem: null,
      seen,
      same,
      differences,
      known: running.map(sessionName).slice(-knownMax),
    };
  }

  /** The speed of each user's profile. */
  async function ratesOf(
    router: LiveRouter,
    sessions: readonly OldSession[],
  ): Promise<Map<string, number | null | undefined>> {
    const profiles = await router.command(["/ip/hotspot/user/profile/print", "=.proplist=name,rate-limit"], asked);
    const rateOf = new Map(profiles.map((row) => [row.name, downKbpsOf(row["rate-limit"])]));
    const found = new Map<string, number | null | undefined>();
    for (const { user } of sessions) {
      const [row] = await router.command(["/ip/hotspot/user/print", "=.proplist=name,profile", `?name=${user}`], asked);
      found.set(user, row === undefined ? undefined : rateOf.get(row.profile));
    }
    return found;
  }

  /** Of lines that came since the last look; the first look only takes the place. */
  async function readRefused(router: LiveRouter): Promise<{ user: string }[]> {
    const lines = await router.command(["/log/print", "=.proplist=.id,topics,message"], asked);
    const numberOf = (row: RouterRow) => Number.parseInt((row[".id"] ?? "").slice(1), 16) || 0;
    const newest = Math.max(0, ...lines.map(numberOf));
    // A router that was restarted counts its lines anew: all of them came since.
    const known = lastLine !== null && newest < lastLine ? 0 : lastLine;
    lastLine = newest;
    if (known === null) return [];
    const news = lines.filter((row) => numberOf(row) > known && row.topics?.includes("hotspot"));
    return news.flatMap((row) => refusedLogIn(row.message ?? "") ?? []).slice(-newMax);
  }

  function schedule(router: LiveRouter, afterMs: number): void {
    timer?.cancel();
    timer = clock.after(afterMs, () => {
      look(router)
        .catch((error: unknown) => {
          if (state !== null) state = { ...state, problem: cutText(String(error), 200) };
        })
        .then(() => write(false))
        .finally(() => {
          if (!isStopped && state !== null) schedule(router, lookEveryMs);
        });
    });
  }

  async function write(isDue: boolean): Promise<void> {
    const nowMs = clock.monotonicMs();
    if (state === null || (!isDue && nowMs - writtenMs < writeEveryMs)) return;
    writtenMs = nowMs;
    await writeJsonFile(folder, shadowFile, state).catch((error: unknown) => {
      log.warn("shadow-run-not-written", { error: String(error) });
    });
  }

  const report = (): ShadowReport => {
    const { known: _, ...told } = state ?? newShadow(0);
    return { ...told, sinceMs: state === null ? null : unixMs(state.sinceMs), differences: [...told.differences] };
  };

  return {
    async order(what) {
      if (what === "start" && live !== null && state === null) {
        state = newShadow(clock.wall().atMs);
        await write(true);
        schedule(live, 0);
      }
      if (what === "stop") {
        state = null;
        timer?.cancel();
        await folder.remove(shadowFile).catch(() => {});
      }
      return report();
    },
    async resume() {
      const kept = await readJsonFile<ShadowState>(folder, shadowFile).catch(() => null);
      if (kept === null || live === null || typeof kept.sinceMs !== "number") return;
      state = { ...newShadow(kept.sinceMs), ...kept } as ShadowState;
      schedule(live, lookEveryMs);
    },
    stop() {
      isStopped = true;
      timer?.cancel();
      void write(true);
    },
  };
}
