/** Lines of PPPoE in a router's own list, and the profiles that are their plans. Pure. @see MikroTik manual, PPP AAA */

import type { RouterExport } from "../../ground/router-exports/read-export.ts";
import {
  givenSeconds,
  ip4,
  isYes,
  type MenuRow,
  paidUntilAtHead,
  prefix4,
} from "../../ground/router-exports/routeros-values.ts";
import {
  type ForeignPlan,
  type ForeignUser,
  type PartOfBook,
  type ReadingOf,
  type RefusedRow,
  untold,
  untoldPlan,
  type Warning,
} from "./foreign-book.ts";
import { isPasswordHidden, limitsOf, passwordOf, refusedRow, unreadOf, warnInto } from "./router-rows.ts";

const from = "ppp-secrets";
const secretMenu = "/ppp/secret";
const profileMenu = "/ppp/profile";
const poolName = /^[A-Za-z0-9._-]{1,64}$/;
const isNtHash = (text: string | undefined): text is string => /^[0-9a-f]{32}$/i.test(text ?? "");

export function readPppSecrets({ rows, unread }: RouterExport, of: ReadingOf): PartOfBook {
  const warnings: Warning[] = [];
  const warn = warnInto(warnings);
  const profiles = rows.get(profileMenu) ?? [];
  const secrets = rows.get(secretMenu) ?? [];
  const refused: RefusedRow[] = unreadOf(unread, secretMenu, from);
  const lines: MenuRow[] = [];
  for (const row of secrets) {
    const { service = "any", name = "" } = row;
    const isPppoe = service === "any" || service === "pppoe";
    const code = name === "" ? "no-name" : isYes(row.dynamic) ? "router-own" : isPppoe ? null : "other-service";
    if (code === null) lines.push(row);
    else refused.push(refusedRow(from, code, row, name === "" ? service : `${name} (${service})`));
  }
  const usual = profiles.find((row) => isYes(row.default) && row.name !== "default-encryption");
  const usualName = usual?.name ?? "default";
  const used = new Set(lines.map(({ profile = usualName }) => profile));
  const isKnown = new Set(profiles.map(({ name = "" }) => name));
  // The factory's two are not in an export while nobody changed them.
  const factory = ["default", "default-encryption"].filter((name) => used.has(name) && !isKnown.has(name));
  const plans = [...profiles, ...factory.map((name): MenuRow => ({ name }))]
    .filter(({ name = "", default: isDefault }) => used.has(name) || !isYes(isDefault))
    .map(planOf);
  const users = lines.map(lineOf);
  return {
    from,
    found: secrets.length + unread.filter(({ menu }) => menu === secretMenu).length,
    plans,
    users,
    refused,
    warnings,
  };

  function planOf(row: MenuRow): ForeignPlan {
    const limits = limitsOf(row, warn);
    const remote = row["remote-address"] ?? "";
    const isPool = poolName.test(remote) && !ip4.test(remote);
    if (remote !== "" && !isPool && !ip4.test(remote)) warn("bad-value", row, `remote-address=${remote}`);
    return {
      ...untoldPlan,
      from,
      name: row.name ?? "",
      named: row.name ?? "",
      ...limits,
      devices: isOnlyOne(row) ? 1 : null,
      idleSeconds: givenSeconds(row["idle-timeout"]),
      pool: isPool ? remote : null,
    };
  }

  /** `default`: as the default profile says; there it is no. */
  function isOnlyOne({ "only-one": said = "default" }: MenuRow): boolean {
    return isYes(said === "default" ? usual?.["only-one"] : said);
  }

  function lineOf(row: MenuRow): ForeignUser {
    const comment = row.comment?.trim() ?? "";
    // Scripts of other systems keep the paid date there: it is nobody's name.
    const paid = paidUntilAtHead(comment, of.offsetMinutes);
    const named = paid === null ? comment : paid.note;
    // A day long past, of a line that is on, is when it was laid, or nobody keeps it up: it cuts no house off.
    const isKept = paid !== null && (!paid.isDay || paid.untilMs > of.nowMs || isYes(row.disabled));
    return {
      ...untold,
      from,
      line: Number(row.line ?? 0),
      service: "pppoe",
      isSubscriber: true,
      name: row.name ?? "",
      password: passwordOf(row),
      ...(isNtHash(row["password-nt"])
        ? { passwordHash: { ntHash: row["password-nt"], isShort: isYes(row["password-short"]) } }
        : { isPasswordHidden: isPasswordHidden(row) }),
      plan: row.profile ?? usualName,
      state: isYes(row.disabled) ? "blocked" : "running",
      endsAtMs: isKept ? paid.untilMs : null,
      mac: row["caller-id"] ?? null,
      fullName: named === "" || (paid !== null && !/\p{L}{2}/u.test(named)) ? null : named,
      address: addressOf(row),
    };
  }

  function addressOf(row: MenuRow): ForeignUser["address"] {
    const remote = row["remote-address"] ?? "";
    const isIp = ip4.test(remote);
    const isPool = !isIp && poolName.test(remote);
    if (remote !== "" && !isIp && !isPool) warn("bad-value", row, `${row.name}: remote-address=${remote}`);
    const routes = (row.routes ?? "").split(",").flatMap((route) => {
      const [prefix = ""] = route.trim().split(/\s+/);
      if (prefix === "") return [];
      if (prefix4.test(prefix)) return [prefix];
      warn("bad-value", row, `${row.name}: routes=${route}`);
      return [];
    });
    const ipv6Prefix = row["remote-ipv6-prefix"]?.trim() || null;
    if (!isIp && !isPool && routes.length === 0 && ipv6Prefix === null) return null;
    return {
      ...(ipv6Prefix === null ? {} : { ipv6Prefix }),
      ...(isIp ? { ip: remote } : {}),
      ...(isPool ? { pool: remote } : {}),
      ...(routes.length === 0 ? {} : { routes }),
    };
  }
}
