/** The rows of `/status`: what works, what is missing, and what to do about it. */

import type { StatusItem } from "../portal-server/installer/status-page.ts";
import type { RadiusStatus } from "../radius/server/radius-listener.ts";
import type { FactSources } from "./fact-sources.ts";

export function statusItems(parts: FactSources): StatusItem[] {
  return [
    rulesItem(parts),
    radiusItem(parts.radius()),
    hubItem(parts),
    wanItem(parts),
    clockItem(parts),
    diskItem(parts),
  ].concat(extraItems(parts));
}

/** Without a hub and without a site file nobody can log in. A fresh container lacks only this. */
function rulesItem({ hub, hasSiteFile, feed }: FactSources): StatusItem {
  const name = "Plans and vouchers";
  if (hasSiteFile) return { name, state: "ok", text: "Read from the site file." };
  if (hub.state === "none") {
    const text = "Nobody can log in yet: set KARIBU_HUB_URL and KARIBU_ENROL_TOKEN, or KARIBU_SITE_FILE.";
    return { name, state: "missing", text };
  }
  const plans = feed.rows("plan").size;
  if (plans > 0) return { name, state: "ok", text: `${plans} plans from the hub.` };
  return { name, state: "waiting", text: "The hub has not sent any plan yet." };
}

function radiusItem(radius: RadiusStatus): StatusItem {
  const name = "RADIUS";
  if (radius.kind === "no-secret") {
    return { name, state: "missing", text: "Off: set KARIBU_RADIUS_SECRET to the secret in the router's /radius row." };
  }
  if (radius.kind === "failed") return { name, state: "wrong", text: radius.message };
  const { authPort, acctPort, counters } = radius;
  if (counters.badAuthenticators > 0 && counters.accepts + counters.rejects === 0) {
    const from = counters.lastBadAuthenticatorFrom ?? "somewhere";
    return { name, state: "wrong", text: `Packets from ${from} are signed with another secret: compare the two.` };
  }
  const seen = counters.accepts + counters.rejects;
  return { name, state: "ok", text: `Listening on UDP ${authPort} and ${acctPort}; ${seen} log-ins answered.` };
}

function hubItem({ hub, hubProblem }: FactSources): StatusItem {
  const name = "Hub";
  const problem = hubProblem();
  if (problem !== null) return { name, state: "wrong", text: problem };
  if (hub.state === "connected") return { name, state: "ok", text: "Connected." };
  if (hub.state === "none") return { name, state: "ok", text: "This site stands alone: no hub is set." };
  const silent =
    hub.silentForMs === null ? "was never reached" : `is silent for ${Math.round(hub.silentForMs / 1000)} s`;
  return { name, state: "waiting", text: `The hub ${silent}. Vouchers and log-ins go on; buying is closed.` };
}

function wanItem({ wan }: FactSources): StatusItem {
  const name = "Internet";
  if (wan.state === "up") return { name, state: "ok", text: "Reached." };
  if (wan.state === "unknown") return { name, state: "ok", text: "Not checked yet, or this site can't tell." };
  const text = `Away for ${spanText(Math.round((wan.downForMs ?? 0) / 1000))}. Vouchers, log-ins and cash sales (/sell) go on.`;
  return { name, state: "waiting", text };
}

function clockItem({ world }: FactSources): StatusItem {
  const { atMs, quality } = world.clock.wall();
  const shown = new Date(atMs).toISOString();
  if (quality === "synced") return { name: "Clock", state: "ok", text: `${shown}.` };
  if (quality === "estimated") {
    return { name: "Clock", state: "waiting", text: `About ${shown}; waiting for NTP or the hub.` };
  }
  return { name: "Clock", state: "waiting", text: "Not known: set up NTP on the router. Nobody is expired meanwhile." };
}

/** More than this a day wears cheap flash out within a few years. */
const flashBytesPerDayMax = 100 * 1024 * 1024;

function diskItem({ journal, flash }: FactSources): StatusItem {
  const name = "Data folder";
  if (!journal.writable) return { name, state: "wrong", text: "The disk refuses to write: is it full?" };
  const { lastDayBytes, lastDaySeconds } = flash();
  const written = `${(lastDayBytes / 1024 / 1024).toFixed(1)} MB went to flash in the last ${spanText(lastDaySeconds)}`;
  if (lastDayBytes > flashBytesPerDayMax) {
    return { name, state: "wrong", text: `${written}: that wears it out. Is KARIBU_INTERIM_FLUSH_SECONDS too short?` };
  }
  return { name, state: "ok", text: `The journal's last record is number ${journal.figures().lastSeq}; ${written}.` };
}

function spanText(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}

/** Findings that the rows above show already. */
const shownAbove = ["radius-ports", "clock", "disk", "hub-enrolment", "dns"];

function extraItems({ hasRouterApi, hasPortalFiles, evicting, doctor, nameProblem }: FactSources): StatusItem[] {
  const items: StatusItem[] = [];
  const problem = nameProblem();
  if (problem !== null) items.push({ name: "DNS", state: "waiting", text: `${problem} Vouchers and log-ins go on.` });
  if (!hasRouterApi && doctor.last.length === 0) {
    const text = "Not set (KARIBU_ROUTER_HOST): sessions are ended by RADIUS alone, phones log in by themselves.";
    items.push({ name: "Router API", state: "ok", text });
  }
  if (!hasPortalFiles)
    items.push({ name: "Portal", state: "missing", text: "Its files are not built: npm run build." });
  for (const { check, grade, text, advice } of doctor.last) {
    if (grade === "ok" || shownAbove.includes(check)) continue;
    const state = grade === "wrong" ? "wrong" : "waiting";
    items.push({ name: `Doctor: ${check}`, state, text: `${text} ${advice}` });
  }
  if (evicting() > 0) {
    const text = `${evicting()} sessions should be off: are incoming requests on (/radius/incoming accept=yes)?`;
    items.push({ name: "Enforcement", state: "waiting", text });
  }
  return items;
}
