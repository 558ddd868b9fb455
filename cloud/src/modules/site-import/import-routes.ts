/**
 * `/api/v1/sites/import`: hundreds of sites from a CSV file, tried first, then all of them or none.
 *
 * Attackers: who writes the file (bounds of lines, characters, time and memory; texts stay texts, in pages and in spreadsheets); who may change
 * sites and wants a router's kept password (it is written and never compared, so no trial of a file tells anything about it); who reads logs
 * (the audit entry has the file's length alone).
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { createEnrolmentToken } from "../../fleet/enrolment/enrolment.ts";
import { keepAccess, selectSitesWithAccess } from "../../fleet/router-access/router-access.ts";
import { createLine, hasPublicUrl } from "../../fleet/set-up/create-line.ts";
import { fieldsOfTemplate, readTemplates, type SiteTemplateRow } from "../../fleet/site-templates/site-templates.ts";
import { fieldsOf, type SiteFields, type Sites } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { ReadFile } from "../../ground/foreign-files/read-file.ts";
import { wrongField } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { csvLine } from "../../ground/lists/csv.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { type ImportPlan, type KnownSite, type PlannedSite, planImport } from "./import-plan.ts";
import { readSiteFile } from "./read-site-file.ts";
import { type CsvRow, csvBounds, csvColumns, csvProblems, keyOfName, meanings } from "./site-csv.ts";
import { keepToldColumns, plainMeanings, readToldColumns } from "./told-columns.ts";

export interface ImportParts {
  readonly world: World;
  readonly readFile: ReadFile;
  readonly envelope: Envelope;
  readonly sites: Sites;
  readonly emit: Emit;
  readonly hubPublicKey: string;
  readonly publicUrl: string;
}

export const importView = z.object({
  made: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  sites: z.array(
    z.object({
      /** Of the file. */
      fileLine: z.number().int(),
      /** Null: it is not made yet. */
      siteId: z.string().nullable(),
      name: z.string(),
      does: z.enum(["make", "update", "unchanged"]),
      /** The columns that change something. */
      changes: z.array(z.string()),
      /** Port, user or password are written. */
      setsAccess: z.boolean(),
      /** Of one that was made: its agent's token, shown once. */
      enrolmentToken: z.string().nullable(),
      /** Of one that was made: the line for its router, for half an hour. Null too where routers can't reach this hub. */
      line: z.string().nullable(),
    }),
  ),
  errors: z.array(
    z.object({
      line: z.number().int(),
      field: z.string(),
      problem: z.enum(csvProblems),
      message: z.string(),
    }),
  ),
  /** Columns that nobody knows: say in `columns` what they mean. */
  unknownColumns: z.array(z.string()),
});

const toldMax = 200;

export function importRoutes(parts: ImportParts) {
  const { emit } = parts;
  return [
    rawRoute({
      method: "GET",
      path: "/api/v1/sites/import/example",
      summary: "A CSV file with the columns of an import, and one line as an example",
      permission: "sites.read",
      produces: "text/csv",
      respond: async (_call, _request, response) => {
        response.setHeader("Content-Type", "text/csv; charset=utf-8");
        response.setHeader("Content-Disposition", 'attachment; filename="sites.csv"');
        response.end(exampleFile());
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/sites/import",
      summary:
        "Add or update many sites from CSV, by name: all of them; or none, and the answer names all that is wrong in every line",
      permission: "sites.manage",
      // Its lines lead to the sites' secrets.
      freshFactor: true,
      notForSupport: "keys-of-site",
      body: z.strictObject({
        /**
         * A first line with the names of the columns: name, and any of address, port, user, password, region, district, lat, lng, template, note; also as
         * other systems call them (ip_address, api_port, username, county, longitude, …).
         */
        csv: z.string().min(1).max(csvBounds.characters),
        /** What columns mean that are not known; `ignore` leaves one out. Remembered for the next file, once a file was taken. */
        columns: z.record(z.string().min(1).max(60), z.enum(meanings)).default({}),
        /** True: only answer what would happen. */
        dryRun: z.boolean().default(false),
      }),
      // A character of it may take three bytes, or six where it is escaped.
      bodyBytesMax: 3 * csvBounds.characters,
      response: importView,
      handle: async ({ body, providerId, transact }) => {
        // Each is kept, whether the file has it or not.
        if (Object.keys(body.columns).length > toldMax) throw wrongField("columns", "too-many", toldMax);
        const told = plainMeanings(body.columns);
        const known = await transact(readToldColumns);
        const read = await readSiteFile(parts.readFile, providerId, body.csv, { ...known, ...told });
        if (read.unknown.length > 0)
          return { ...nothingDone, errors: [...read.errors], unknownColumns: [...read.unknown] };
        return await transact(async (tx) => {
          const plan = await planFor(tx, providerId, read.rows, !body.dryRun);
          const errors = [...read.errors, ...plan.errors].sort((one, other) => one.line - other.line);
          if (errors.length > 0) return { ...nothingDone, errors };
          const templates = await readTemplates(tx);
          if (body.dryRun) return viewOf(plan, (site) => ({ ...site, enrolmentToken: null, line: null }));
          await keepToldColumns(tx, providerId, told, parts.world.clock.wall().atMs);
          const done = new Map<number, Made>();
          for (const site of plan.sites) done.set(site.line, await apply(parts, tx, providerId, { site, templates }));
          await emit(tx, providerId, { topic: "site", id: "", action: "imported" });
          return viewOf(plan, (site) => ({ ...site, ...(done.get(site.line) as Made) }));
        });
      },
    }),
  ];
}

const nothingDone = { made: 0, updated: 0, unchanged: 0, sites: [], errors: [], unknownColumns: [] };

interface Made {
  readonly siteId: string;
  readonly enrolmentToken: string | null;
  readonly line: string | null;
}

/** With `isLocked` two imports of a provider's wait for each other: the second sees what the first has made. */
async function planFor(tx: Tx, providerId: string, rows: readonly CsvRow[], isLocked: boolean): Promise<ImportPlan> {
  if (rows.length === 0) return { sites: [], errors: [] };
  if (isLocked) await lockProvider(tx, providerId);
  const wanted = new Set(rows.map(({ name }) => keyOfName(name)));
  const found = await selectSitesWithAccess(tx).selectAll("sites").execute();
  const sites = found
    .filter(({ name }) => wanted.has(keyOfName(name)))
    .map(
      (row): KnownSite => ({
        ...fieldsOf(row),
        siteId: row.siteId,
        access: row.port === null ? null : { port: row.port, user: row.userName ?? "" },
      }),
    );
  const templates = (await readTemplates(tx)).map((row) => ({
    templateId: row.templateId,
    name: row.name,
    fields: fieldsOfTemplate(row),
  }));
  return planImport(rows, { sites, templates });
}

async function apply(
  parts: ImportParts,
  tx: Tx,
  providerId: string,
  { site, templates }: { readonly site: PlannedSite; readonly templates: readonly SiteTemplateRow[] },
): Promise<Made> {
  const { world, hubPublicKey, publicUrl, sites } = parts;
  const isNew = site.siteId === null;
  const siteId = site.siteId ?? (await sites.insert(tx, providerId, [site.fields as SiteFields]))[0]?.siteId ?? "";
  if (!isNew && Object.keys(site.fields).length > 0) await sites.update(tx, siteId, site.fields);
  const place = { providerId, siteId };
  if (site.access !== null) {
    const { password, ...access } = site.access;
    await keepAccess(parts, tx, place, { ...access, password: password ?? undefined });
  }
  if (!isNew) return { siteId, enrolmentToken: null, line: null };
  const { token } = await createEnrolmentToken(world, tx, place, hubPublicKey);
  const choices = templates.find(({ templateId: id }) => id === site.templateId)?.choices ?? null;
  const line = hasPublicUrl(publicUrl) ? (await createLine(parts, tx, place, choices)).line : null;
  return { siteId, enrolmentToken: token, line };
}

type SiteView = z.input<typeof importView>["sites"][number];

function viewOf(
  { sites }: ImportPlan,
  told: (site: PlannedSite) => Pick<SiteView, "siteId" | "enrolmentToken" | "line">,
): z.input<typeof importView> {
  const count = (does: PlannedSite["does"]) => sites.filter((site) => site.does === does).length;
  return {
    made: count("make"),
    updated: count("update"),
    unchanged: count("unchanged"),
    sites: sites.map((site): SiteView => {
      const { siteId, enrolmentToken, line } = told(site);
      const { name, does, changes } = site;
      const known = { siteId, enrolmentToken, line };
      return { fileLine: site.line, name, does, changes: [...changes], setsAccess: site.access !== null, ...known };
    }),
    errors: [],
    unknownColumns: [],
  };
}

/** A number of a phone is guarded as a formula would be, so the example has none. */
function exampleFile(): string {
  const example: Readonly<Record<(typeof csvColumns)[number], string>> = {
    name: "Market",
    address: "",
    port: "8728",
    user: "karibu",
    password: "",
    region: "Nairobi",
    district: "Westlands",
    lat: "-1.2641",
    lng: "36.8028",
    template: "",
    note: "Key at the chemist",
  };
  return csvLine(csvColumns) + csvLine(csvColumns.map((column) => example[column]));
}
