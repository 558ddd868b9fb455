/** A dump or back-up of another system's database: PHPNuxBill's, or the tables of FreeRADIUS, whichever program fills them. Pure. */
import type { ForeignBook, ReadingOf } from "./foreign-book.ts";
import { accountingColumns, readRadiusUses } from "./radius-use.ts";
import { deskUserColumns, deskVoucherColumns } from "./radiusdesk-use.ts";
import { readJsonTables } from "./read-json-tables.ts";
import { readPhpnuxbill } from "./read-phpnuxbill.ts";
import { readRadius } from "./read-radius.ts";
import { mainTables, prefixOfTables, readSqlDump, type TablesRead, type WantedTables } from "./read-sql-dump.ts";

const wanted: WantedTables = {
  tbl_customers: [
    "id",
    "username",
    "password",
    "pppoe_username",
    "pppoe_password",
    "pppoe_ip",
    "fullname",
    "phonenumber",
    "email",
    "balance",
    "service_type",
    "status",
  ],
  tbl_user_recharges: [
    "customer_id",
    "username",
    "plan_id",
    "namebp",
    "recharged_on",
    "recharged_time",
    "expiration",
    "time",
    "status",
    "routers",
    "type",
  ],
  tbl_plans: [
    "id",
    "name_plan",
    "id_bw",
    "price",
    "type",
    "typebp",
    "limit_type",
    "time_limit",
    "time_unit",
    "data_limit",
    "data_unit",
    "validity",
    "validity_unit",
    "shared_users",
    "pool",
  ],
  tbl_bandwidth: ["id", "rate_down", "rate_down_unit", "rate_up", "rate_up_unit"],
  tbl_voucher: ["type", "routers", "id_plan", "code", "status"],
  radcheck: ["*", "id", "username", "attribute", "op", "value"],
  radreply: ["*", "id", "username", "attribute", "op", "value"],
  radgroupcheck: ["*", "id", "groupname", "attribute", "op", "value"],
  radgroupreply: ["*", "id", "groupname", "attribute", "op", "value"],
  radusergroup: ["*", "username", "groupname", "priority"],
  usergroup: ["*", "username", "groupname", "priority"],
  radacct: accountingColumns,
  // daloRADIUS
  userinfo: ["username", "firstname", "lastname", "company", "email", "mobilephone", "homephone", "workphone"],
  billing_plans: ["planname", "plancost"],
  billing_plans_profiles: ["plan_name", "profile_name"],
  // RADIUSdesk
  permanent_users: ["name", "surname", "email", "phone", ...deskUserColumns],
  vouchers: deskVoucherColumns,
};

function readDump(text: string): TablesRead | null {
  const tables = readSqlDump(text, wanted);
  // A table of another program may be called as one of ours.
  const prefix = mainTables.some((table) => tables?.rows.has(table)) ? null : prefixOfTables(text);
  return prefix === null ? tables : readSqlDump(text, wanted, prefix);
}

/** `file`: a dump's text, or what a back-up's JSON says. Null: it is neither. */
export function readDatabase(file: unknown, of: ReadingOf): ForeignBook | null {
  const tables = typeof file === "string" ? readDump(file) : readJsonTables(file, wanted);
  if (tables === null) return null;
  const has = (table: string) => (tables.rows.get(table)?.length ?? 0) > 0;
  const uses = readRadiusUses(tables, of.offsetMinutes);
  // PHPNuxBill writes FreeRADIUS's tables from its own.
  if (has("tbl_customers") || has("tbl_voucher") || has("tbl_plans")) return readPhpnuxbill(tables, uses, of);
  return has("radcheck") || has("radreply") ? readRadius(tables, uses, of) : null;
}
