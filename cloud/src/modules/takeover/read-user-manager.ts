/**
 * User Manager 5 (RouterOS 7), from the rows that its menus print, or an export that has them: users, profiles, limitations, and which profile of a user runs. An
 * export does not tell what was used. Pure. @see MikroTik manual, User Manager
 */

import type { RouterExport } from "../../ground/router-exports/read-export.ts";
import {
  byteCount,
  dateTimeMs,
  durationSeconds,
  isYes,
  type MenuRow,
  rateLimit,
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
import { isPasswordHidden, passwordOf, refusedRow, unreadOf, warnInto } from "./router-rows.ts";

const from = "user-manager";
const userMenu = "/user-manager/user";
/** What each log-in was and used; none of them: its routers report nothing. */
export const sessionMenu = "/user-manager/session";

export function readUserManager({ rows, unread }: RouterExport, of: ReadingOf): PartOfBook {
  const warnings: Warning[] = [];
  const warn = warnInto(warnings);
  const limitations = new Map((rows.get("/user-manager/limitation") ?? []).map((row) => [row.name ?? "", row]));
  const limitationOf = new Map<string, MenuRow>();
  for (const { profile = "", limitation = "" } of rows.get("/user-manager/profile-limitation") ?? []) {
    const row = limitations.get(limitation);
    if (row !== undefined && !limitationOf.has(profile)) limitationOf.set(profile, row);
  }
  const list = rows.get(userMenu) ?? [];
  // Printed rows name a user by its id.
  const named = new Map(list.flatMap((row) => (row[".id"] === undefined ? [] : [[row[".id"], row.name ?? ""]])));
  const nameOf = ({ user = "" }: MenuRow): string => named.get(user) ?? user;
  const assigned = profilesByUser(rows.get("/user-manager/user-profile") ?? [], list, nameOf);
  const shares = Map.groupBy(list, ({ name = "" }) => assigned.get(name)?.profile ?? "");
  const ofUsers = new Map<string, number | null>();
  const plans = (rows.get("/user-manager/profile") ?? []).map(planOf);
  const plansByName = new Map(plans.map((plan) => [plan.name, plan]));
  // Printed rows tell it of each; an export of none.
  const isUseKnown = [...assigned.values()].some(({ state }) => state !== undefined);
  const sessions = Map.groupBy(rows.get(sessionMenu) ?? [], nameOf);
  const refused: RefusedRow[] = unreadOf(unread, userMenu, from);
  const made: MenuRow[] = [];
  for (const row of list) {
    if (row.name) made.push(row);
    else refused.push(refusedRow(from, "no-name", row, row.comment ?? ""));
  }
  const users = made.map(userOf);
  const found = list.length + unread.filter(({ menu }) => menu === userMenu).length;
  return { from, found, plans, users, refused, warnings };

  function planOf(row: MenuRow): ForeignPlan {
    const limits = limitationOf.get(row.name ?? "") ?? {};
    const written = `${limits["rate-limit-rx"] || 0}/${limits["rate-limit-tx"] || 0}`;
    const rates = rateLimit(written);
    if (rates === null) warn("bad-value", limits, `rate-limit=${written}`);
    if (row.price && centsOf(row.price) === null) warn("bad-value", row, `${row.name}: price=${row.price}`);
    const { "override-shared-users": override = "off" } = row;
    const devices = override === "off" ? devicesOfUsers(row.name ?? "") : devicesOf(override);
    return {
      ...untoldPlan,
      from,
      name: row.name ?? "",
      named: row.name ?? "",
      price: row.price ?? null,
      validitySeconds: given(row, "validity", durationSeconds),
      useSeconds: given(limits, "uptime-limit", durationSeconds),
      dataBytes: given(limits, "transfer-limit", byteCount) ?? oneWayLimit(limits),
      downKbps: rates?.downKbps ?? null,
      upKbps: rates?.upKbps ?? null,
      devices,
    };
  }

  /** Where a profile leaves it to its users: a code has as many as its plan, so those who have more are told. */
  function devicesOfUsers(profile: string): number | null {
    const known = ofUsers.get(profile);
    if (known !== undefined) return known;
    const users = shares.get(profile) ?? [];
    const devices = users.length === 0 ? 1 : leastOf(users);
    ofUsers.set(profile, devices);
    for (const user of users)
      if (devicesOf(user["shared-users"]) !== devices)
        warn("bad-value", user, `${user.name}: shared-users=${user["shared-users"]}`);
    return devices;
  }

  /** Data counts in one direction there, and in both here. */
  function oneWayLimit(limits: MenuRow): number | null {
    const one = [given(limits, "download-limit", byteCount), given(limits, "upload-limit", byteCount)];
    const limit = one.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
    if (limit > 0) warn("one-way-limit", limits, limits.name ?? "");
    return limit === 0 ? null : limit;
  }

  /** 0 and `unlimited` are no limit. */
  function given(row: MenuRow, name: string, read: (text: string) => number | null): number | null {
    const text = row[name];
    if (text === undefined || text === "" || text === "unlimited") return null;
    const value = read(text);
    if (value === null) warn("bad-value", row, `${name}=${text}`);
    return value === 0 ? null : value;
  }

  function userOf(row: MenuRow): ForeignUser {
    const name = row.name ?? "";
    const isPppoe = row.group === "ppp" || row.group === "pppoe";
    const profile = assigned.get(name);
    const end = profile?.["end-time"];
    const endsAtMs = end === undefined || end === "unlimited" ? null : dateTimeMs(end, of.offsetMinutes);
    if (end !== undefined && end !== "unlimited" && endsAtMs === null) warn("bad-date", row, `${name}: ${end}`);
    if (profile === undefined) warn("no-plan", row, name);
    // An export tells of nobody whether it began; printed rows of User Manager 5 do, and not what was used since.
    const isBeginUnknown = profile !== undefined && profile.state === undefined && !isUseKnown;
    const {
      useSeconds = null,
      dataBytes = null,
      validitySeconds = null,
    } = plansByName.get(profile?.profile ?? "") ?? {};
    const beganMs = endsAtMs === null || validitySeconds === null ? null : endsAtMs - validitySeconds * 1000;
    const used = usedBy(row, beganMs);
    const hasBegun = profile?.state?.startsWith("running") === true;
    const isUseUnknown = isBeginUnknown || (hasBegun && used === null && (useSeconds ?? dataBytes) !== null);
    return {
      ...untold,
      from,
      line: Number(row.line ?? 0),
      service: isPppoe ? "pppoe" : "hotspot",
      isSubscriber: isPppoe || Boolean(row.phone || row.email),
      name,
      password: passwordOf(row),
      isPasswordHidden: isPasswordHidden(row),
      plan: profile?.profile ?? "",
      ...(isUseUnknown ? { isUseUnknown } : {}),
      state: stateOf(row, profile, endsAtMs, isBeginUnknown),
      endsAtMs,
      usedSeconds: used?.seconds ?? 0,
      usedBytes: used?.bytes ?? 0,
      mac: row["caller-id"] ?? null,
      fullName: row.comment ?? null,
      phone: row.phone ?? null,
      email: row.email ?? null,
    };
  }

  /** As User Manager 4 prints it, or as its sessions since the profile began tell. Null: neither is there. */
  function usedBy(row: MenuRow, beganMs: number | null): { readonly seconds: number; readonly bytes: number } | null {
    const [uptime, down, up] = [
      row["uptime-used"] ?? row["total-uptime"],
      row["download-used"] ?? row["total-download"],
      row["upload-used"] ?? row["total-upload"],
    ];
    if (uptime === undefined) return sessions.size === 0 ? null : sumOf(row, beganMs);
    const seconds = durationSeconds(uptime);
    if (seconds === null) warn("bad-value", row, `${row.name}: uptime-used=${uptime}`);
    return { seconds: seconds ?? 0, bytes: (byteCount(down ?? "0") ?? 0) + (byteCount(up ?? "0") ?? 0) };
  }

  function sumOf({ name = "" }: MenuRow, beganMs: number | null): { seconds: number; bytes: number } {
    const sum = { seconds: 0, bytes: 0 };
    for (const session of sessions.get(name) ?? []) {
      const startedMs = dateTimeMs(session.started ?? "", of.offsetMinutes);
      if (beganMs !== null && startedMs !== null && startedMs < beganMs) continue;
      sum.seconds += given(session, "uptime", durationSeconds) ?? 0;
      sum.bytes += (given(session, "download", byteCount) ?? 0) + (given(session, "upload", byteCount) ?? 0);
    }
    return sum;
  }

  function stateOf(
    row: MenuRow,
    profile: MenuRow | undefined,
    endsAtMs: number | null,
    isBeginUnknown: boolean,
  ): ForeignState {
    if (isYes(row.disabled)) return "blocked";
    if (profile?.state === "used" || (endsAtMs !== null && endsAtMs <= of.nowMs)) return "over";
    if (profile?.state === "waiting" || isBeginUnknown) return "unused";
    return profile?.state === undefined ? "unclear" : "running";
  }
}

/** How many at once; null: as many as they like. */
const devicesOf = (shared: string | undefined): number | null =>
  shared === "unlimited" ? null : /^\d+$/.test(shared ?? "") ? Number(shared) : 1;

function leastOf(users: readonly MenuRow[]): number | null {
  const told = users.flatMap((user) => devicesOf(user["shared-users"]) ?? []);
  return told.length === 0 ? null : told.reduce((one, other) => Math.min(one, other));
}

const ranks = ["running-active", "running", "waiting", "used"];
const rankOf = ({ state = "" }: MenuRow): number => (ranks.indexOf(state) + ranks.length + 1) % (ranks.length + 1);

/** The profile that counts of each user: the one that runs, before one that waits, before one that is used up. */
function profilesByUser(
  rows: readonly MenuRow[],
  users: readonly MenuRow[],
  nameOf: (row: MenuRow) => string,
): Map<string, MenuRow> {
  const counts = new Map<string, MenuRow>();
  for (const user of users)
    if (user["actual-profile"])
      counts.set(user.name ?? "", { profile: user["actual-profile"], state: stateOfOld(user) });
  for (const row of rows) {
    const user = nameOf(row);
    const before = counts.get(user);
    // Of two alike the later one.
    if (before === undefined || rankOf(row) <= rankOf(before)) counts.set(user, row);
  }
  return counts;
}

/** User Manager 4 tells only who was never there. */
const stateOfOld = (user: MenuRow): string => (user["last-seen"] === "never" ? "waiting" : "running");
