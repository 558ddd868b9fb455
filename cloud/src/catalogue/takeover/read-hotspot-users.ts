/**
 * Local users of a router's hotspot, made by hand or by Mikhmon, whose marks stand in comments and in the script that a profile runs
 * at log-in. Facts: laksa19/mikhmonv3 `hotspot/adduserprofile.php`, `generateuser.php`. Pure.
 */
import { cutText } from "@karibu/protocol/whole-text";
import {
  type ForeignBook,
  type ForeignPlan,
  type ForeignState,
  type ForeignUser,
  type ReadingOf,
  untold,
  type Warning,
} from "./foreign-book.ts";
import type { RouterExport } from "./read-export.ts";
import { byteCount, dateTimeMs, durationSeconds, isYes, type MenuRow, rateLimit } from "./routeros-values.ts";

/** `:put (",rem,2000,1d,2500,,Disable,");` at the head of a profile's `on-login`. */
interface MikhmonMark {
  readonly price: string | null;
  readonly validitySeconds: number | null;
}

export function readHotspotUsers({ rows, version, isPartial }: RouterExport, of: ReadingOf): ForeignBook {
  const warnings: Warning[] = [];
  const warn = (code: Warning["code"], row: MenuRow, what: string) =>
    warnings.push({ code, line: Number(row.line ?? 0), what: cutText(what, 200) });
  if (isPartial) warnings.push({ code: "partial-export", line: 0, what: "" });
  const profiles = rows.get("/ip/hotspot/user/profile") ?? [];
  const marks = new Map(profiles.map((row) => [row.name ?? "", mikhmonMark(row)]));
  const isMikhmon = [...marks.values()].some((mark) => mark !== null);
  if (isMikhmon && isFrom710(version))
    for (const row of profiles)
      if (row["cuts-old-dates"] === "true" || /pick \$\w*date 7 11|pick \$\w*date 0 3/i.test(row["on-login"] ?? ""))
        warn("mikhmon-dates", row, row.name ?? "");

  const plans = profiles.map((row): ForeignPlan => {
    const mark = marks.get(row.name ?? "") ?? null;
    const rate = row["rate-limit"] === undefined ? null : rateLimit(row["rate-limit"]);
    if (row["rate-limit"] && rate === null) warn("bad-value", row, `rate-limit=${row["rate-limit"]}`);
    return {
      name: row.name ?? "",
      price: mark?.price ?? null,
      validitySeconds: mark?.validitySeconds ?? null,
      useSeconds: null,
      dataBytes: null,
      downKbps: rate?.downKbps ?? null,
      upKbps: rate?.upKbps ?? null,
      devices: /^\d+$/.test(row["shared-users"] ?? "") ? Number(row["shared-users"]) : 1,
    };
  });
  const users = [
    ...(rows.get("/ip/hotspot/user") ?? []).filter(isMade).map((row) => hotspotUser(row)),
    ...(rows.get("/ppp/secret") ?? []).filter(isPppoe).map((row) => secretOf(row)),
  ];
  return { source: isMikhmon ? "mikhmon" : "hotspot-users", plans, users, warnings: [...warnings, ...twice(users)] };

  function hotspotUser(row: MenuRow): ForeignUser {
    const comment = row.comment ?? "";
    const limitSeconds = numberOf(row, "limit-uptime", durationSeconds);
    const limitBytes = numberOf(row, "limit-bytes-total", byteCount);
    const usedSeconds = numberOf(row, "uptime", durationSeconds) ?? 0;
    const usedBytes = (numberOf(row, "bytes-in", byteCount) ?? 0) + (numberOf(row, "bytes-out", byteCount) ?? 0);
    const plan = row.profile ?? "default";
    const mark = marks.get(plan) ?? null;
    const isUnusedMark = /^(vc|up)-/.test(comment);
    const endsAtMs = mark === null || isUnusedMark ? null : dateTimeMs(comment.trim(), of.offsetMinutes);
    const isBadDate = mark?.validitySeconds != null && !isUnusedMark && comment !== "" && endsAtMs === null;
    if (isBadDate) warn("bad-date", row, `${row.name}: ${comment}`);
    return {
      ...untold,
      line: Number(row.line ?? 0),
      service: "hotspot",
      name: row.name ?? "",
      password: passwordOf(row),
      isPasswordHidden: isPasswordHidden(row),
      plan,
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
      if (isBadDate) return "unclear";
      if (endsAtMs !== null) return endsAtMs <= of.nowMs ? "over" : "running";
      if (limitSeconds !== null && limitSeconds > 0 && usedSeconds >= limitSeconds) return "over";
      if (limitBytes !== null && limitBytes > 0 && usedBytes >= limitBytes) return "over";
      return isUnusedMark && usedSeconds === 0 ? "unused" : usedSeconds === 0 && usedBytes === 0 ? "unused" : "running";
    }
  }

  function secretOf(row: MenuRow): ForeignUser {
    return {
      ...untold,
      line: Number(row.line ?? 0),
      service: "pppoe",
      name: row.name ?? "",
      password: passwordOf(row),
      plan: row.profile ?? "default",
      state: isYes(row.disabled) ? "blocked" : "running",
      mac: row["caller-id"] ?? null,
      fullName: row.comment ?? null,
    };
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

/** Mikhmon's `vc-` says that the password is the name. */
export const isPasswordHidden = (row: MenuRow): boolean =>
  row["password-is"] === "hidden" && row.comment?.startsWith("vc-") !== true;

/**
 * RouterOS writes no empty password in its export. A site's agent tells only of which kind a password is; null: it has one of its own. One that the agent may
 * not see counts as the name.
 */
export function passwordOf(row: MenuRow): string | null {
  const kind = row["password-is"];
  if (kind === undefined) return row.password ?? "";
  if (kind === "name" || kind === "hidden") return row.name ?? "";
  return kind === "none" ? "" : null;
}

/** RouterOS has a trial user of its own, and makes others while they are online. */
const isMade = (row: MenuRow): boolean => !isYes(row.default) && !isYes(row.dynamic);

const isPppoe = ({ service = "any" }: MenuRow): boolean => service === "any" || service === "pppoe";

/** Null: Mikhmon did not make this profile. */
function mikhmonMark(row: MenuRow): MikhmonMark | null {
  const [, written] = /^:put \("(,[^"]{0,200})"\)/.exec(row["on-login"] ?? "") ?? [];
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

/** The same name twice for one service: RouterOS and we look only at the name. */
export function twice(users: readonly ForeignUser[]): Warning[] {
  const seen = new Set<string>();
  return users.flatMap(({ service, name, line }): Warning[] => {
    const key = `${service} ${name.toLowerCase()}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ code: "twice", line, what: name }];
  });
}
