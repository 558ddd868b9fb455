/**
 * Local users of a router's hotspot, made by hand or by Mikhmon, whose marks stand in comments and in the script that a profile runs
 * at log-in. Facts: laksa19/mikhmonv3 `hotspot/adduserprofile.php`, `generateuser.php`. Pure.
 */

import type { RouterExport } from "../../ground/router-exports/read-export.ts";
import {
  byteCount,
  dateAtHeadMs,
  durationSeconds,
  givenSeconds,
  isYes,
  type MenuRow,
} from "../../ground/router-exports/routeros-values.ts";
import {
  type ForeignPlan,
  type ForeignState,
  type ForeignUser,
  type PartOfBook,
  type ReadingOf,
  type RefusedRow,
  untold,
  untoldPlan,
  type Warning,
} from "./foreign-book.ts";
import { centsOf } from "./listing.ts";
import { isPasswordHidden, limitsOf, passwordOf, refusedRow, unreadOf, warnInto } from "./router-rows.ts";

const from = "hotspot-users";
/** Printed rows tell it of every profile that nobody changed. */
const factoryKeepaliveSeconds = 120;
const userMenu = "/ip/hotspot/user";
/** Its sessions of this moment, where a router's menus were printed. */
export const activeMenu = "/ip/hotspot/active";

/** `:put (",rem,2000,1d,2500,,Disable,");` at the head of a profile's `on-login`. */
interface MikhmonMark {
  readonly price: string | null;
  readonly validitySeconds: number | null;
}

export function readHotspotUsers(
  { rows, version, unread }: RouterExport,
  of: ReadingOf,
): PartOfBook & { readonly isMikhmon: boolean } {
  const warnings: Warning[] = [];
  const warn = warnInto(warnings);
  const profiles = rows.get("/ip/hotspot/user/profile") ?? [];
  const list = rows.get(userMenu) ?? [];
  const refused: RefusedRow[] = unreadOf(unread, userMenu, from);
  const made: MenuRow[] = [];
  for (const row of list) {
    const code = isYes(row.default) || isYes(row.dynamic) ? "router-own" : row.name ? null : "no-name";
    if (code === null) made.push(row);
    else refused.push(refusedRow(from, code, row, row.name ?? row.comment ?? ""));
  }
  const usualName = profiles.find((row) => isYes(row.default))?.name ?? "default";
  const marks = new Map(profiles.map((row) => [row.name ?? "", mikhmonMark(row)]));
  const isMikhmon = [...marks.values()].some((mark) => mark !== null);
  if (isMikhmon && isFrom710(version))
    for (const row of profiles)
      if (row["cuts-old-dates"] === "true" || /pick \$\w*date 7 11|pick \$\w*date 0 3/i.test(row["on-login"] ?? ""))
        warn("mikhmon-dates", row, row.name ?? "");

  // The factory's own is not in an export while nobody changed it: one device, and no other limit.
  const isUsed = made.some(({ profile = usualName }) => profile === usualName);
  const isAbsent = isUsed && profiles.every(({ name }) => name !== usualName);
  const plans = [...profiles, ...(isAbsent ? [{ name: usualName } as MenuRow] : [])].map((row): ForeignPlan => {
    const mark = marks.get(row.name ?? "") ?? null;
    const limits = limitsOf(row, warn);
    const scripted = scheduledSeconds(row["on-login"]);
    if (mark === null && scripted === null && row["on-login"]) warn("script-unread", row, `${row.name}: on-login`);
    if (mark?.price != null && centsOf(mark.price) === null) warn("bad-value", row, `${row.name}: price=${mark.price}`);
    const [idle, keepalive] = [givenSeconds(row["idle-timeout"]), givenSeconds(row["keepalive-timeout"])];
    return {
      ...untoldPlan,
      from,
      name: row.name ?? "",
      named: row.name ?? "",
      price: mark?.price ?? null,
      validitySeconds: mark === null ? scripted : mark.validitySeconds,
      ...limits,
      idleSeconds: idle ?? (keepalive === factoryKeepaliveSeconds ? null : keepalive),
      devices: sharedUsers(row["shared-users"]),
    };
  });
  // An export has neither: what was used is known from printed rows alone.
  const isUseKnown = list.some((row) => row.uptime !== undefined || row["bytes-out"] !== undefined);
  const sessions = Map.groupBy(
    (rows.get(activeMenu) ?? []).filter(({ radius }) => !isYes(radius)),
    ({ user = "" }) => user,
  );
  const expiring = new Set(plans.flatMap(({ named, validitySeconds }) => (validitySeconds === null ? [] : [named])));
  const users = made.map(hotspotUser);
  const found = list.length + unread.filter(({ menu }) => menu === userMenu).length;
  return { from, found, plans, users, refused, warnings, isMikhmon };

  function hotspotUser(row: MenuRow): ForeignUser {
    const comment = row.comment ?? "";
    const limitSeconds = numberOf(row, "limit-uptime", durationSeconds);
    const limitBytes = numberOf(row, "limit-bytes-total", byteCount) || oneWayLimit(row);
    // The router adds a session to its user when it ends.
    const online = sessions.get(row.name ?? "") ?? [];
    const usedSeconds = sum([row, ...online], "uptime", durationSeconds);
    const usedBytes = sum([row, ...online], "bytes-in", byteCount) + sum([row, ...online], "bytes-out", byteCount);
    const plan = row.profile ?? usualName;
    const mark = marks.get(plan) ?? null;
    const isUnusedMark = /^(vc|up)-/.test(comment);
    const isExpiring = mark !== null || expiring.has(plan);
    const noted = isUnusedMark ? null : dateAtHeadMs(comment, of.offsetMinutes);
    // Where nothing says that a date is an end: one to come is, and of one that has passed nobody knows.
    const isPastNote = !isExpiring && noted !== null && noted <= of.nowMs;
    if (isPastNote) warn("past-date", row, `${row.name}: ${comment}`);
    const endsAtMs = isPastNote ? null : noted;
    const isBadDate = mark?.validitySeconds != null && !isUnusedMark && comment !== "" && endsAtMs === null;
    if (isBadDate) warn("bad-date", row, `${row.name}: ${comment}`);
    // Mikhmon takes its mark away at the first log-in, where the code expires.
    const isFresh = isUnusedMark && isExpiring;
    const isUseUnknown = !isUseKnown && !isFresh && ((limitSeconds ?? 0) > 1 || (limitBytes ?? 0) > 0);
    return {
      ...untold,
      from,
      line: Number(row.line ?? 0),
      service: "hotspot",
      isSubscriber: false,
      name: row.name ?? "",
      password: passwordOf(row),
      isPasswordHidden: isPasswordHidden(row),
      plan,
      ...(isUseUnknown ? { isUseUnknown } : {}),
      state: stateOf(),
      endsAtMs,
      usedSeconds,
      usedBytes,
      limitSeconds: limitSeconds === 0 ? null : limitSeconds,
      limitBytes: limitBytes === 0 ? null : limitBytes,
      mac: row["mac-address"] ?? null,
      email: row.email ?? null,
    };

    function stateOf(): ForeignState {
      // Mikhmon blocks by a second of uptime.
      if (isYes(row.disabled) || limitSeconds === 1) return "blocked";
      if (isBadDate || isPastNote) return "unclear";
      // Whom the router lets go on is not over, whatever was counted twice.
      if (online.length > 0) return "running";
      if (endsAtMs !== null) return endsAtMs <= of.nowMs ? "over" : "running";
      if (limitSeconds !== null && limitSeconds > 0 && usedSeconds >= limitSeconds) return "over";
      if (limitBytes !== null && limitBytes > 0 && usedBytes >= limitBytes) return "over";
      return isUnusedMark && usedSeconds === 0 ? "unused" : usedSeconds === 0 && usedBytes === 0 ? "unused" : "running";
    }
  }

  /** Data counts in one direction there, and in both here. */
  function oneWayLimit(row: MenuRow): number | null {
    const [up, down] = [numberOf(row, "limit-bytes-in", byteCount), numberOf(row, "limit-bytes-out", byteCount)];
    const limit = (up ?? 0) + (down ?? 0);
    if (limit > 0) warn("one-way-limit", row, row.name ?? "");
    return limit === 0 ? null : limit;
  }

  function sum(of: readonly MenuRow[], name: string, read: (text: string) => number | null): number {
    return of.reduce((total, row) => total + (numberOf(row, name, read) ?? 0), 0);
  }

  /** Null: it is not there, or of another shape, which is said. */
  function numberOf(row: MenuRow, name: string, read: (text: string) => number | null): number | null {
    const text = row[name];
    if (text === undefined || text === "") return null;
    const value = read(text);
    if (value === null) warn("bad-value", row, `${name}=${text}`);
    return value;
  }
}

/** Null: no bound. */
const sharedUsers = (text: string | undefined): number | null =>
  text === "unlimited" ? null : /^\d+$/.test(text ?? "") ? Number(text) : 1;

/** What scripts like Mikhmon's do at log-in: a scheduler of the user's name removes it after so long. */
function scheduledSeconds(script: string | undefined): number | null {
  const [, interval] =
    /\bsch(?:eduler)?[ /]add\b[^;\n]{0,300}?\binterval="?([0-9wdhms:]{1,20})/.exec(script ?? "") ?? [];
  return givenSeconds(interval);
}

/** Null: Mikhmon did not make this profile. */
function mikhmonMark(row: MenuRow): MikhmonMark | null {
  const [, written] = /^[\s{]*:put \("(,[^"]{0,200})"\)/.exec(row["on-login"] ?? "") ?? [];
  const inside = written ?? row["mikhmon-mark"];
  if (inside === undefined) return null;
  const [, , cost = "", validity = "", selling = ""] = inside.split(",");
  const price = selling !== "" && selling !== "0" ? selling : cost;
  return {
    price: /^\d+([.,]\d+)?$/.test(price) && Number(price.replace(",", ".")) > 0 ? price : null,
    validitySeconds: validity === "" ? null : durationSeconds(validity),
  };
}

/** From 7.10 on RouterOS prints dates as `2023-07-14`; Mikhmon's script cuts them as `jul/14/2023`, and nothing expires any more. */
function isFrom710(version: string | null): boolean {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  return major > 7 || (major === 7 && minor >= 10);
}
