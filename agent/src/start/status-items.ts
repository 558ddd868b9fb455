/** The rows of `/status`: what works, what is missing, and what to do about it. */

import { zoneText } from "@karibu/protocol/zone-text";
import type { Finding } from "../doctor/finding.ts";
import type { StatusItem } from "../portal-server/installer/status-report.ts";
import type { StaffLanguage } from "../portal-server/page/page-frame.ts";
import type { RadsecStatus } from "../radius/radsec/radsec-server.ts";
import { createCounters } from "../radius/server/counters.ts";
import type { RadiusStatus } from "../radius/server/radius-listener.ts";
import type { FactSources } from "./fact-sources.ts";
import { type StatusWords, statusWords } from "./status-words.ts";

/** `findings`: the doctor's, in the same language. */
export function statusItems(parts: FactSources, language: StaffLanguage, findings: readonly Finding[]): StatusItem[] {
  const words = statusWords[language];
  return [
    hubItem(parts, words),
    routerItem(parts, words, findings),
    radiusItem(parts.radius(), parts.radsec(), words),
    rulesItem(parts, words),
    wanItem(parts, words),
    clockItem(parts, words, language),
    diskItem(parts, words),
    flashItem(words, findings),
    memoryItem(parts, words, language),
  ]
    .filter((item) => item !== null)
    .concat(extraItems(parts, words, findings));
}

/** Without a hub and without a site file nobody can log in. A fresh container lacks only this. */
function rulesItem({ hub, hasSiteFile, feed }: FactSources, words: StatusWords): StatusItem {
  const name = words.rules;
  if (hasSiteFile) return { name, state: "ok", text: words.fromFile };
  if (hub.state === "none") return { name, state: "missing", text: words.noRules, advice: words.setRules };
  const plans = feed.rows("plan").size;
  if (plans > 0) return { name, state: "ok", text: words.plansFromHub(plans) };
  return { name, state: "waiting", text: words.noPlans, advice: words.addPlans };
}

function radiusItem(radius: RadiusStatus, radsec: RadsecStatus | null, words: StatusWords): StatusItem {
  const name = words.radius;
  if (radius.kind === "no-secret") {
    return { name, state: "missing", text: words.radiusOff, advice: words.setSecret };
  }
  if (radius.kind === "failed") return { name, state: "wrong", text: radius.message };
  if (radsec?.kind === "failed") return { name, state: "wrong", text: radsec.message };
  const { counters, reachedAt: { authPort, acctPort } = radius } = radius;
  const overTls = radsec?.counters ?? createCounters();
  const ports = `${authPort}/${acctPort}`;
  const seen = counters.accepts + counters.rejects + overTls.accepts + overTls.rejects;
  if (counters.badAuthenticators > 0 && seen === 0) {
    const from = counters.lastBadAuthenticatorFrom ?? words.somewhere;
    return { name, state: "wrong", text: words.otherSecret(from), advice: words.compareSecrets };
  }
  if (seen + counters.accountingRequests + overTls.accountingRequests === 0) {
    return { name, state: "waiting", text: words.radiusUnheard(ports), advice: words.tryLogIn };
  }
  return { name, state: "ok", text: words.radiusHeard(ports, seen) };
}

/** A cut line is noticed sooner than the hub's silence: an open connection alone is then no proof. */
function hubItem({ hub, hubProblem, wan }: FactSources, words: StatusWords): StatusItem {
  const name = words.hub;
  const problem = hubProblem();
  if (problem !== null) return { name, state: "wrong", text: problem };
  if (hub.state === "connected" && wan.state === "down")
    return { name, state: "waiting", text: words.connectedButCut, advice: words.hubAway };
  if (hub.state === "connected") return { name, state: "ok", text: words.connected };
  if (hub.state === "none") return { name, state: "ok", text: words.alone };
  const { silentForMs } = hub;
  const text = silentForMs === null ? words.notReached : words.silent(spanText(Math.round(silentForMs / 1000), words));
  return { name, state: "waiting", text, advice: words.hubAway };
}

/** Null: a finding of the doctor says more. */
function routerItem(
  { hasRouterApi }: FactSources,
  words: StatusWords,
  findings: readonly Finding[],
): StatusItem | null {
  const name = words.router;
  if (!hasRouterApi) return { name, state: "ok", text: words.routerUnset, advice: words.setRouter };
  const found = findings.find(({ check }) => check === "router-api");
  if (found === undefined) return { name, state: "waiting", text: words.routerAsked };
  const { grade, text, advice } = found;
  return { name, state: stateOf(grade), text, advice };
}

function wanItem({ wan }: FactSources, words: StatusWords): StatusItem {
  const name = words.internet;
  if (wan.state === "up") return { name, state: "ok", text: words.reached };
  if (wan.state === "unknown") return { name, state: "ok", text: words.notChecked };
  const text = words.away(spanText(Math.round((wan.downForMs ?? 0) / 1000), words));
  return { name, state: "waiting", text, advice: words.internetAway };
}

/** In the site's zone, which is named: the phone on the ladder may have another one. `20 Nov 2026, 15:00 UTC+3` */
function momentHere(atMs: number, { feed }: Pick<FactSources, "feed">, language: StaffLanguage): string {
  const minutes = feed.rows("provider").get("provider")?.utcOffsetMinutes ?? 0;
  const at = new Date(atMs + minutes * 60_000);
  const day = at.toLocaleDateString(`${language}-KE`, { timeZone: "UTC", day: "numeric", month: "short" });
  return `${day} ${at.getUTCFullYear()}, ${at.toISOString().slice(11, 16)} ${zoneText(minutes)}`;
}

function clockItem({ world, feed }: FactSources, words: StatusWords, language: StaffLanguage): StatusItem {
  const { atMs, quality } = world.clock.wall();
  const name = words.clock;
  const shown = momentHere(atMs, { feed }, language);
  if (quality === "synced") return { name, state: "ok", text: `${shown}.` };
  if (quality === "estimated") return { name, state: "waiting", text: words.about(shown), advice: words.waitForTime };
  return { name, state: "waiting", text: words.timeUnknown, advice: words.setNtp };
}

/**
 * More than this a day wears cheap flash out within a few years. A router's own can't be replaced: twice what a full site writes
 * (docs/performance.md).
 */
const bytesPerDayMax = { stick: 100 * 1024 * 1024, flash: 30 * 1024 * 1024 } as const;

function diskItem({ journal, flash, shared, isOnFlash }: FactSources, words: StatusWords): StatusItem {
  const name = words.disk;
  const what = shared();
  if (what !== null) return { name, state: "wrong", text: words.shared(what), advice: words.stopOther };
  if (!journal.writable) return { name, state: "wrong", text: words.refuses, advice: words.isFull };
  const { lastDayBytes, lastDaySeconds } = flash();
  const written = words.written((lastDayBytes / 1024 / 1024).toFixed(1), spanText(lastDaySeconds, words));
  if (lastDayBytes > bytesPerDayMax[isOnFlash ? "flash" : "stick"])
    return { name, state: "wrong", text: written, advice: words.wears };
  return { name, state: "ok", text: `${words.lastRecord(journal.figures().lastSeq)} ${written}` };
}

/** What is lost without a stick, in the doctor's words. Null: there is one, or the doctor has not looked yet. */
function flashItem(words: StatusWords, findings: readonly Finding[]): StatusItem | null {
  const text = findings.find(({ check }) => check === "flash")?.text;
  return text === undefined ? null : { name: words.withoutStick, state: "ok", text };
}

/** Null: it remembers all. Without a hub nobody can tell a site what it forgot: it says since when it remembers. */
function memoryItem(
  { state, feed, hub, hasSiteFile }: FactSources,
  words: StatusWords,
  language: StaffLanguage,
): StatusItem | null {
  const { lost, forgot, beganAtMs } = state.memory;
  if (lost === null && hub.state !== "none") return null;
  if (lost === null) {
    if (forgot !== null)
      return {
        name: words.memory,
        state: "wrong",
        text: words.forgot(momentHere(forgot.atMs, { feed }, language)),
        advice: words.changeCodes,
      };
    return hasSiteFile && beganAtMs > 0
      ? { name: words.memory, state: "ok", text: words.remembersSince(momentHere(beganAtMs, { feed }, language)) }
      : null;
  }
  const sells = feed.rows("provider").get("provider")?.sellsUnremembered === true;
  const text = sells ? words.soldUnremembered : words.heldUntilTold;
  return { name: words.memory, state: sells ? "waiting" : "wrong", text, advice: words.letHubTell };
}

function spanText(seconds: number, words: StatusWords): string {
  if (seconds < 120) return words.seconds(seconds);
  return seconds < 7200 ? words.minutes(Math.round(seconds / 60)) : words.hours(Math.round(seconds / 3600));
}

/** Findings that the rows above show already. */
const shownAbove = ["radius-ports", "clock", "disk", "hub-enrolment", "dns", "router-api"];

function extraItems(
  { hasPortalFiles, evicting, nameProblem }: FactSources,
  words: StatusWords,
  findings: readonly Finding[],
): StatusItem[] {
  const items: StatusItem[] = [];
  const problem = nameProblem();
  if (problem !== null) items.push({ name: words.names, state: "waiting", text: problem, advice: words.goOn });
  if (!hasPortalFiles) items.push({ name: words.portal, state: "missing", text: words.unbuilt, advice: words.build });
  for (const { check, grade, text, advice } of findings) {
    if (grade === "ok" || shownAbove.includes(check)) continue;
    items.push({ name: areaOf(check, words), state: stateOf(grade), text, advice });
  }
  if (evicting() > 0) {
    items.push({
      name: words.enforcement,
      state: "waiting",
      text: words.shouldBeOff(evicting()),
      advice: words.incoming,
    });
  }
  return items;
}

/** What a finding is about, as the rows above name it. */
const areaOf = (check: string, words: StatusWords): string =>
  /^radius/.test(check) ? words.radius : /^(disk|stick|journal|moved)/.test(check) ? words.disk : words.board;

const stateOf = (grade: Finding["grade"]): StatusItem["state"] => (grade === "notice" ? "waiting" : grade);
