/** Collects the facts of a site for `findings.ts`. Limits how often the router is asked. */
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import type { RouterControl, RouterUpkeep } from "../ground/router-control.ts";
import type { RadiusStatus } from "../radius/server/radius-listener.ts";
import type { Drift } from "../router-drift/drift-watch.ts";
import type { RaiseAlarm } from "../state/alarms.ts";
import type { DamagedFiles } from "../store/damaged-files.ts";
import type { MovedSites } from "../sync/moved-sites.ts";
import type { Finding } from "./finding.ts";
import type { FindingLanguage } from "./finding-words.ts";
import type { SiteFacts } from "./findings.ts";
import type { StickForecast } from "./stick-forecast.ts";
import type { UpkeepFacts } from "./upkeep-findings.ts";

export interface Doctor {
  /** Examines the site, or returns findings of a moment ago. Never rejects. */
  examine(): Promise<readonly Finding[]>;
  /** As the router says it; null: it was not read. */
  routerOs(): string | null;
  /** The last findings, in English where no language is given; empty before the first examination. */
  last(language?: FindingLanguage): readonly Finding[];
  start(): void;
  stop(): void;
}

interface DoctorParts {
  readonly radius: () => RadiusStatus;
  readonly coaPort: number | null;
  readonly hubProblem: () => string | null;
  readonly nameProblem: () => string | null;
  readonly owed: MovedSites["owed"];
  readonly folder: Pick<Folder, "replace" | "remove">;
  readonly damagedFiles: DamagedFiles;
  /** Records that were missing in the journal at this start. */
  readonly lostRecords: number;
  readonly torn: SiteFacts["damage"]["torn"];
  readonly isWritable: () => boolean;
  /** What was found of something else that writes to the folder; null: nothing. */
  readonly shared: () => string | null;
  readonly router: RouterControl | null;
  readonly freeBytes: (() => Promise<number | null>) | null;
  /** The folder lies on the router's own flash. Absent: on a stick. */
  readonly isOnFlash?: boolean;
  readonly stick: () => StickForecast;
  readonly ownAddresses: () => readonly string[];
  readonly raiseAlarm: RaiseAlarm;
  /** Null: nobody compares the router with what it should have. */
  readonly drift?: { last(): Drift | null; guestInterface(): string | null } | null;
  /** See `SiteFacts.twinMacs`. Absent: nobody counts sessions. */
  readonly twinMacs?: () => readonly string[];
  readonly selling?: () => Pick<UpkeepFacts, "sessions" | "fastestPlanKbps">;
  /** It has looked. */
  readonly onLooked?: () => void;
}

const goodForMs = 15_000;
/** Rarely, because each write wears the flash. */
const diskGoodForMs = 6 * 3_600_000;
/** A few small questions to the router, over its own cable. */
const lookEveryMs = 600_000;
const firstLookMs = 20_000;
/** Some twenty questions: what they look for comes slowly. */
const upkeepGoodForMs = 30 * 60_000;
const probeName = "doctor-probe";

export function createDoctor(world: World, parts: DoctorParts): Doctor {
  let facts: SiteFacts | null = null;
  /** How the facts are judged, and in which words: loaded at the first look. */
  let judge: typeof import("./findings.ts") | null = null;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let wasMemoryLow = false;
  let looking: Promise<readonly Finding[]> | null = null;
  let sync: { readonly atMs: number; readonly ms: number | null } | null = null;
  let upkeep: { readonly atMs: number; readonly upkeep: RouterUpkeep } | null = null;
  let timer: ReturnType<World["clock"]["after"]> | null = null;

  function last(language: FindingLanguage = "en"): readonly Finding[] {
    if (facts === null || judge === null) return [];
    const selling = parts.selling?.() ?? { sessions: 0, fastestPlanKbps: null };
    // Differences are looked for more often than the rest.
    const now = {
      drift: parts.drift?.last() ?? null,
      upkeep: upkeep === null ? null : { upkeep: upkeep.upkeep, ...selling },
      twinMacs: parts.twinMacs?.() ?? [],
    };
    return judge.findingsOf({ ...facts, ...now }, language);
  }

  async function syncMs(): Promise<number | null> {
    const nowMs = world.clock.monotonicMs();
    if (sync !== null && nowMs - sync.atMs < diskGoodForMs) return sync.ms;
    let ms: number | null = null;
    try {
      await parts.folder.replace(probeName, new TextEncoder().encode("karibu\n"));
      ms = world.clock.monotonicMs() - nowMs;
      await parts.folder.remove(probeName);
    } catch (error) {
      world.log.debug("doctor-disk-refuses", { error: String(error) });
    }
    sync = { atMs: nowMs, ms };
    return ms;
  }

  async function routerFacts(): Promise<SiteFacts["router"]> {
    const inspect = parts.router?.inspect?.bind(parts.router);
    if (inspect === undefined) return { kind: "none" };
    try {
      return { kind: "seen", setUp: await inspect() };
    } catch (error) {
      return { kind: "away", why: (error as Error).message };
    }
  }

  /** What was seen before stays, where the router can't be asked. */
  async function lookAtCare(): Promise<void> {
    const inspect = parts.router?.upkeep?.bind(parts.router);
    const nowMs = world.clock.monotonicMs();
    if (inspect === undefined || (upkeep !== null && nowMs - upkeep.atMs < upkeepGoodForMs)) return;
    try {
      upkeep = { atMs: nowMs, upkeep: await inspect(parts.drift?.guestInterface() ?? null) };
    } catch (error) {
      world.log.debug("router-upkeep-not-read", { error: String(error) });
    }
  }

  async function look(): Promise<readonly Finding[]> {
    judge ??= await import("./findings.ts");
    const { boardMemory } = judge;
    const [measuredMs, freeBytes, router, damagedFiles] = await Promise.all([
      syncMs(),
      parts.freeBytes?.().catch(() => null) ?? null,
      routerFacts(),
      parts.damagedFiles.refresh(),
      lookAtCare(),
    ]);
    facts = {
      radius: radiusFacts(parts.radius()),
      coaPort: parts.coaPort,
      clock: world.clock.wall(),
      hub: { problem: parts.hubProblem() },
      names: { problem: parts.nameProblem() },
      owed: parts.owed(),
      disk: {
        freeBytes,
        syncMs: measuredMs,
        writable: parts.isWritable(),
        shared: parts.shared(),
        stick: parts.stick(),
        isOnFlash: parts.isOnFlash === true,
      },
      damage: { files: damagedFiles, lostRecords: parts.lostRecords, torn: parts.torn },
      router,
      ownAddresses: parts.ownAddresses(),
    };
    lookedAtMs = world.clock.monotonicMs();
    const wrong = last()
      .filter(({ grade }) => grade === "wrong")
      .map(({ check }) => check);
    tellOfMemory(wrong.includes(boardMemory), router);
    if (wrong.length > 0) world.log.warn("doctor-found", { wrong: cutText(wrong.join(" "), 500) });
    parts.onLooked?.();
    return last();
  }

  /** Once each time that it begins: nobody at the router sees the doctor. */
  function tellOfMemory(isLow: boolean, router: SiteFacts["router"]): void {
    if (isLow && !wasMemoryLow && router.kind === "seen")
      parts.raiseAlarm("board-memory-low", { freeBytes: router.setUp.freeMemoryBytes ?? 0 });
    wasMemoryLow = isLow;
  }

  async function examine(): Promise<readonly Finding[]> {
    if (world.clock.monotonicMs() - lookedAtMs < goodForMs) return last();
    looking ??= look()
      .catch((error: unknown) => {
        world.log.error("doctor-failed", { error: String(error) });
        return last();
      })
      .finally(() => {
        looking = null;
      });
    return await looking;
  }

  function again(delayMs: number): void {
    timer = world.clock.after(delayMs, () => {
      void examine().then(() => {
        if (timer !== null) again(lookEveryMs);
      });
    });
  }

  return {
    examine,
    routerOs: () => (facts?.router.kind === "seen" ? facts.router.setUp.version : null),
    last,
    start: () => again(firstLookMs),
    stop() {
      timer?.cancel();
      timer = null;
    },
  };
}

function radiusFacts(status: RadiusStatus): SiteFacts["radius"] {
  if (status.kind !== "listening") return status;
  const { authPort, acctPort, counters } = status;
  const { accepts, rejects, accountingResponses, badAuthenticators, lastBadAuthenticatorFrom } = counters;
  const answered = accepts + rejects + accountingResponses;
  const { missingMessageAuthenticators: unsigned } = counters;
  return { kind: "listening", authPort, acctPort, answered, unsigned, badAuthenticators, lastBadAuthenticatorFrom };
}
