/** What else is wrong at a router (`RouterUpkeep`), as findings; each says what the reader can do. Pure. */
import type { RouterUpkeep } from "../ground/router-control.ts";
import type { Finding } from "./finding.ts";
import type { FindingLanguage } from "./finding-words.ts";
import { shortText } from "./short-text.ts";
import { type UpkeepWords, upkeepWords } from "./upkeep-words.ts";

export interface UpkeepFacts {
  readonly upkeep: RouterUpkeep;
  /** Sessions that are open now. */
  readonly sessions: number;
  /** Of the plans that are sold here; null: none has a limit. */
  readonly fastestPlanKbps: number | null;
}

/** Users of the hotspot at once, and so many PPPoE tunnels. @see RouterOS manual, Licensing */
const licenceUsersMax: Readonly<Record<string, number>> = { "0": 1, "3": 1, "4": 200, "5": 500 };
/** WireGuard over IPv4: 20 IP, 8 UDP, 32 of its own. */
const tunnelOverheadBytes = 60;
const badBlocksPercentMax = 5;

export function upkeepFindings(facts: UpkeepFacts, language: FindingLanguage): Finding[] {
  const words = upkeepWords[language];
  return [
    ...licence(facts, words),
    ...health(facts.upkeep, words),
    ...names(facts.upkeep, words),
    ...freeRiders(facts.upkeep, words),
    ...network(facts, words),
  ];
}

type Level = "notice" | "wrong" | "stops";

function finding(check: string, level: Level, [text, advice]: readonly [string, string]): Finding {
  const grade = level === "notice" ? "notice" : "wrong";
  return { check, grade, text, advice, ...(level === "stops" ? { stops: true } : {}) };
}

function licence({ upkeep, sessions }: UpkeepFacts, words: UpkeepWords): Finding[] {
  const max = licenceUsersMax[upkeep.licenceLevel ?? ""];
  if (max === undefined) return [];
  const text = words.licence(upkeep.licenceLevel ?? "", max, sessions);
  if (sessions >= max) return [finding("licence-limit", "stops", text)];
  return sessions >= max * 0.8 ? [finding("licence-limit", "notice", text)] : [];
}

function health({ isFlagged, firmware, badBlocksPercent }: RouterUpkeep, words: UpkeepWords): Finding[] {
  const found: Finding[] = [];
  if (isFlagged === true) found.push(finding("flagged", "wrong", words.flagged));
  if (firmware !== null && firmware.current !== firmware.upgrade)
    found.push(
      finding("board-firmware", "notice", words.firmware(shortText(firmware.current), shortText(firmware.upgrade))),
    );
  if (badBlocksPercent !== null && badBlocksPercent > 0)
    found.push(
      finding(
        "flash-wear",
        badBlocksPercent > badBlocksPercentMax ? "wrong" : "notice",
        words.flashWear(badBlocksPercent),
      ),
    );
  return found;
}

function names({ dns, openProbes }: RouterUpkeep, words: UpkeepWords): Finding[] {
  const found: Finding[] = [];
  if (dns?.hasServer === false) found.push(finding("router-dns", "stops", words.noDns));
  if (openProbes !== null && openProbes.length > 0)
    found.push(finding("open-probes", "wrong", words.openProbes(listed(openProbes))));
  return found;
}

const listed = (texts: readonly string[]) => texts.slice(0, 3).map(shortText).join(", ");

/** [RAD-17] Who surfs past the agent. What a binding or a local user is for, only people know: they are told, not removed. */
function freeRiders(upkeep: RouterUpkeep, words: UpkeepWords): Finding[] {
  const found: Finding[] = [];
  const { bypassed, localUsers, sessionsWithoutUs, twinMacs, busyHosts } = upkeep;
  if (bypassed !== null && bypassed.length > 0)
    found.push(finding("bypassed", "notice", words.bypassed(bypassed.length, listed(bypassed))));
  if (localUsers !== null && localUsers.count > 0)
    found.push(finding("local-users", "notice", words.localUsers(localUsers.count)));
  if (sessionsWithoutUs !== null && sessionsWithoutUs > 0)
    found.push(finding("sessions-without-us", "wrong", words.sessionsWithoutUs(sessionsWithoutUs)));
  if (upkeep.hasTrial === true) found.push(finding("trial", "wrong", words.trial));
  found.push(...twins(twinMacs ?? [], words));
  const [busiest] = busyHosts ?? [];
  if (busiest !== undefined) {
    const megabytes = Math.round(busiest.bytes / 1_000_000);
    found.push(finding("dns-tunnel", "wrong", words.dnsTunnel(shortText(busiest.mac), megabytes, busiest.packets)));
  }
  return found;
}

/** [RAD-17] Also where the router shows nothing else. */
export const twinFinding = (macs: readonly string[], language: FindingLanguage): Finding[] =>
  twins(macs, upkeepWords[language]);

function twins(macs: readonly string[], words: UpkeepWords): Finding[] {
  return macs.length === 0 ? [] : [finding("twin-mac", "wrong", words.twinMac(macs.length, listed(macs)))];
}

function network({ upkeep, fastestPlanKbps }: UpkeepFacts, words: UpkeepWords): Finding[] {
  const { ipv6Leaks, uplink, tunnelMtu } = upkeep;
  const found: Finding[] = [];
  if (ipv6Leaks !== null && ipv6Leaks > 0) found.push(finding("ipv6-leak", "stops", words.ipv6(ipv6Leaks)));
  const mtu = uplink?.mtu ?? null;
  if (mtu !== null && tunnelMtu !== null && tunnelMtu + tunnelOverheadBytes > mtu)
    found.push(
      finding("mtu", "wrong", words.mtu(shortText(uplink?.name ?? ""), mtu, tunnelMtu, mtu - tunnelOverheadBytes)),
    );
  const mbps = uplink?.mbps ?? null;
  if (mbps !== null && fastestPlanKbps !== null && fastestPlanKbps > mbps * 1000) {
    const text = words.slowPort(shortText(uplink?.name ?? ""), mbps, Math.round(fastestPlanKbps / 1000));
    found.push(finding("plan-above-port", "wrong", text));
  }
  return found;
}
