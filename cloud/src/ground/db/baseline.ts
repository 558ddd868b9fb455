/**
 * The baseline: what a fresh database is made of, in one go. Each table stands once, in the `schema.sql` of the room that owns it, with its keys,
 * indexes, guard and triggers; the file is the truth about the table, and is kept by hand. Rooms are listed so that a table comes after those
 * that it refers to: a new room stands behind the rooms whose tables its foreign keys name. Where two rooms refer to each other, the second
 * one's file ends with the first one's `alter table … add foreign key`.
 *
 * `guards.sql` and `months.sql` come before all rooms (the schema's rights, row-level security, parts by month), the erasure of a person that is
 * written from what the rooms say of their tables (`person-data.ts`), and `first-rows.sql` after them. Roles are made at each start
 * (`migrate.ts`), because they belong to the server and not to a database.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { sha256Hex } from "@karibu/protocol/hash";

/** The baseline's name among the migrations: each database has it, or was made before Karibu's first release. */
export const baselineName = "0000-baseline-1.sql";

const roomsOfHub: readonly string[] = [
  "ground/restores",
  "ground/secrets",
  "ground/http",
  "ground/events",
  "ground/jobs",
  "ground/feed",
  "tenancy/providers",
  "ground/quotas",
  "ground/mail",
  "identity/audit",
  "identity/roles",
  "identity/users",
  "identity/credentials",
  "identity/api-tokens",
  "identity/support-access",
  "tenancy/settings",
  "tenancy/pictures",
  "tenancy/brand",
  "messaging",
  "fleet/sites",
  "fleet/enrolment",
  "fleet/journal",
  "fleet/link",
  "fleet/routers",
  "fleet/access-points",
  "fleet/router-orders",
  "fleet/alarms",
  "fleet/tunnel",
  "fleet/hosted-sites",
  "fleet/router-access",
  "fleet/releases",
  "fleet/router-services",
  "fleet/router-log-ins",
  "fleet/site-templates",
  "fleet/set-up",
  "fleet/router-health",
  "fleet/router-upgrades",
  "fleet/secret-rotation",
  "fleet/router-back-ups",
  "catalogue/plans",
  "catalogue/customers",
  "catalogue/sessions",
  "catalogue/usual-hours",
  "catalogue/grants",
  "catalogue/accounts",
  "catalogue/vouchers",
  "catalogue/printing",
  "catalogue/leases",
  "money/settings",
  "money/channel-tokens",
  "money/channels",
  "money/channel-health",
  "money/proofs",
  "money/ledger",
  "money/paper-sales",
  "money/receipts",
  "money/payment-links",
  "money/promotions",
  "money/cash-sales",
  "money/purchases",
  "money/evidence",
  "money/matching",
  "money/claims",
  "money/refunds",
  "money/questions",
  "money/callbacks",
  "money/reconciliation",
  "money/returned-money",
  "money/tax",
  "money/fiscal",
  "money/documents",
  "money/subscriptions",
  "money/sellers",
  "money/expenses",
  "money/invoices",
  "money/corrections",
  "money/received",
  "money/reminders",
  "back-office/personal-data",
  "customer-page/settings",
  "customer-page/log-in",
  "customer-page/trials",
  "home",
  "reports/roll-ups",
  "operations/restored",
  "operations/back-ups",
  "operations/health",
  "operations/maintenance",
  "operations/provider-life",
  "operations/public-face",
  "operations/alerting",
];

const source = new URL("../../", import.meta.url);

/** Modules last: their tables exist while their folders do, and refer to the hub's tables and to their own alone. */
export function readRooms(): readonly string[] {
  const files = globSync("modules/**/schema.sql", { cwd: source });
  return [...roomsOfHub, ...files.map((path) => dirname(path).replaceAll("\\", "/")).sort()];
}

const before = ["ground/db/guards.sql", "ground/db/months.sql"];
const after = ["operations/personal-data/blank-person.sql", "ground/db/first-rows.sql"];

/** All files, in order, as one script. Some milliseconds at once: read one by one they wait for the modules that a start loads meanwhile. */
export async function readBaseline(): Promise<string> {
  const files = [...before, ...readRooms().map((room) => `${room}/schema.sql`), ...after];
  return files.map((file) => readFileSync(new URL(file, source), "utf8")).join("\n");
}

/** Two texts that differ in comments and white space alone make the same database. */
export function hashOfBaseline(script: string): string {
  return sha256Hex(script.replaceAll(/^\s*--.*$| -- .*$/gm, "").replaceAll(/\s+/g, " "));
}
