/**
 * A dump of PHPNuxBill's database. Facts: hotspotbilling/phpnuxbill `install/phpnuxbill.sql`, `system/devices`. Passwords stand in it in
 * clear; megabytes and gigabytes are decimal. Pure.
 */
import { cutText } from "@karibu/protocol/whole-text";
import {
  type ForeignBook,
  type ForeignPlan,
  type ForeignState,
  type ForeignUser,
  type ReadingOf,
  type RefusedRow,
  twice,
  untold,
  untoldPlan,
  type Warning,
} from "./foreign-book.ts";
import { readSqlDump } from "./read-sql-dump.ts";
import { refusedRow } from "./router-rows.ts";
import { dateTimeMs, type MenuRow } from "./routeros-values.ts";

const tables = new Set(["tbl_customers", "tbl_user_recharges", "tbl_plans", "tbl_bandwidth", "tbl_voucher"]);

const validityUnits: Readonly<Record<string, number>> = { mins: 60, hrs: 3600, days: 86_400, months: 30 * 86_400 };
const timeUnits: Readonly<Record<string, number>> = { mins: 60, hrs: 3600 };
const dataUnits: Readonly<Record<string, number>> = { mb: 1e6, gb: 1e9 };
const rateUnits: Readonly<Record<string, number>> = { kbps: 1, mbps: 1000 };

/** Null: this is no dump of it. */
export function readPhpnuxbill(text: string, of: ReadingOf): ForeignBook | null {
  const found = readSqlDump(text, tables);
  if (found === null) return null;
  const rowsOf = (table: string) => found.rows.get(table) ?? [];
  const refused: RefusedRow[] = [];
  const warnings: Warning[] = found.isCut ? [{ code: "partial-export", line: 0, what: "" }] : [];
  const warn = (code: Warning["code"], row: MenuRow, what: string) =>
    warnings.push({ code, line: lineOf(row), what: cutText(what, 200) });
  const bandwidths = new Map(rowsOf("tbl_bandwidth").map((row) => [row.id ?? "", row]));
  const planRows = rowsOf("tbl_plans").filter(({ type }) => type === "Hotspot" || type === "PPPOE");
  const planNames = namesById(planRows);
  const recharges = Map.groupBy(rowsOf("tbl_user_recharges"), ({ username = "" }) => username);

  const plans = planRows.map((row): ForeignPlan => {
    const bandwidth = bandwidths.get(row.id_bw ?? "");
    const isTime = row.limit_type === "Time_Limit" || row.limit_type === "Both_Limit";
    const isData = row.limit_type === "Data_Limit" || row.limit_type === "Both_Limit";
    return {
      ...untoldPlan,
      from: row.type === "PPPOE" ? "phpnuxbill-customers" : "phpnuxbill-vouchers",
      name: planNames.get(row.id ?? "") ?? "",
      named: row.name_plan ?? "",
      price: row.price ?? null,
      validitySeconds: times(row.validity, validityUnits, row.validity_unit),
      useSeconds: isTime ? times(row.time_limit, timeUnits, row.time_unit) : null,
      dataBytes: isData ? times(row.data_limit, dataUnits, row.data_unit) : null,
      downKbps: times(bandwidth?.rate_down, rateUnits, bandwidth?.rate_down_unit),
      upKbps: times(bandwidth?.rate_up, rateUnits, bandwidth?.rate_up_unit),
      devices: wholeOf(row.shared_users) ?? 1,
    };
  });
  const customers = rowsOf("tbl_customers").flatMap((row): ForeignUser[] => {
    const recharge = newestOf(recharges.get(row.username ?? "") ?? []);
    // What was bought says it better than the customer's form, which has "Others" unless somebody changed it.
    const service = (recharge?.type ?? row.service_type)?.toLowerCase() === "pppoe" ? "pppoe" : "hotspot";
    const endsAtMs = endOf(recharge);
    const ownName = service === "pppoe" && row.pppoe_username ? row.pppoe_username : (row.username ?? "");
    // What it writes to the router: the line's own word, else the customer's.
    const told = (service === "pppoe" ? row.pppoe_password : "") || row.password;
    const password = isHash(told) ? null : told;
    return [
      {
        ...untold,
        from: "phpnuxbill-customers",
        line: lineOf(row),
        service,
        name: ownName,
        password: password ?? null,
        plan: planNames.get(recharge?.plan_id ?? "") ?? "",
        state: customerState(row, recharge, endsAtMs),
        endsAtMs,
        fullName: row.fullname ?? null,
        phone: row.phonenumber ?? null,
        email: row.email ?? null,
        balance: row.balance ?? null,
        address: service === "pppoe" && row.pppoe_ip ? { ip: row.pppoe_ip } : null,
      },
    ];
  });
  const vouchers = rowsOf("tbl_voucher").flatMap((row): ForeignUser[] => {
    const plan = planNames.get(row.id_plan ?? "");
    if (plan === undefined) {
      warn("no-plan", row, row.code ?? "");
      refused.push(refusedRow("phpnuxbill-vouchers", "no-plan", row, row.code ?? ""));
      return [];
    }
    const state: ForeignState = row.status === "0" ? "unused" : "over";
    const service = row.type === "PPPOE" ? "pppoe" : "hotspot";
    // The code is the password, too.
    const name = row.code ?? "";
    return [{ ...untold, from: "phpnuxbill-vouchers", line: lineOf(row), service, name, password: name, plan, state }];
  });
  const users = [...customers, ...vouchers];
  return {
    source: "phpnuxbill",
    plans,
    users,
    warnings: [...warnings, ...twice(users)],
    refused,
    found: {
      "phpnuxbill-customers": rowsOf("tbl_customers").length,
      "phpnuxbill-vouchers": rowsOf("tbl_voucher").length,
    },
  };

  function endOf(row: MenuRow | undefined): number | null {
    if (row === undefined) return null;
    const text = `${row.expiration ?? ""} ${row.time ?? "00:00:00"}`;
    const endsAtMs = dateTimeMs(text, of.offsetMinutes);
    if (endsAtMs === null) warn("bad-date", row, text);
    return endsAtMs;
  }

  function customerState(row: MenuRow, recharge: MenuRow | undefined, endsAtMs: number | null): ForeignState {
    if (row.status !== undefined && row.status !== "Active") return "blocked";
    if (recharge === undefined) return "over";
    if (endsAtMs === null) return "unclear";
    return recharge.status === "on" && endsAtMs > of.nowMs ? "running" : "over";
  }
}

/** Copies of it keep bcrypt in the place of the password: nobody logs in with that text. */
const isHash = (text: string | undefined): boolean => /^\$2[abxy]\$\d\d\$/.test(text ?? "");

/** One that is on counts before one that is over; else the one that ends last. */
function newestOf(rows: readonly MenuRow[]): MenuRow | undefined {
  const rank = ({ status, expiration = "", time = "" }: MenuRow) => `${status === "on" ? 1 : 0} ${expiration} ${time}`;
  return rows.reduce<MenuRow | undefined>((best, row) => (best && rank(best) > rank(row) ? best : row), undefined);
}

/** Its names are told apart within a type alone: a plan of PPPoE that is called as one of the hotspot gets its type, so that no code has the other's limits. */
function namesById(plans: readonly MenuRow[]): ReadonlyMap<string, string> {
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

const lineOf = (row: MenuRow): number => Number(row.line ?? 0);

function wholeOf(text: string | undefined): number | null {
  const value = /^\d{1,12}$/.test(text ?? "") ? Number(text) : 0;
  return value > 0 ? value : null;
}

/** Null: no number, none at all, or of a unit that is not known. */
function times(text: string | undefined, units: Readonly<Record<string, number>>, unit = ""): number | null {
  const [count, step] = [wholeOf(text), units[unit.toLowerCase()]];
  return count === null || step === undefined || !Number.isSafeInteger(count * step) ? null : count * step;
}
