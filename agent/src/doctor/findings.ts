/**
 * Turns the facts of a site into findings: what is wrong, and what to do. Pure. `doctor.ts` collects the facts; `/status`, `/doctor` and
 * `karibu doctor` show the findings.
 */
import type { ClockQuality } from "@karibu/protocol/world";
import type { RouterSetUp } from "../ground/router-control.ts";
import type { Drift } from "../router-drift/drift-watch.ts";
import type { OwedSite } from "../sync/moved-sites.ts";
import { driftFindings } from "./drift-findings.ts";
import type { Finding } from "./finding.ts";
import { type FindingLanguage, type FindingWords, findingWords } from "./finding-words.ts";
import type { StickForecast } from "./stick-forecast.ts";
import { twinFinding, type UpkeepFacts, upkeepFindings } from "./upkeep-findings.ts";

export interface SiteFacts {
  readonly radius:
    | { readonly kind: "no-secret" }
    | { readonly kind: "failed"; readonly message: string }
    | {
        readonly kind: "listening";
        readonly authPort: number;
        readonly acctPort: number;
        readonly answered: number;
        /** Requests that were dropped because they have no Message-Authenticator. */
        readonly unsigned: number;
        readonly badAuthenticators: number;
        readonly lastBadAuthenticatorFrom: string | null;
      };
  readonly coaPort: number | null;
  readonly clock: { readonly quality: ClockQuality; readonly atMs: number };
  /** A problem of the link to the hub that only a person can solve, in a sentence; null: none. */
  readonly hub: { readonly problem: string | null };
  /** A problem with looking up names, in a sentence; null: none. */
  readonly names: { readonly problem: string | null };
  /** What sites that this device served before still have to be told. Absent: none. */
  readonly owed?: readonly OwedSite[];
  /** Null: not measured. `stick`: absent where nobody watched it (the folder of a stopped agent). */
  readonly disk: {
    readonly freeBytes: number | null;
    readonly syncMs: number | null;
    readonly writable: boolean;
    /** Something else writes to the folder: what was found. Absent or null: nothing. */
    readonly shared?: string | null;
    readonly stick?: StickForecast;
    /** It is the router's own flash. Absent: a stick. */
    readonly isOnFlash?: boolean;
  };
  /** Files that were renamed to `.damaged`, and records that were missing in the journal at this start. */
  readonly damage: {
    readonly files: readonly string[];
    readonly lostRecords: number;
    /** What a crash left unreadable at the journal's end; null: nothing. */
    readonly torn: { readonly records: number; readonly droppedBytes: number } | null;
  };
  readonly router:
    | { readonly kind: "none" }
    | { readonly kind: "away"; readonly why: string }
    | { readonly kind: "seen"; readonly setUp: RouterSetUp };
  /** Null or absent: nobody looked, or the router shows nothing of it. */
  readonly drift?: Drift | null;
  readonly upkeep?: UpkeepFacts | null;
  /** MACs with sessions at two servers of the site at once, as accounting says. Absent: none. */
  readonly twinMacs?: readonly string[];
  /** Addresses of this machine; none: not known. */
  readonly ownAddresses: readonly string[];
}

export const boardMemory = "board-memory";

const megabyte = 1024 * 1024;
/** The agent writes each first use to flash. On a slow stick this takes longer than RouterOS' default of 1.1 s. */
const radiusTimeoutMsMin = 2000;
const clockApartMsMax = 5 * 60_000;
const rightsNeeded = ["api", "read", "write", "test"];

export function findingsOf(facts: SiteFacts, language: FindingLanguage = "en"): Finding[] {
  const words = findingWords[language];
  const { drift } = facts;
  return [
    portsFinding(facts, words),
    secretFinding(facts, words),
    ...unsignedFindings(facts, words),
    clockFinding(facts, words),
    ...hubFindings(facts, words),
    ...nameFindings(facts, words),
    ...owedFindings(facts, words),
    ...diskFindings(facts, words),
    ...damageFindings(facts, words),
    ...tornFindings(facts, words),
    ...routerFindings(facts, words),
    ...driftFindings(drift, language),
    ...upkeepOrTwins(facts, language),
  ];
}

/** Where there is no API, and for what stands on another router than the API's, accounting alone shows that a MAC is in two places. */
function upkeepOrTwins({ upkeep, twinMacs = [] }: SiteFacts, language: FindingLanguage): Finding[] {
  if (upkeep == null) return twinFinding(twinMacs, language);
  const known = { ...upkeep.upkeep, twinMacs: [...new Set([...(upkeep.upkeep.twinMacs ?? []), ...twinMacs])] };
  return upkeepFindings({ ...upkeep, upkeep: known }, language);
}

function portsFinding({ radius }: SiteFacts, words: FindingWords): Finding {
  const check = "radius-ports";
  if (radius.kind === "failed") return wrong(check, radius.message, words.portTaken);
  if (radius.kind === "no-secret") return wrong(check, words.radiusOff, words.setSecret);
  return ok(check, words.portsOpen(radius.authPort, radius.acctPort));
}

function secretFinding({ radius }: SiteFacts, words: FindingWords): Finding {
  const check = "radius-secret";
  if (radius.kind !== "listening" || radius.badAuthenticators === 0) return ok(check, words.noOtherSecret);
  const { badAuthenticators, lastBadAuthenticatorFrom, answered } = radius;
  const text = words.otherSecret(badAuthenticators, lastBadAuthenticatorFrom ?? words.unknownAddress);
  return answered === 0 ? wrong(check, text, words.compareSecrets) : notice(check, text, words.compareSecrets);
}

function unsignedFindings({ radius }: SiteFacts, words: FindingWords): Finding[] {
  if (radius.kind !== "listening" || radius.unsigned === 0) return [];
  const check = "radius-unsigned";
  const text = words.unsigned(radius.unsigned);
  return [radius.answered === 0 ? wrong(check, text, words.signThem) : notice(check, text, words.signThem)];
}

function clockFinding({ clock, router }: SiteFacts, words: FindingWords): Finding {
  const check = "clock";
  const routerMs = router.kind === "seen" ? router.setUp.clockMs : null;
  if (routerMs !== null && clock.quality === "synced" && Math.abs(routerMs - clock.atMs) > clockApartMsMax) {
    return wrong(check, words.clocksApart(iso(routerMs), iso(clock.atMs)), words.setNtpAndZone);
  }
  if (clock.quality === "synced") return ok(check, words.timeKnown(iso(clock.atMs)));
  const text = clock.quality === "estimated" ? words.timeAbout(iso(clock.atMs)) : words.timeUnknown;
  return notice(check, text, words.setNtp);
}

/** Mostly a refused enrolment token: it is valid once, and for 24 hours. */
function hubFindings({ hub: { problem } }: SiteFacts, words: FindingWords): Finding[] {
  return problem === null ? [] : [wrong("hub-enrolment", problem, words.enrolAgain)];
}

function nameFindings({ names: { problem } }: SiteFacts, words: FindingWords): Finding[] {
  return problem === null ? [] : [wrong("dns", problem, words.checkDns)];
}

/** On this disk alone. In the first seconds after a move that is as it must be. */
function owedFindings({ owed = [] }: SiteFacts, words: FindingWords): Finding[] {
  return owed.map(({ siteId, records }) => notice("moved-site", words.owed(records, siteId), words.keepOwed));
}

/** Of a flash: below the second, a new image has no room. */
const spaceBytesMin = {
  stick: { wrong: 10 * megabyte, notice: 50 * megabyte },
  flash: { wrong: 6 * megabyte, notice: 34 * megabyte },
} as const;

function diskFindings({ disk }: SiteFacts, words: FindingWords): Finding[] {
  const findings: Finding[] = [];
  const { freeBytes, syncMs, writable, isOnFlash = false } = disk;
  const least = spaceBytesMin[isOnFlash ? "flash" : "stick"];
  if (isOnFlash) findings.push(ok("flash", words.onFlash));
  if (disk.shared != null) findings.push(wrong("disk", words.shared(disk.shared), words.stopOther));
  else if (!writable) findings.push(wrong("disk", words.diskRefuses, words.diskFull));
  if (freeBytes !== null) {
    const text = words.diskFree(Math.floor(freeBytes / megabyte));
    const advice = isOnFlash ? words.freeFlash : words.freeSome;
    if (freeBytes < least.wrong) findings.push(wrong("disk-space", text, advice));
    else findings.push(freeBytes < least.notice ? notice("disk-space", text, advice) : ok("disk-space", text));
  }
  if (syncMs !== null) {
    const text = words.diskSpeed(Math.round(syncMs));
    const advice = isOnFlash ? words.slowFlash : words.betterStick;
    if (syncMs > 1000) findings.push(wrong("disk-speed", text, advice));
    else findings.push(syncMs > 200 ? notice("disk-speed", text, advice) : ok("disk-speed", text));
  }
  const { health, weeks, because } = disk.stick ?? { health: "ok", weeks: null, because: null };
  if (weeks !== null && because !== null) {
    const text = isOnFlash ? words.flashWears(because, weeks) : words.stickWears(because, weeks);
    const advice = isOnFlash ? words.newRouter : words.newStick;
    findings.push(health === "wrong" ? wrong("stick", text, advice) : notice("stick", text, advice));
  }
  return findings;
}

function damageFindings({ damage: { files, lostRecords } }: SiteFacts, words: FindingWords): Finding[] {
  if (files.length === 0 && lostRecords === 0) return [];
  const sentences = [
    ...(files.length === 0 ? [] : [words.filesDamaged(files.length, files.at(-1) ?? "")]),
    ...(lostRecords === 0 ? [] : [words.recordsLost(lostRecords)]),
  ];
  return [wrong("store/damaged", sentences.join(" "), words.replaceStick)];
}

/** A notice, because a power cut during a write leaves the same trace as a flipped bit. */
function tornFindings({ damage: { torn } }: SiteFacts, words: FindingWords): Finding[] {
  return torn === null ? [] : [notice("journal-torn", words.torn(torn.records, torn.droppedBytes), words.tornAdvice)];
}

function routerFindings(facts: SiteFacts, words: FindingWords): Finding[] {
  const { router } = facts;
  if (router.kind === "none") return [notice("router-api", words.noRouterApi, words.setRouterApi)];
  if (router.kind === "away") return [wrong("router-api", words.routerAway(router.why), words.checkService)];
  const { setUp } = router;
  return [
    rightsFinding(setUp, words),
    ...memoryFindings(setUp, words),
    ...radiusRowFindings(facts, setUp, words),
    incomingFinding(facts, setUp, words),
    fastTrackFinding(setUp, words),
  ];
}

/** The board's memory: without any RouterOS ends the container, or restarts. */
function memoryFindings({ freeMemoryBytes }: RouterSetUp, words: FindingWords): Finding[] {
  if (freeMemoryBytes === null) return [];
  const text = words.memoryFree(Math.floor(freeMemoryBytes / megabyte));
  if (freeMemoryBytes < 24 * megabyte) return [wrong(boardMemory, text, words.freeMemory)];
  return [freeMemoryBytes < 48 * megabyte ? notice(boardMemory, text, words.freeMemory) : ok(boardMemory, text)];
}

function rightsFinding(setUp: RouterSetUp, words: FindingWords): Finding {
  const check = "router-api";
  const hidden = (["radius", "incoming", "fastTrack"] as const).filter((name) => setUp[name] === null);
  const missing = setUp.policies === null ? [] : rightsNeeded.filter((policy) => !setUp.policies?.includes(policy));
  if (missing.length > 0 || hidden.length > 0) {
    const text = missing.length > 0 ? words.lacksRights(missing.join(", ")) : words.mayNotSee(hidden.join(", "));
    return wrong(check, text, words.giveRights(rightsNeeded.join(",")));
  }
  return ok(check, words.routerAnswers(setUp.version === null ? "" : ` (RouterOS ${setUp.version})`));
}

function radiusRowFindings(
  { radius, ownAddresses }: SiteFacts,
  { radius: rows }: RouterSetUp,
  words: FindingWords,
): Finding[] {
  if (rows === null || radius.kind !== "listening") return [];
  const isOurs = (row: (typeof rows)[number]) =>
    row.authPort === radius.authPort &&
    (ownAddresses.length === 0 || ownAddresses.includes(row.address.split("@")[0] ?? ""));
  const at = rows.findIndex(isOurs);
  const own = rows[at];
  if (own === undefined) {
    const command = `/radius add service=hotspot,ppp address=${ownAddresses[0] ?? "<the agent>"} authentication-port=${radius.authPort} accounting-port=${radius.acctPort} timeout=3s`;
    return [wrong("radius-row", words.noRow, words.addRow(command))];
  }
  const findings: Finding[] = [];
  if (at > 0) findings.push(wrong("radius-row", words.otherRowFirst(rows[0]?.address ?? ""), words.moveUp));
  else findings.push(ok("radius-row", words.askedFirst));
  if (own.acctPort !== radius.acctPort) {
    const text = words.accountingPort(own.acctPort, radius.acctPort);
    findings.push(wrong("radius-accounting", text, words.setAccounting));
  }
  const waits = words.waits(own.timeoutMs);
  findings.push(
    own.timeoutMs < radiusTimeoutMsMin ? wrong("radius-timeout", waits, words.setTimeout) : ok("radius-timeout", waits),
  );
  if (own.requireMessageAuth === "no") {
    findings.push(notice("radius-message-auth", words.unsignedAnswers, words.signAnswers));
  }
  return findings;
}

function incomingFinding({ coaPort }: SiteFacts, { incoming }: RouterSetUp, words: FindingWords): Finding {
  const check = "radius-incoming";
  if (incoming === null) return ok(check, words.notChecked);
  if (!incoming.accept) return wrong(check, words.takesNone, words.setIncoming(coaPort ?? 3799));
  if (coaPort !== null && incoming.port !== coaPort) {
    return wrong(check, words.takesElsewhere(incoming.port, coaPort), words.samePort);
  }
  return ok(check, words.takesOn(incoming.port));
}

function fastTrackFinding({ fastTrack }: RouterSetUp, words: FindingWords): Finding {
  const check = "fasttrack";
  if (fastTrack?.some(({ guests }) => guests === "taken")) return wrong(check, words.fasttrackTakes, words.keepOut);
  if (fastTrack?.some(({ guests }) => guests === "unclear")) return notice(check, words.fasttrackMay, words.keepOut);
  return ok(check, words.keptOut);
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const ok = (check: string, text: string): Finding => ({ check, grade: "ok", text, advice: "" });
const notice = (check: string, text: string, advice: string): Finding => ({ check, grade: "notice", text, advice });
const wrong = (check: string, text: string, advice: string): Finding => ({ check, grade: "wrong", text, advice });
