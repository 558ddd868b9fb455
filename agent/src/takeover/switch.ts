/**
 * The switch from the old system to Karibu at the router, and back. Who attacks it: a hub that was broken into could only do what a person could order, one
 * switch; the sentences are here, none takes a word of the hub's, and what is put aside stays at the router under its mark.
 *
 * To Karibu, in this order, each step harmless to repeat: (1) the hotspot asks RADIUS, inside safe mode: local users still come first, so nothing changes for
 * anybody; (2) sessions that run become known with their rest; (3) one user after the other is put aside: at each moment exactly one of the two systems knows
 * a code. Back: users first, in the same way, then the hotspot.
 */

import type { SwitchState } from "@karibu/protocol/rpc/switch-takeover";
import { cutText } from "@karibu/protocol/whole-text";
import type { Timer } from "@karibu/protocol/world";
import type { Accounting } from "../access/accounting.ts";
import type { Site } from "../grants/site.ts";
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { LiveRouter, RouterCommandOptions, RouterRow } from "../ground/live-router.ts";
import { changeSafely } from "../router-control/safe-change.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import { adoptedSessions, adoptSessions } from "./adopt-sessions.ts";
import { giveBackSentence, isKept, keepSentence, mayBeKept, nameOf, usersSentence } from "./kept-users.ts";
import { isYes, judgeUser, listedOf, type OldSession, readOldSessions } from "./old-sessions.ts";
import {
  defaultProfileSentence,
  radiusSentence,
  serverProfilesSentence,
  serversSentence,
  sessionsInsideSentence,
  setScript,
  setServerProfile,
  wantedSettings,
} from "./switch-sentences.ts";
import { switchFile } from "./takeover-files.ts";

type Phase = "before" | "to-karibu" | "karibu" | "to-before";

/** Settings of the router as they were, by RouterOS' own names. */
interface Kept {
  readonly profiles: readonly {
    readonly id: string;
    readonly name: string;
    readonly before: Readonly<Record<string, string>>;
  }[];
  /** The script that the default profile ran at each log-in; null: none. Users of RADIUS have that profile. */
  readonly onLogIn: string | null;
}

interface Stored {
  readonly phase: Phase;
  readonly kept: Kept;
  readonly why: string | null;
  readonly outcome: "refused" | "failed" | "undone" | null;
  readonly actor: string;
  /** As they were when it ended: the hub asks after a restart too. */
  readonly counts?: Counts;
}

type Counts = Readonly<Record<"users" | "kept" | "adopted" | "strangers", number>>;

export interface TakeoverSwitch {
  order(to: "karibu" | "before" | "read", actor: string): Promise<SwitchState>;
  /** As `read`, and with what would refuse a switch now: the router is only read. Throws Faults of the router's API. */
  check(actor: string): Promise<SwitchState>;
  /** Goes on where a restart stopped it. */
  resume(): Promise<void>;
  stop(): void;
}

export interface SwitchParts {
  readonly site: Site;
  readonly access: Pick<Accounting, "account" | "closeAsLost">;
  readonly live: LiveRouter | null;
  readonly hub: Pick<HubLink, "call">;
  /** The router is behind its own line, and the agent is not. */
  readonly isRemote: boolean;
  readonly folder: Pick<Folder, "read" | "rename" | "replace">;
  readonly onUndone: () => void;
}

const watchEveryMs = 30_000;
const againMs = 60_000;
/** 100 sentences a minute: the lane of reads, where others have their turn. */
const commandMsMax = 70_000;

const notSteered = "This site's agent knows its router by RADIUS alone.";

class Refused extends Error {
  override readonly name = "Refused";
}

export function createTakeoverSwitch(parts: SwitchParts): TakeoverSwitch {
  const { site, live } = parts;
  const { world } = site;
  const { clock, log } = world;
  let stored: Stored = { phase: "before", kept: { profiles: [], onLogIn: null }, why: null, outcome: null, actor: "" };
  let counts: Counts = { users: 0, kept: 0, adopted: 0, strangers: 0 };
  /** This router ended a session when its user was put aside: the others wait until they are offline. */
  let endsSessions = false;
  let working: Promise<void> | null = null;
  let timer: Timer | null = null;
  let isStopped = false;

  const given = (actor = stored.actor): RouterCommandOptions => ({ timeoutMs: commandMsMax, actor, fresh: true });
  const ask = (router: LiveRouter, words: readonly string[], actor?: string) => router.command(words, given(actor));

  async function store(change: Partial<Stored>): Promise<void> {
    stored = { ...stored, ...change };
    await writeJsonFile(parts.folder, switchFile, stored);
  }

  async function toKaribu(router: LiveRouter): Promise<void> {
    const hindrance = await hindranceAt(router);
    if (hindrance !== null) throw new Refused(hindrance);
    await askRadius(router);
    await emptyScript(router);
    await follow(router);
    await putAside(router);
  }

  /** Why it can't be switched; null: nothing stands in the way. */
  async function hindranceAt(router: LiveRouter, actor?: string): Promise<string | null> {
    const rows = await ask(router, radiusSentence, actor);
    const asks = rows.some(({ service, disabled }) => service?.split(",").includes("hotspot") && !isYes(disabled));
    if (!asks) return "This router does not ask Karibu yet: run the set-up line first.";
    const users = (await ask(router, usersSentence, actor)).filter((row) => isKept(row) || isTaken(row));
    return users.length === 0 ? "None of the router's users is among the codes that were taken over." : null;
  }

  const isTaken = (row: RouterRow): boolean => mayBeKept(row) && listedOf(site, row.name ?? "") !== null;

  /** Local users still come first: this changes nothing for anybody yet. */
  async function askRadius(router: LiveRouter): Promise<void> {
    const servers = await ask(router, serversSentence);
    const used = new Set(servers.filter(({ disabled }) => !isYes(disabled)).map(({ profile }) => profile));
    const rows = await ask(router, serverProfilesSentence);
    const open = rows.filter((row) => used.has(row.name) && !isYes(row["use-radius"]));
    if (open.length === 0) return;
    const profiles = open.map((row) => ({
      id: row[".id"] ?? "",
      name: row.name ?? "",
      before: settingsOf(row),
    }));
    // Run again, it finds those alone that do not ask yet: what the others were stays known.
    const known = new Set(stored.kept.profiles.map(({ id }) => id));
    const all = [...stored.kept.profiles, ...profiles.filter(({ id }) => !known.has(id))];
    await store({ kept: { ...stored.kept, profiles: all } });
    await inSafeMode(
      router,
      profiles.map(({ id }) => setServerProfile(id, wantedSettings)),
    );
  }

  /** Nobody may be logged out by it, and the hub must be heard afterwards; else the router takes it back. */
  async function inSafeMode(router: LiveRouter, sentences: readonly (readonly string[])[]): Promise<void> {
    const before = (await readOldSessions(router, given())).length;
    const { outcome } = await changeSafely(
      world,
      { live: router, hub: parts.hub, isRemote: parts.isRemote, onUndone: parts.onUndone },
      stored.actor,
      async (session) => {
        const inside: RouterCommandOptions = { lane: "enforcement", timeoutMs: 8000, actor: stored.actor };
        for (const words of sentences) await session.command(words, inside);
        const left = (await session.command(sessionsInsideSentence, inside)).filter(
          ({ radius }) => !isYes(radius),
        ).length;
        // Somebody may have left by himself in that second.
        if (left < before - Math.max(1, Math.floor(before / 20)))
          throw new Refused(`The router logged out ${before - left} of ${before} sessions: it was taken back.`);
      },
    );
    if (outcome === "undone") throw new Undone();
  }

  /** Mikhmon's script at the log-in would write its books, and lock MACs, of users who are no longer its own. */
  async function emptyScript(router: LiveRouter): Promise<void> {
    const rows = await ask(router, defaultProfileSentence);
    const script = rows[0]?.["on-login"] ?? "";
    if (script === "") return;
    await store({ kept: { ...stored.kept, onLogIn: script } });
    await ask(router, setScript(rows[0]?.[".id"] ?? "", ""));
  }

  async function follow(router: LiveRouter): Promise<OldSession[]> {
    const sessions = await readOldSessions(router, given());
    counts = { ...counts, ...(await adoptSessions(site, parts.access, sessions)) };
    return sessions;
  }

  /** Who is offline first; of those online one first, to see whether his session stays. */
  async function putAside(router: LiveRouter): Promise<void> {
    const rows = await ask(router, usersSentence);
    const taken = rows.filter(isTaken);
    counts = { ...counts, kept: rows.filter(isKept).length, users: taken.length + rows.filter(isKept).length };
    const online = new Set((await follow(router)).map(({ user }) => user));
    const [offline, active] = [
      taken.filter(({ name }) => !online.has(name ?? "")),
      taken.filter(({ name }) => online.has(name ?? "")),
    ];
    for (const row of offline) await putOneAside(router, row);
    let isProved = false;
    for (const row of active) {
      if (isStopped || endsSessions) break;
      await follow(router); // who logged in meanwhile is known before his user goes
      await putOneAside(router, row);
      if (isProved) continue;
      isProved = (await follow(router)).some(({ user }) => user === row.name);
      endsSessions = !isProved;
    }
    await follow(router);
  }

  async function putOneAside(router: LiveRouter, row: RouterRow): Promise<void> {
    if (isStopped) return;
    await ask(router, keepSentence(row));
    counts = { ...counts, kept: counts.kept + 1 };
  }

  async function toBefore(router: LiveRouter): Promise<void> {
    const rows = await ask(router, usersSentence);
    const names = new Set(rows.filter((row) => !isKept(row)).map(({ name }) => name));
    const kept = rows.filter(isKept);
    counts = { ...counts, users: kept.length, kept: kept.length };
    for (const row of kept) {
      if (isStopped) return;
      // What was used up here must not begin anew there; and a name can't stand twice.
      if (names.has(nameOf(row)) || isOver(nameOf(row))) continue;
      await ask(router, giveBackSentence(row));
      counts = { ...counts, kept: counts.kept - 1 };
    }
    const { profiles, onLogIn } = stored.kept;
    if (onLogIn !== null) {
      const [row] = await ask(router, defaultProfileSentence);
      if (row !== undefined && (row["on-login"] ?? "") === "") await ask(router, setScript(row[".id"] ?? "", onLogIn));
    }
    // One that somebody deleted since needs nothing, and must not keep the others from it.
    const there = new Set((await ask(router, serverProfilesSentence)).map((row) => row[".id"]));
    const sentences = profiles.filter(({ id }) => there.has(id)).map(({ id, before }) => setServerProfile(id, before));
    if (sentences.length > 0) await inSafeMode(router, sentences);
    for (const session of adoptedSessions(site)) await parts.access.closeAsLost(session, "not-listed");
    counts = { ...counts, adopted: 0, strangers: 0 };
    await store({ kept: { profiles: [], onLogIn: null } });
  }

  function isOver(name: string): boolean {
    const known = listedOf(site, name);
    // As its own device would be judged: a code that is tied to one is else refused for that alone.
    const judged = known && judgeUser(site, { user: name, mac: known.onlyMac ?? null, address: null });
    return (
      judged?.kind === "refused" &&
      ["expired", "time-used", "data-used", "elsewhere", "revoked"].includes(judged.reason)
    );
  }

  /** One at a time. Reading on goes beside it. */
  function work(router: LiveRouter): void {
    working ??= carryOut(router).finally(() => {
      working = null;
      schedule(router);
    });
  }

  async function carryOut(router: LiveRouter): Promise<void> {
    const { phase } = stored;
    try {
      if (phase === "to-karibu") {
        await toKaribu(router);
        const rest = (await ask(router, usersSentence)).filter(isTaken).length;
        const why =
          endsSessions && rest > 0
            ? `This router ends sessions whose user is put aside: ${rest} wait until they are offline.`
            : null;
        if (!isStopped) await store({ phase: rest === 0 ? "karibu" : phase, why, outcome: null, counts });
      } else if (phase === "to-before") {
        await toBefore(router);
        if (!isStopped) await store({ phase: "before", why: null, outcome: null, counts });
      } else await follow(router);
    } catch (error) {
      await note(router, phase, error);
    }
  }

  async function note(router: LiveRouter, phase: Phase, error: unknown): Promise<void> {
    log.warn("takeover-switch", { phase, error: String(error) });
    const why = cutText(error instanceof Error ? error.message : String(error), 400);
    const isFinal = error instanceof Refused || error instanceof Undone || error instanceof RouterTrap;
    if (!isFinal) return void (await store({ why }).catch(() => {})); // the router or the disk is away: it goes on by itself
    const outcome = error instanceof Undone ? "undone" : error instanceof Refused ? "refused" : "failed";
    const back = phase === "to-karibu" ? "before" : phase === "to-before" ? "karibu" : phase;
    // An order may have been refused after a restart half-way: the hub withdraws nothing while users stand aside.
    const rows = await ask(router, usersSentence).catch(() => null);
    if (rows !== null) counts = { ...counts, kept: rows.filter(isKept).length };
    // Nobody was put aside yet, or all of it can be repeated.
    await store({ phase: back, why, outcome, counts }).catch(() => {});
  }

  function schedule(router: LiveRouter): void {
    timer?.cancel();
    const isUnderWay = stored.phase === "to-karibu" || stored.phase === "to-before";
    // Once no session of before runs, nothing is left to report in the router's place.
    const watches = stored.phase === "karibu" && adoptedSessions(site).length > 0;
    if (!isStopped && (isUnderWay || watches))
      timer = clock.after(isUnderWay ? againMs : watchEveryMs, () => work(router));
  }

  function told(): SwitchState {
    const { phase, outcome, why } = stored;
    const kind = outcome ?? (phase === "to-karibu" || phase === "to-before" ? "working" : phase);
    return { kind, ...(why === null ? {} : { why }), ...counts };
  }

  return {
    async order(to, actor) {
      if (live === null) return { kind: "refused", why: notSteered, ...counts };
      if (to === "read" || working !== null) return told();
      const isThere =
        stored.phase === to ||
        (stored.phase === "to-karibu" && to === "karibu") ||
        (stored.phase === "to-before" && to === "before");
      if (isThere && stored.outcome === null) {
        work(live);
        return told();
      }
      endsSessions = false;
      await store({ phase: to === "karibu" ? "to-karibu" : "to-before", why: null, outcome: null, actor });
      work(live);
      return told();
    },
    async check(actor) {
      if (live === null) return { kind: "refused", why: notSteered, hindrance: notSteered, ...counts };
      const hindrance = working === null ? await hindranceAt(live, actor) : null;
      return { ...told(), ...(hindrance === null ? {} : { hindrance }) };
    },
    async resume() {
      const kept = await readJsonFile<Stored>(parts.folder, switchFile).catch(() => null);
      if (kept === null || typeof kept.phase !== "string") return;
      stored = { ...stored, ...kept };
      counts = { ...counts, ...kept.counts };
      if (live !== null) schedule(live);
    },
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}

class Undone extends Error {
  override readonly name = "Undone";
  constructor() {
    super("The hub was not heard afterwards, so the router took it back.");
  }
}

/** As they are; what this version lacks is not set back. */
function settingsOf(row: RouterRow): Record<string, string> {
  return Object.fromEntries(
    Object.keys(wantedSettings).flatMap((name) => (row[name] === undefined ? [] : [[name, row[name] ?? ""]])),
  );
}
