/**
 * Turns the facts of a site into findings: what is wrong, and what to do. Pure. `doctor.ts` collects the facts; `/status`, `/doctor` and
 * `karibu doctor` show the findings.
 */
import type { Health } from "@karibu/protocol/health";
import type { ClockQuality } from "@karibu/protocol/world";
import type { RouterSetUp } from "../ground/router-control.ts";

export interface Finding {
  /** Stable, for scripts: `radius-ports`, `radius-secret`… */
  readonly check: string;
  readonly grade: Health;
  /** The state, in one sentence. */
  readonly text: string;
  /** What to do; empty: nothing. */
  readonly advice: string;
}

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
  /** Null: not measured. */
  readonly disk: { readonly freeBytes: number | null; readonly syncMs: number | null; readonly writable: boolean };
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
  /** Addresses of this machine; none: not known. */
  readonly ownAddresses: readonly string[];
}

const megabyte = 1024 * 1024;
/** The agent writes each first use to flash. On a slow stick this takes longer than RouterOS' default of 1.1 s. */
const radiusTimeoutMsMin = 2000;
const clockApartMsMax = 5 * 60_000;
const rightsNeeded = ["api", "read", "write", "test"];

export function findingsOf(facts: SiteFacts): Finding[] {
  return [
    portsFinding(facts),
    secretFinding(facts),
    ...unsignedFindings(facts),
    clockFinding(facts),
    ...hubFindings(facts),
    ...nameFindings(facts),
    ...diskFindings(facts),
    ...damageFindings(facts),
    ...tornFindings(facts),
    ...routerFindings(facts),
  ];
}

function portsFinding({ radius }: SiteFacts): Finding {
  const check = "radius-ports";
  if (radius.kind === "failed") {
    return wrong(
      check,
      radius.message,
      "Another program holds the port: stop it, or choose other ports on both sides.",
    );
  }
  if (radius.kind === "no-secret") {
    return wrong(check, "RADIUS is off.", "Set KARIBU_RADIUS_SECRET to the secret in the router's /radius row.");
  }
  return ok(check, `UDP ${radius.authPort} and ${radius.acctPort} are open to RADIUS.`);
}

function secretFinding({ radius }: SiteFacts): Finding {
  const check = "radius-secret";
  if (radius.kind !== "listening" || radius.badAuthenticators === 0)
    return ok(check, "No packet with another secret came.");
  const { badAuthenticators, lastBadAuthenticatorFrom, answered } = radius;
  const text = `${badAuthenticators} packets were signed with another secret, the last from ${lastBadAuthenticatorFrom ?? "an unknown address"}.`;
  const advice = "Compare the secret in the router's /radius row with KARIBU_RADIUS_SECRET.";
  return answered === 0 ? wrong(check, text, advice) : notice(check, text, advice);
}

function unsignedFindings({ radius }: SiteFacts): Finding[] {
  if (radius.kind !== "listening" || radius.unsigned === 0) return [];
  const check = "radius-unsigned";
  const text = `${radius.unsigned} RADIUS requests came without Message-Authenticator and were not answered.`;
  const advice =
    "Set require-message-auth=yes-for-request-resp in the router's /radius row (RouterOS 7.15 or newer); for a router that can't, KARIBU_RADIUS_CLIENTS.";
  return [radius.answered === 0 ? wrong(check, text, advice) : notice(check, text, advice)];
}

function clockFinding({ clock, router }: SiteFacts): Finding {
  const check = "clock";
  const routerMs = router.kind === "seen" ? router.setUp.clockMs : null;
  if (routerMs !== null && clock.quality === "synced" && Math.abs(routerMs - clock.atMs) > clockApartMsMax) {
    const text = `The router says ${iso(routerMs)}, the agent ${iso(clock.atMs)}.`;
    return wrong(check, text, "Set up NTP on the router (/system/ntp/client), and its time zone.");
  }
  if (clock.quality === "synced") return ok(check, `The time is known: ${iso(clock.atMs)}.`);
  const text =
    clock.quality === "estimated" ? `It is about ${iso(clock.atMs)}.` : "The time is not known; nobody is expired.";
  return notice(check, text, "It comes from the hub or by NTP: set up NTP on the router.");
}

/** Mostly a refused enrolment token: it is valid once, and for 24 hours. */
function hubFindings({ hub: { problem } }: SiteFacts): Finding[] {
  if (problem === null) return [];
  const advice =
    "On a router: set-up files with the new token, import setup.rsc, then /container/stop; it starts again with that token.";
  return [wrong("hub-enrolment", problem, advice)];
}

function nameFindings({ names: { problem } }: SiteFacts): Finding[] {
  if (problem === null) return [];
  const advice =
    "Vouchers and log-ins go on. Is the internet there? Check /ip/dns on the router, and dns= of the container.";
  return [wrong("dns", problem, advice)];
}

function diskFindings({ disk }: SiteFacts): Finding[] {
  const findings: Finding[] = [];
  const { freeBytes, syncMs, writable } = disk;
  if (!writable)
    findings.push(
      wrong(
        "disk",
        "The disk refuses to write.",
        "Is it full, read-only or broken? Nothing is lost yet: it is written once it can be.",
      ),
    );
  if (freeBytes !== null) {
    const text = `${Math.floor(freeBytes / megabyte)} MB are free in the data folder.`;
    const advice = "Free some, or use a larger stick.";
    if (freeBytes < 10 * megabyte) findings.push(wrong("disk-space", text, advice));
    else findings.push(freeBytes < 50 * megabyte ? notice("disk-space", text, advice) : ok("disk-space", text));
  }
  if (syncMs !== null) {
    const text = `A small write takes ${Math.round(syncMs)} ms to be safe.`;
    const advice = "A slow stick makes log-ins slow: a better one, or the router's own flash.";
    if (syncMs > 1000) findings.push(wrong("disk-speed", text, advice));
    else findings.push(syncMs > 200 ? notice("disk-speed", text, advice) : ok("disk-speed", text));
  }
  return findings;
}

function damageFindings({ damage: { files, lostRecords } }: SiteFacts): Finding[] {
  if (files.length === 0 && lostRecords === 0) return [];
  const lost = lostRecords === 0 ? "" : ` ${lostRecords} records of the journal are lost.`;
  const text =
    files.length === 0
      ? lost.trim()
      : `${files.length} damaged files are set aside, ${files.at(-1)} among them.${lost}`;
  const advice = "The stick may be failing: copy the .damaged files for support, remove them, and replace the stick.";
  return [wrong("store/damaged", text, advice)];
}

/** A notice, because a power cut during a write leaves the same trace as a flipped bit. */
function tornFindings({ damage: { torn } }: SiteFacts): Finding[] {
  if (torn === null) return [];
  const { records, droppedBytes } = torn;
  const text = `After a crash or a power cut ${records} records and ${droppedBytes} bytes at the journal's end could not be read.`;
  const advice =
    "Nothing to do after a power cut: what was just being written had been promised to nobody. If it comes again and again, the stick may be failing: replace it.";
  return [notice("journal-torn", text, advice)];
}

function routerFindings(facts: SiteFacts): Finding[] {
  const { router } = facts;
  if (router.kind === "none") {
    return [
      notice(
        "router-api",
        "The router's API is not set up.",
        "Set KARIBU_ROUTER_HOST, _USER and _PASSWORD: sessions then end for certain, and phones log in by themselves.",
      ),
    ];
  }
  if (router.kind === "away") {
    return [
      wrong(
        "router-api",
        `The router's API does not answer: ${router.why}`,
        "Check /ip/service api, the user, the password, and that its address list holds the agent.",
      ),
    ];
  }
  const { setUp } = router;
  return [
    rightsFinding(setUp),
    ...radiusRowFindings(facts, setUp),
    incomingFinding(facts, setUp),
    fastTrackFinding(setUp),
  ];
}

function rightsFinding(setUp: RouterSetUp): Finding {
  const check = "router-api";
  const hidden = (["radius", "incoming", "fastTrack"] as const).filter((name) => setUp[name] === null);
  const missing = setUp.policies === null ? [] : rightsNeeded.filter((policy) => !setUp.policies?.includes(policy));
  if (missing.length > 0 || hidden.length > 0) {
    const text =
      missing.length > 0
        ? `The API user lacks: ${missing.join(", ")}.`
        : `The API user may not see: ${hidden.join(", ")}.`;
    return wrong(check, text, `Give its group the policies ${rightsNeeded.join(",")}.`);
  }
  return ok(check, `The router answers${setUp.version === null ? "" : ` (RouterOS ${setUp.version})`}.`);
}

function radiusRowFindings({ radius, ownAddresses }: SiteFacts, { radius: rows }: RouterSetUp): Finding[] {
  if (rows === null || radius.kind !== "listening") return [];
  const isOurs = (row: (typeof rows)[number]) =>
    row.authPort === radius.authPort &&
    (ownAddresses.length === 0 || ownAddresses.includes(row.address.split("@")[0] ?? ""));
  const at = rows.findIndex(isOurs);
  const own = rows[at];
  if (own === undefined) {
    return [
      wrong(
        "radius-row",
        "No /radius row for the hotspot points to this agent.",
        `Add one: /radius add service=hotspot,ppp address=${ownAddresses[0] ?? "<the agent>"} authentication-port=${radius.authPort} accounting-port=${radius.acctPort} timeout=3s`,
      ),
    ];
  }
  const findings: Finding[] = [];
  if (at > 0) {
    findings.push(
      wrong(
        "radius-row",
        `Another /radius row stands ahead of ours: ${rows[0]?.address ?? ""}.`,
        "The router asks that one first: move ours up, or disable the other.",
      ),
    );
  } else findings.push(ok("radius-row", "The router asks this agent first."));
  if (own.acctPort !== radius.acctPort) {
    findings.push(
      wrong(
        "radius-accounting",
        `The router sends accounting to port ${own.acctPort}; the agent listens on ${radius.acctPort}.`,
        "Without accounting no data is counted: set accounting-port.",
      ),
    );
  }
  if (own.timeoutMs < radiusTimeoutMsMin) {
    findings.push(
      wrong(
        "radius-timeout",
        `The router waits ${own.timeoutMs} ms for an answer.`,
        "Set timeout=3s in the /radius row: a first use is written to flash before it is answered.",
      ),
    );
  } else findings.push(ok("radius-timeout", `The router waits ${own.timeoutMs} ms for an answer.`));
  if (own.requireMessageAuth === "no") {
    findings.push(
      notice(
        "radius-message-auth",
        "The router takes RADIUS answers without Message-Authenticator.",
        "Set require-message-auth=yes-for-request-resp (CVE-2024-3596).",
      ),
    );
  }
  return findings;
}

function incomingFinding({ coaPort }: SiteFacts, { incoming }: RouterSetUp): Finding {
  const check = "radius-incoming";
  if (incoming === null) return ok(check, "Not checked.");
  if (!incoming.accept) {
    return wrong(
      check,
      "The router takes no Disconnect-Requests.",
      `Set /radius/incoming accept=yes port=${coaPort ?? 3799}.`,
    );
  }
  if (coaPort !== null && incoming.port !== coaPort) {
    return wrong(
      check,
      `The router takes Disconnect-Requests on port ${incoming.port}; the agent sends to ${coaPort}.`,
      "Make /radius/incoming port and KARIBU_COA_PORT the same.",
    );
  }
  return ok(check, `The router takes Disconnect-Requests on port ${incoming.port}.`);
}

function fastTrackFinding({ fastTrack }: RouterSetUp): Finding {
  const check = "fasttrack";
  const advice = "Accept established connections of the guests' bridge above the fasttrack rule, in both directions.";
  if (fastTrack?.some(({ guests }) => guests === "taken")) {
    return wrong(check, "Fasttrack takes the guests' traffic: speed limits and counted data are wrong.", advice);
  }
  if (fastTrack?.some(({ guests }) => guests === "unclear")) {
    return notice(check, "A fasttrack rule may take the guests' traffic.", advice);
  }
  return ok(check, "Guests stay out of fasttrack.");
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const ok = (check: string, text: string): Finding => ({ check, grade: "ok", text, advice: "" });
const notice = (check: string, text: string, advice: string): Finding => ({ check, grade: "notice", text, advice });
const wrong = (check: string, text: string, advice: string): Finding => ({ check, grade: "wrong", text, advice });
