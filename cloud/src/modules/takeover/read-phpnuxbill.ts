/**
 * PHPNuxBill's database, from its back-up or a dump. Facts: hotspotbilling/phpnuxbill `install/phpnuxbill.sql`, `system/updates.json`, `system/devices`,
 * `system/autoload/Package.php`. Passwords stand in it in clear; megabytes and gigabytes are decimal. Pure.
 */

import { dateTimeMs } from "../../ground/router-exports/routeros-values.ts";
import {
  type ForeignBook,
  type ForeignPlan,
  type ForeignState,
  type ForeignUser,
  type Origin,
  type ReadingOf,
  twice,
  untold,
  untoldPlan,
  type Warning,
} from "./foreign-book.ts";
import { centsOf } from "./listing.ts";
import type { RadiusUses } from "./radius-use.ts";
import type { TableRow, TablesRead } from "./read-sql-dump.ts";
import { refusedRow, unreadRowsOf, warnInto } from "./router-rows.ts";

const monthSeconds = 30 * 86_400;
/** `Period`: until the same day of each month. */
const validityUnits: Readonly<Record<string, number>> = {
  mins: 60,
  hrs: 3600,
  days: 86_400,
  months: monthSeconds,
  period: monthSeconds,
};
const timeUnits: Readonly<Record<string, number>> = { mins: 60, hrs: 3600 };
const dataUnits: Readonly<Record<string, number>> = { mb: 1e6, gb: 1e9 };
const rateUnits: Readonly<Record<string, number>> = { kbps: 1, mbps: 1000 };

const originOf: Readonly<Record<string, Origin>> = {
  tbl_customers: "phpnuxbill-customers",
  tbl_voucher: "phpnuxbill-vouchers",
};

/** A customer has one log-in for the hotspot, and may have another one for PPPoE. */
interface LogIn {
  readonly service: ForeignUser["service"];
  readonly name: string;
  /** What was bought for it last; undefined: nothing. */
  readonly recharge: TableRow | undefined;
}

export function readPhpnuxbill(tables: TablesRead, uses: RadiusUses, of: ReadingOf): ForeignBook {
  const rowsOf = (table: string) => tables.rows.get(table) ?? [];
  const warnings: Warning[] = tables.isCut ? [{ code: "partial-export", line: 0, what: "" }] : [];
  const warn = warnInto(warnings);
  const refused = unreadRowsOf(tables, originOf, warn);
  const bandwidths = new Map(rowsOf("tbl_bandwidth").map((row) => [row.id ?? "", row]));
  const planRows = rowsOf("tbl_plans").filter(({ type }) => type === "Hotspot" || type === "PPPOE");
  const planNames = namesById(planRows);
  const plans = planRows.map(planOf);
  const limits = new Map(plans.map((plan) => [plan.name, plan]));
  const recharges = rechargesByCustomer(rowsOf("tbl_customers"), rowsOf("tbl_user_recharges").filter(isOfRouter));
  const customers = rowsOf("tbl_customers").flatMap(customerUsers);
  const vouchers = rowsOf("tbl_voucher").filter(isOfRouter).flatMap(voucherUsers);
  const users = [...customers, ...vouchers];
  const found = (from: Origin, made: readonly ForeignUser[]) =>
    made.length + refused.filter((row) => row.from === from).length;
  return {
    source: "phpnuxbill",
    plans,
    users,
    // Whoever typed a code is a customer of its name, and the code is used.
    warnings: [...warnings, ...twice([...customers, ...vouchers.filter(({ state }) => state === "unused")])],
    refused,
    found: {
      "phpnuxbill-customers": found("phpnuxbill-customers", customers),
      "phpnuxbill-vouchers": found("phpnuxbill-vouchers", vouchers),
    },
    routers: routersOf([
      ...rowsOf("tbl_voucher").filter(({ status }) => status === "0"),
      ...rowsOf("tbl_user_recharges").filter(({ status }) => status === "on"),
    ]),
  };

  /** What names none, or FreeRADIUS, is of all of them. */
  function isOfRouter({ routers = "" }: TableRow): boolean {
    return of.router === undefined || isOfAny(routers) || routers === of.router;
  }

  function planOf(row: TableRow): ForeignPlan {
    const bandwidth = bandwidths.get(row.id_bw ?? "");
    // Its form keeps what was chosen before, also where it counts no more.
    const limitType = row.typebp === "Unlimited" ? "" : row.limit_type;
    const isTime = limitType === "Time_Limit" || limitType === "Both_Limit";
    const isData = limitType === "Data_Limit" || limitType === "Both_Limit";
    if (bandwidth === undefined) warn("bad-value", row, `${row.name_plan}: id_bw=${row.id_bw}`);
    if (row.price && centsOf(row.price) === null) warn("bad-value", row, `${row.name_plan}: price=${row.price}`);
    if (row.validity_unit === "Period") warn("period-plan", row, row.name_plan ?? "");
    return {
      ...untoldPlan,
      from: row.type === "PPPOE" ? "phpnuxbill-customers" : "phpnuxbill-vouchers",
      name: planNames.get(row.id ?? "") ?? "",
      named: row.name_plan ?? "",
      price: row.price ?? null,
      validitySeconds: given(row, "validity", "validity_unit", validityUnits),
      useSeconds: isTime ? given(row, "time_limit", "time_unit", timeUnits) : null,
      dataBytes: isData ? given(row, "data_limit", "data_unit", dataUnits) : null,
      downKbps: bandwidth === undefined ? null : given(bandwidth, "rate_down", "rate_down_unit", rateUnits),
      upKbps: bandwidth === undefined ? null : given(bandwidth, "rate_up", "rate_up_unit", rateUnits),
      devices: wholeOf(row.shared_users) ?? 1,
      pool: row.type === "PPPOE" ? row.pool?.trim() || null : null,
    };
  }

  /** Null: none at all, or of a unit that is not known, which is said. */
  function given(
    row: TableRow,
    field: string,
    unitField: string,
    units: Readonly<Record<string, number>>,
  ): number | null {
    const [text = "", unit = ""] = [row[field], row[unitField]];
    const [count, step] = [wholeOf(text), units[unit.toLowerCase()]];
    const value = count === null || step === undefined ? null : count * step;
    const isNone = text === "" || /^0+$/.test(text);
    if (value !== null && Number.isSafeInteger(value)) return value;
    if (!isNone) warn("bad-value", row, `${field}=${text} ${unit}`);
    return null;
  }

  function customerUsers(row: TableRow): ForeignUser[] {
    const from = "phpnuxbill-customers";
    const { username = "" } = row;
    const logIns = logInsOf(row, recharges.get(row) ?? []);
    if (username === "") refused.push(refusedRow(from, "no-name", row, row.fullname ?? ""));
    else if (logIns.length === 0) refused.push(refusedRow(from, "other-service", row, `${username} (VPN)`));
    return username === "" ? [] : logIns.map((logIn) => customerOf(row, logIn));
  }

  function customerOf(row: TableRow, { service, name, recharge }: LogIn): ForeignUser {
    // What it writes to the router: the line's own word, else the customer's. Some programs made of it keep a hash, by which nobody logs in.
    const told = (service === "hotspot" ? "" : row.pppoe_password) || row.password;
    const password = isHash(told) ? null : (told ?? null);
    const fullName = (row.fullname ?? "").trim();
    const balance = row.balance ?? null;
    const plan = recharge === undefined ? "" : (planNames.get(recharge.plan_id ?? "") ?? recharge.namebp ?? "");
    const hasBalance = balance !== null && /[1-9]/.test(balance);
    // Whoever types a voucher's code becomes a customer of that name, with nothing else.
    const isSubscriber = service !== "hotspot" || fullName !== "" || hasBalance || password !== name;
    const endsAtMs = endOf(recharge);
    const beganMs = recharge === undefined ? null : momentOf(recharge.recharged_on, recharge.recharged_time);
    const used = uses.of(row.username ?? "", beganMs);
    const state = customerState(row, recharge, endsAtMs);
    const { useSeconds = null, dataBytes = null } = limits.get(plan) ?? {};
    const isUseUnknown = !isSubscriber && state === "running" && !uses.isKnown && (useSeconds ?? dataBytes) !== null;
    return {
      ...untold,
      from: "phpnuxbill-customers",
      line: Number(row.line),
      service,
      isSubscriber,
      name,
      password,
      plan,
      ...(isUseUnknown ? { isUseUnknown } : {}),
      state,
      endsAtMs,
      usedSeconds: used.seconds,
      usedBytes: used.bytes,
      fullName: fullName === "" && !isSubscriber ? null : fullName,
      // Its tables have "0" and "1" for none.
      phone: /^0*$/.test(row.phonenumber?.trim() ?? "") ? null : (row.phonenumber ?? null),
      email: row.email?.includes("@") ? row.email : null,
      balance,
      address: service !== "hotspot" && row.pppoe_ip ? { ip: row.pppoe_ip } : null,
    };
  }

  /** What is bought counts, whatever the customer's form says: it has "Others" unless somebody changed it. None: all of it is of VPN. */
  function logInsOf(row: TableRow, own: readonly TableRow[]): LogIn[] {
    const { username = "" } = row;
    const newest = (type: string) => newestOf(own.filter((one) => (one.type ?? "").toLowerCase() === type));
    const [hotspot, pppoe, vpn] = [newest("hotspot"), newest("pppoe"), newest("vpn")];
    const pppoeName = row.pppoe_username || username;
    const said = (row.service_type ?? "").toLowerCase();
    if (hotspot === undefined && pppoe === undefined) {
      if (vpn !== undefined || said === "vpn") return [];
      const isPppoe = said === "pppoe";
      return [
        { service: isPppoe ? "pppoe" : "hotspot", name: isPppoe ? pppoeName : username, recharge: newestOf(own) },
      ];
    }
    const isOne = hotspot !== undefined && pppoe !== undefined && pppoeName === username;
    const logIns: LogIn[] = isOne
      ? [{ service: "any", name: username, recharge: newestOf([pppoe, hotspot]) }]
      : [
          ...(pppoe === undefined ? [] : [{ service: "pppoe", name: pppoeName, recharge: pppoe } as const]),
          ...(hotspot === undefined ? [] : [{ service: "hotspot", name: username, recharge: hotspot } as const]),
        ];
    // One log-in has one plan here: what runs beside it is said.
    for (const one of own)
      if (one.status === "on" && !logIns.some(({ recharge }) => recharge === one))
        warn(
          "further-recharge",
          one,
          `${username}: ${one.namebp ?? one.plan_id} (${one.routers ?? ""}) ${one.expiration ?? ""}`,
        );
    return logIns;
  }

  function voucherUsers(row: TableRow): ForeignUser[] {
    const from = "phpnuxbill-vouchers";
    const plan = planNames.get(row.id_plan ?? "");
    // The code is the password, too.
    const { code = "" } = row;
    const isVpn = row.type === "VPN";
    if (plan === undefined && !isVpn) warn("no-plan", row, code);
    if (plan === undefined || code === "" || isVpn) {
      const why = isVpn ? "other-service" : code === "" ? "no-name" : "no-plan";
      refused.push(refusedRow(from, why, row, code));
      return [];
    }
    const state: ForeignState = row.status === "0" ? "unused" : "over";
    const service = row.type === "PPPOE" ? "pppoe" : "hotspot";
    const isSubscriber = false;
    return [
      { ...untold, from, line: Number(row.line), service, isSubscriber, name: code, password: code, plan, state },
    ];
  }

  function momentOf(day = "", clock = "00:00:00"): number | null {
    return dateTimeMs(`${day} ${clock}`, of.offsetMinutes);
  }

  function endOf(row: TableRow | undefined): number | null {
    if (row === undefined) return null;
    const endsAtMs = momentOf(row.expiration, row.time);
    if (endsAtMs === null) warn("bad-date", row, `${row.username ?? ""}: ${row.expiration ?? ""} ${row.time ?? ""}`);
    return endsAtMs;
  }

  function customerState(row: TableRow, recharge: TableRow | undefined, endsAtMs: number | null): ForeignState {
    if (row.status !== undefined && row.status !== "Active") return "blocked";
    if (recharge === undefined) return "over";
    if (endsAtMs === null) return "unclear";
    return recharge.status === "on" && endsAtMs > of.nowMs ? "running" : "over";
  }
}

const isOfAny = (router: string): boolean => router === "" || router.toLowerCase() === "radius";
const routersOf = (rows: readonly TableRow[]): string[] =>
  [...new Set(rows.map(({ routers = "" }) => routers))].filter((router) => !isOfAny(router)).toSorted();

/** Copies of it keep bcrypt in the place of the password: nobody logs in with that text. */
const isHash = (text: string | undefined): boolean => /^\$2[abxy]\$\d\d\$/.test(text ?? "");

/** By the customer's number, which stays; rows of before it had one, by name. */
function rechargesByCustomer(
  customers: readonly TableRow[],
  recharges: readonly TableRow[],
): ReadonlyMap<TableRow | undefined, readonly TableRow[]> {
  const byId = new Map(customers.flatMap((row) => (row.id === undefined ? [] : [[row.id, row] as const])));
  const byName = new Map(customers.map((row) => [row.username ?? "", row]));
  return Map.groupBy(recharges, (row) => byId.get(row.customer_id ?? "") ?? byName.get(row.username ?? ""));
}

/** One that is on counts before one that is over; else the one that ends last, and of two alike the later row. */
function newestOf(rows: readonly TableRow[]): TableRow | undefined {
  const rank = ({ status, expiration = "", time = "" }: TableRow) => `${status === "on" ? 1 : 0} ${expiration} ${time}`;
  return rows.reduce<TableRow | undefined>((best, row) => (best && rank(best) > rank(row) ? best : row), undefined);
}

/** Its names are told apart within a type alone: a plan of PPPoE that is called as one of the hotspot gets its type, so that no code has the other's limits. */
function namesById(plans: readonly TableRow[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id = "", name_plan: name = "", type = "" } of plans) {
    const free = [name, `${name} (${type})`, `${name} (${type} ${id})`].find(
      (one) => !taken.has(one.trim().toLowerCase()),
    );
    names.set(id, free ?? `${name} (${type} ${id} ${names.size})`);
    taken.add((names.get(id) ?? "").trim().toLowerCase());
  }
  return names;
}

function wholeOf(text: string | undefined): number | null {
  const value = /^\d{1,12}$/.test(text ?? "") ? Number(text) : 0;
  return value > 0 ? value : null;
}
