/**
 * The tables of FreeRADIUS: log-ins, groups and what was used; names of people from daloRADIUS and RADIUSdesk. Pure.
 * @see FreeRADIUS, raddb/mods-config/sql/main; lirantal/daloradius `contrib/db`; RADIUSdesk/rdcore `cake4/rd_cake/setup/db/rd.sql`
 */

import { ip4, prefix4 } from "../../ground/router-exports/routeros-values.ts";
import { radiusDateMs } from "./database-dates.ts";
import {
  type ForeignBook,
  type ForeignPlan,
  type ForeignState,
  type ForeignUser,
  type ReadingOf,
  twice,
  untold,
  untoldPlan,
  type Warning,
} from "./foreign-book.ts";
import { centsOf } from "./listing.ts";
import { freeNames } from "./plan-names.ts";
import {
  type Attribute,
  type AttributeLimits,
  isUnreadAttribute,
  limitsOfAttributes,
  ntHashOfAttributes,
  passwordOfAttributes,
} from "./radius-attributes.ts";
import type { RadiusUse, RadiusUses } from "./radius-use.ts";
import { withDeskUse } from "./radiusdesk-use.ts";
import type { TableRow, TablesRead } from "./read-sql-dump.ts";
import { refusedRow, unreadRowsOf, warnInto } from "./router-rows.ts";

const from = "radius-users";
const originOf = { radcheck: from, radreply: from } as const;

export function readRadius(tables: TablesRead, uses: RadiusUses, of: ReadingOf): ForeignBook {
  const rowsOf = (table: string) => tables.rows.get(table) ?? [];
  const warnings: Warning[] = tables.isCut ? [{ code: "partial-export", line: 0, what: "" }] : [];
  const warn = warnInto(warnings);
  const refused = unreadRowsOf(tables, originOf, warn);
  const attributes = byName([...rowsOf("radcheck"), ...rowsOf("radreply")], "username");
  const groupAttributes = byName([...rowsOf("radgroupcheck"), ...rowsOf("radgroupreply")], "groupname");
  const memberships = groupsByName([...rowsOf("radusergroup"), ...rowsOf("usergroup")]);
  const people = peopleByName(rowsOf("userinfo"), rowsOf("permanent_users"));
  const deskRows = new Map([
    ...rowsOf("permanent_users").map((row) => [(row.username ?? "").toLowerCase(), row] as const),
    ...deskVouchers(rowsOf("vouchers")).map((row) => [(row.name ?? "").toLowerCase(), row] as const),
  ]);
  const prices = pricesByGroup(rowsOf("billing_plans"), rowsOf("billing_plans_profiles"));
  // RADIUSdesk: a log-in names its profile, and the list of groups says which groups that has.
  const profileOf = (own: readonly Attribute[]) => own.find(({ name }) => name === "user-profile")?.value ?? null;
  const isOfProfiles = [...attributes.values()].some(({ own }) => profileOf(own) !== null);

  const plans = new Map<string, ForeignPlan>();
  const freeName = freeNames((name, count) => `${name} (${count})`);
  tellUnread();
  const users: ForeignUser[] = [];
  for (const { name, own, row } of attributes.values()) {
    const type = own.find((one) => one.name === "rd-user-type")?.value;
    if (name.trim() === "") refused.push(refusedRow(from, "no-name", row, own[0]?.name ?? ""));
    else if (type === "device" || isDevice(name, own)) refused.push(refusedRow(from, "device", row, name));
    else if (name === "DEFAULT") refused.push(refusedRow(from, "no-log-in", row, name));
    else users.push(userOf(name, own, type));
  }
  if (!isOfProfiles)
    for (const { name, row } of memberships.values())
      if (!attributes.has(name.toLowerCase())) refused.push(refusedRow(from, "no-log-in", row, name));
  for (const row of deskVouchers(rowsOf("vouchers")))
    if (!attributes.has((row.name ?? "").toLowerCase()))
      refused.push(refusedRow(from, "no-log-in", row, row.name ?? ""));
  return {
    source: "radius",
    plans: [...plans.values()],
    users,
    warnings: [...warnings, ...twice(users)],
    refused,
    found: { [from]: users.length + refused.length },
  };

  /** Once for each name of an attribute: the lines are many. */
  function tellUnread(): void {
    const counts = new Map<string, { count: number; line: number }>();
    for (const { own } of [...attributes.values(), ...groupAttributes.values()])
      for (const { name, line } of own) {
        const before = counts.get(name) ?? { count: 0, line };
        if (isUnreadAttribute(name)) counts.set(name, { ...before, count: before.count + 1 });
      }
    for (const [name, { count, line }] of counts)
      warn("attribute-unread", { line: String(line) }, `${name} (${count})`);
  }

  function userOf(name: string, own: readonly Attribute[], type: string | undefined): ForeignUser {
    const profile = profileOf(own);
    const groups = memberships.get((profile ?? name).toLowerCase())?.groups ?? [];
    const ofGroups = groups.flatMap(attributesOfGroup);
    const all = [...own, ...ofGroups];
    const isDisabled = all.some((one) => one.name === "rd-account-disabled" && one.value === "1");
    const planned = profile ?? groups.find((group) => !isAuth(attributesOfGroup(group), "reject")) ?? null;
    const ownOnes = new Set(own);
    const limits = limitsOfAttributes(all, (code, attribute) => {
      if (ownOnes.has(attribute))
        warn(code, { line: String(attribute.line) }, `${name}: ${attribute.name}=${attribute.value}`);
    });
    const counted = uses.of(name, null);
    const deskRow = deskRows.get(name.toLowerCase());
    const desk = deskRow === undefined ? null : withDeskUse(counted, deskRow, limits, of.nowMs);
    const used = desk?.used ?? counted;
    const ownLimits = limitsOfAttributes(own, () => null);
    const plan = planFor(planned, ofGroups, { ...limits, useSeconds: null, dataBytes: null });
    const person = people.get(name.toLowerCase());
    const password = passwordOfAttributes(own) ?? (isAuth(all, "accept") ? "" : null);
    const ntHash = password === null ? ntHashOfAttributes(own) : null;
    const hasLimit = [limits.useSeconds, limits.dataBytes, limits.validitySeconds].some((limit) => limit !== null);
    const service = serviceOf(all, used, hasLimit || password === name || type === "voucher");
    const { endsAtMs, isUnclear } = endOf(name, all, limits, used);
    const isUseUnknown = !uses.isKnown && desk?.isKnown !== true && hasLimit;
    return {
      ...untold,
      from,
      line: own[0]?.line ?? 0,
      service,
      isSubscriber: service !== "hotspot" || type === "user" || person !== undefined,
      name,
      password,
      ...(ntHash === null ? {} : { passwordHash: { ntHash, isShort: false } }),
      plan: plan.name,
      ...(isUseUnknown ? { isUseUnknown } : {}),
      state: stateNow(),
      endsAtMs,
      usedSeconds: used.seconds,
      usedBytes: used.bytes,
      limitSeconds: ownLimits.useSeconds,
      limitBytes: ownLimits.dataBytes,
      mac: macText(own.find((one) => one.name === "calling-station-id")?.value),
      address: addressOf(own),
      fullName: person?.fullName ?? null,
      phone: person?.phone ?? null,
      email: person?.email ?? null,
    };

    function stateNow(): ForeignState {
      if (isDisabled || isAuth(all, "reject")) return "blocked";
      if (isUnclear) return "unclear";
      const state = stateOf(used, endsAtMs, limits);
      return desk?.state === "over" || (desk?.state === "running" && state === "unused") ? desk.state : state;
    }
  }

  /** A log-in with limits of its own beside its group has a plan of its own, and those of the same limits have the same. */
  function planFor(group: string | null, ofGroups: readonly Attribute[], limits: AttributeLimits): ForeignPlan {
    const told = limitsOfAttributes(ofGroups, (code, { name, value, line }) => {
      if (group !== null && !plans.has(group)) warn(code, { line: String(line) }, `${group}: ${name}=${value}`);
    });
    const shared = { ...limits, useSeconds: told.useSeconds, dataBytes: told.dataBytes };
    const isOfGroup = group !== null && JSON.stringify(shared) === JSON.stringify(told);
    const key = isOfGroup ? group : JSON.stringify([group, shared]);
    const known = plans.get(key);
    if (known !== undefined) return known;
    const named = isOfGroup
      ? group
      : [group, ...labelsOf(shared, told)].filter((part) => part !== null).join(" ") || "RADIUS";
    const name = freeName(named);
    const price = group === null ? null : (prices.get(group.toLowerCase()) ?? null);
    if (price !== null && centsOf(price) === null) warn("bad-value", { line: "0" }, `${named}: price=${price}`);
    const plan: ForeignPlan = { ...untoldPlan, from, name, named, price, ...shared };
    plans.set(key, plan);
    return plan;
  }

  function attributesOfGroup(group: string): readonly Attribute[] {
    return groupAttributes.get(group.toLowerCase())?.own ?? [];
  }

  function endOf(name: string, all: readonly Attribute[], { validitySeconds }: AttributeLimits, used: RadiusUse) {
    const told =
      all.find((one) => one.name === "expiration") ?? all.find((one) => one.name === "wispr-session-terminate-time");
    const dateMs = told === undefined || told.value.trim() === "" ? null : radiusDateMs(told.value, of.offsetMinutes);
    const isUnclear = told !== undefined && told.value.trim() !== "" && dateMs === null;
    if (isUnclear) warn("bad-date", { line: String(told.line) }, `${name}: ${told.value}`);
    const ranOutMs = validitySeconds === null || used.firstMs === null ? null : used.firstMs + validitySeconds * 1000;
    const ends = [dateMs, ranOutMs].filter((at) => at !== null);
    return { endsAtMs: ends.length === 0 ? null : Math.min(...ends), isUnclear };
  }

  function stateOf(used: RadiusUse, endsAtMs: number | null, { useSeconds, dataBytes }: AttributeLimits): ForeignState {
    if (endsAtMs !== null && endsAtMs <= of.nowMs) return "over";
    if (useSeconds !== null && used.seconds >= useSeconds) return "over";
    if (dataBytes !== null && used.bytes >= dataBytes) return "over";
    return endsAtMs !== null || used.firstMs !== null || used.seconds > 0 ? "running" : "unused";
  }
}

/** Of these each value is one of a line. */
const ofLines = new Set([
  "framed-ip-address",
  "framed-pool",
  "framed-route",
  "delegated-ipv6-prefix",
  "delegated-ipv6-prefix-pool",
]);
const isOfLine = ({ name, value }: Attribute): boolean =>
  ofLines.has(name) ||
  (name === "framed-protocol" && value.toLowerCase() === "ppp") ||
  (name === "service-type" && ["framed", "framed-user"].includes(value.toLowerCase()));

/** Whoever dials says so, or did so. A log-in with a password of its own and no limit is somebody's, of either kind. */
function serviceOf(all: readonly Attribute[], used: RadiusUse, isCode: boolean): ForeignUser["service"] {
  if (used.isPpp || all.some(isOfLine)) return "pppoe";
  const wasThere = used.firstMs !== null || used.seconds > 0;
  return isCode || wasThere ? "hotspot" : "any";
}

/** Its address is its name, and its password as well or nothing. */
function isDevice(name: string, own: readonly Attribute[]): boolean {
  const address = macText(name);
  const password = passwordOfAttributes(own) ?? "";
  return address !== null && (password === "" || password === name || macText(password) === address);
}

/** `accept`: whatever the password; `reject`: never. */
const isAuth = (all: readonly Attribute[], type: "accept" | "reject"): boolean =>
  all.some(({ name, value }) => name === "auth-type" && value.toLowerCase() === type);

/** Seconds and kilobits as a person reads them, of what is not the group's. */
function labelsOf(limits: AttributeLimits, ofGroup: AttributeLimits): string[] {
  const { upKbps, downKbps, validitySeconds, devices } = limits;
  const megabits = (kbps: number | null) => (kbps === null ? "0" : kbps % 1000 === 0 ? `${kbps / 1000}M` : `${kbps}k`);
  return [
    ...(upKbps === ofGroup.upKbps && downKbps === ofGroup.downKbps
      ? []
      : [`${megabits(upKbps)}/${megabits(downKbps)}`]),
    ...(validitySeconds === null || validitySeconds === ofGroup.validitySeconds ? [] : [`${validitySeconds / 3600}h`]),
    ...(devices === null || devices === ofGroup.devices ? [] : [`x${devices}`]),
  ];
}

const macSigns = /[:.-]/g;
const macDigits = /^([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;

/** `00aabb33cc11` too. */
const macText = (value: string | undefined): string | null =>
  macDigits
    .exec((value ?? "").trim().replaceAll(macSigns, ""))
    ?.slice(1)
    .join(":") ?? null;

function addressOf(own: readonly Attribute[]): ForeignUser["address"] {
  const ip = own.find((one) => one.name === "framed-ip-address")?.value.trim();
  const routes = own.flatMap(({ name, value }) => {
    const [prefix = ""] = name === "framed-route" ? value.trim().split(/\s+/) : [];
    return prefix4.test(prefix) ? [prefix] : [];
  });
  const isIp = ip !== undefined && ip4.test(ip) && !ip.startsWith("255.255.255.25");
  if (!isIp && routes.length === 0) return null;
  return { ...(isIp ? { ip } : {}), ...(routes.length === 0 ? {} : { routes }) };
}

interface Named {
  readonly name: string;
  readonly own: Attribute[];
  readonly row: TableRow;
}

/** Names count without case, as their tables compare them. */
function byName(rows: readonly TableRow[], column: "username" | "groupname"): ReadonlyMap<string, Named> {
  const found = new Map<string, Named>();
  for (const row of rows) {
    const name = row[column] ?? "";
    const named = found.get(name.toLowerCase()) ?? { name, own: [], row };
    found.set(name.toLowerCase(), named);
    named.own.push({
      name: (row.attribute ?? "").trim().toLowerCase(),
      value: row.value ?? "",
      line: Number(row.line),
    });
  }
  return found;
}

interface Member {
  readonly name: string;
  readonly groups: string[];
  readonly row: TableRow;
}

/** The groups of a log-in, of the least number first. */
function groupsByName(rows: readonly TableRow[]): ReadonlyMap<string, Member> {
  const sorted = rows.toSorted((one, other) => Number(one.priority ?? 1) - Number(other.priority ?? 1) || 0);
  const found = new Map<string, Member>();
  for (const row of sorted) {
    const { username: name = "", groupname: group = "" } = row;
    const member = found.get(name.toLowerCase()) ?? { name, groups: [], row };
    found.set(name.toLowerCase(), member);
    if (group !== "") member.groups.push(group);
  }
  return found;
}

/** Other programs have a table of that name, too. */
const deskVouchers = (rows: readonly TableRow[]): readonly TableRow[] =>
  rows.filter(({ name, status }) => name !== undefined && status !== undefined);

interface Person {
  readonly fullName: string;
  readonly phone: string | null;
  readonly email: string | null;
}

/** Who has neither name, phone nor e-mail is nobody: daloRADIUS writes an empty row for each code of a batch. */
function peopleByName(infos: readonly TableRow[], users: readonly TableRow[]): ReadonlyMap<string, Person> {
  const people = new Map<string, Person>();
  for (const row of [...infos, ...users]) {
    const first = row.firstname ?? row.name ?? "";
    const last = row.lastname ?? row.surname ?? "";
    const fullName = `${first} ${last}`.trim() || (row.company ?? "").trim();
    const phone =
      [row.mobilephone, row.phone, row.homephone, row.workphone].find((told) => /[1-9]/.test(told ?? "")) ?? null;
    const email = row.email?.includes("@") ? row.email : null;
    if (fullName !== "" || phone !== null || email !== null)
      people.set((row.username ?? "").toLowerCase(), { fullName, phone, email });
  }
  return people;
}

/** Null: plans of one group differ in their price. */
function pricesByGroup(plans: readonly TableRow[], profiles: readonly TableRow[]): ReadonlyMap<string, string | null> {
  const costs = new Map(plans.map((row) => [row.planname ?? "", row.plancost ?? ""]));
  const prices = new Map<string, string | null>();
  for (const { plan_name: plan = "", profile_name: profile = "" } of profiles) {
    const cost = costs.get(plan) || null;
    const key = profile.toLowerCase();
    prices.set(key, prices.has(key) && prices.get(key) !== cost ? null : cost);
  }
  return prices;
}
