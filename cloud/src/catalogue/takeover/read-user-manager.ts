/**
 * User Manager 5 (RouterOS 7), from the rows that its menus print: users, profiles, limitations, and which profile of a user runs. An `/export` of the
 * router does not hold them. Pure. @see MikroTik manual, User Manager
 */
import { cutText } from "@karibu/protocol/whole-text";
import {
  type ForeignBook,
  type ForeignPlan,
  type ForeignUser,
  type ReadingOf,
  untold,
  type Warning,
} from "./foreign-book.ts";
import type { RouterExport } from "./read-export.ts";
import { isPasswordHidden, passwordOf, twice } from "./read-hotspot-users.ts";
import { byteCount, dateTimeMs, durationSeconds, isYes, type MenuRow, rateLimit } from "./routeros-values.ts";

export function readUserManager({ rows, isPartial }: RouterExport, of: ReadingOf): ForeignBook {
  const warnings: Warning[] = isPartial ? [{ code: "partial-export", line: 0, what: "" }] : [];
  const limitations = new Map((rows.get("/user-manager/limitation") ?? []).map((row) => [row.name ?? "", row]));
  const limitationOf = new Map<string, MenuRow>();
  for (const { profile = "", limitation = "" } of rows.get("/user-manager/profile-limitation") ?? []) {
    const row = limitations.get(limitation);
    if (row !== undefined && !limitationOf.has(profile)) limitationOf.set(profile, row);
  }
  const profiles = rows.get("/user-manager/profile") ?? [];
  const plans = profiles.map((row): ForeignPlan => {
    const limits = limitationOf.get(row.name ?? "") ?? {};
    const rates = rateLimit(`${limits["rate-limit-rx"] ?? 0}/${limits["rate-limit-tx"] ?? 0}`);
    const shared = row["override-shared-users"];
    return {
      name: row.name ?? "",
      price: row.price ?? null,
      validitySeconds: given(row.validity, durationSeconds),
      useSeconds: given(limits["uptime-limit"], durationSeconds),
      dataBytes: given(limits["transfer-limit"], byteCount),
      downKbps: rates?.downKbps ?? null,
      upKbps: rates?.upKbps ?? null,
      devices: shared === "unlimited" ? null : /^\d+$/.test(shared ?? "") ? Number(shared) : 1,
    };
  });
  const assigned = new Map<string, MenuRow>();
  for (const row of rows.get("/user-manager/user-profile") ?? []) assigned.set(row.user ?? "", row);
  const users = (rows.get("/user-manager/user") ?? []).map((row): ForeignUser => {
    const name = row.name ?? "";
    const profile = assigned.get(name);
    const end = profile?.["end-time"];
    const endsAtMs = end === undefined || end === "unlimited" ? null : dateTimeMs(end, of.offsetMinutes);
    const line = Number(row.line ?? 0);
    if (end !== undefined && end !== "unlimited" && endsAtMs === null)
      warnings.push({ code: "bad-date", line, what: cutText(`${name}: ${end}`, 200) });
    if (profile === undefined) warnings.push({ code: "no-plan", line, what: cutText(name, 200) });
    const stateOfProfile = profile?.state;
    return {
      ...untold,
      line,
      service: row.group === "ppp" || row.group === "pppoe" ? "pppoe" : "hotspot",
      name,
      password: passwordOf(row),
      isPasswordHidden: isPasswordHidden(row),
      plan: profile?.profile ?? "",
      state: isYes(row.disabled)
        ? "blocked"
        : stateOfProfile === "used" || (endsAtMs !== null && endsAtMs <= of.nowMs)
          ? "over"
          : stateOfProfile === "waiting"
            ? "unused"
            : stateOfProfile === undefined
              ? "unclear"
              : "running",
      endsAtMs,
      mac: row["caller-id"] ?? null,
      fullName: row.comment ?? null,
      phone: row.phone ?? null,
      email: row.email ?? null,
    };
  });
  return { source: "user-manager", plans, users, warnings: [...warnings, ...twice(users)] };
}

/** 0 and `unlimited` are no limit. */
function given(text: string | undefined, read: (text: string) => number | null): number | null {
  const value = text === undefined ? null : read(text);
  return value === 0 ? null : value;
}
