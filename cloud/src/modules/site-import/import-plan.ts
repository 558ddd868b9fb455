/** What the lines of a CSV file make of a provider's sites: each is made, updated or unchanged, by its name. The same file twice changes nothing. Pure. */
import { apiPort } from "../../fleet/router-access/api-port.ts";
import type { SiteFields } from "../../fleet/sites/sites.ts";
import { type CsvComplaint, type CsvRow, complain, keyOfName } from "./site-csv.ts";

export interface KnownSite extends SiteFields {
  readonly siteId: string;
  /** Without its password: a file must not tell whether a password that it names is the kept one. */
  readonly access: { readonly port: number; readonly user: string } | null;
}

export interface KnownTemplate {
  readonly templateId: string;
  readonly name: string;
  readonly fields: Pick<SiteFields, "region" | "district" | "interimSeconds" | "autoLogIn">;
}

export interface PlannedAccess {
  readonly port: number;
  readonly user: string;
  /** Null: the kept one stays. */
  readonly password: string | null;
}

export interface PlannedSite {
  readonly line: number;
  readonly name: string;
  readonly does: "make" | "update" | "unchanged";
  /** Null: it is made. */
  readonly siteId: string | null;
  /** Of one that is made all; else those that differ. */
  readonly fields: Partial<SiteFields>;
  /** The columns that change something. */
  readonly changes: readonly string[];
  /** Null: it stays as it is. A password of the file is written, whether or not it is the kept one. */
  readonly access: PlannedAccess | null;
  readonly templateId: string | null;
}

export interface ImportPlan {
  readonly sites: readonly PlannedSite[];
  readonly errors: readonly CsvComplaint[];
}

/** How a new site works where neither file nor template says. */
const usual = { interimSeconds: 300, autoLogIn: true, region: null, district: null } as const;

const columns = [
  ["address", "address"],
  ["region", "region"],
  ["district", "district"],
  ["latitude", "lat"],
  ["longitude", "lng"],
  ["note", "note"],
] as const;

export function planImport(
  rows: readonly CsvRow[],
  { sites, templates }: { readonly sites: readonly KnownSite[]; readonly templates: readonly KnownTemplate[] },
): ImportPlan {
  const errors: CsvComplaint[] = [];
  const planned: PlannedSite[] = [];
  const known = Map.groupBy(sites, ({ name }) => keyOfName(name));
  const byTemplate = new Map(templates.map((template) => [keyOfName(template.name), template]));
  for (const row of rows) {
    const wrong: CsvComplaint[] = [];
    const same = known.get(keyOfName(row.name)) ?? [];
    if (same.length > 1) wrong.push(complain(row.line, "name", "name-ambiguous"));
    const site = same[0] ?? null;
    const template = row.template === null ? null : (byTemplate.get(keyOfName(row.template)) ?? null);
    if (row.template !== null && template === null) wrong.push(complain(row.line, "template", "no-such-template"));
    const access = accessOf(row, site?.access ?? null, wrong);
    errors.push(...wrong);
    if (wrong.length > 0) continue;
    planned.push(site === null ? made(row, template, access) : updated(row, site, access));
  }
  return { sites: planned, errors };
}

function made(row: CsvRow, template: KnownTemplate | null, access: PlannedAccess | null): PlannedSite {
  const { line, name, address, region, district, latitude, longitude, note } = row;
  const like = template?.fields ?? usual;
  return {
    line,
    name,
    does: "make",
    siteId: null,
    fields: {
      name,
      address,
      note,
      latitude,
      longitude,
      region: region ?? like.region,
      district: district ?? like.district,
      interimSeconds: like.interimSeconds,
      autoLogIn: like.autoLogIn,
    },
    changes: [],
    access,
    templateId: template?.templateId ?? null,
  };
}

/** A template is for new sites: one that is there keeps its choices. */
function updated(row: CsvRow, site: KnownSite, access: PlannedAccess | null): PlannedSite {
  const differing = columns.filter(([field]) => row[field] !== null && row[field] !== (site[field] ?? null));
  const fields = Object.fromEntries(differing.map(([field]) => [field, row[field]])) as Partial<SiteFields>;
  const isOther = access !== null && (access.port !== site.access?.port || access.user !== site.access.user);
  const changes = [
    ...differing.map(([, column]) => column),
    ...(isOther ? (["port", "user"] as const).filter((one) => access[one] !== site.access?.[one]) : []),
  ];
  const { line, name } = row;
  const does = changes.length > 0 ? "update" : "unchanged";
  const isWritten = access !== null && (isOther || access.password !== null);
  return {
    line,
    name,
    does,
    siteId: site.siteId,
    fields,
    changes,
    access: isWritten ? access : null,
    templateId: null,
  };
}

function accessOf(
  { line, port, user, password }: CsvRow,
  kept: KnownSite["access"],
  wrong: CsvComplaint[],
): PlannedAccess | null {
  if (port === null && user === null && password === null) return null;
  const name = user ?? kept?.user ?? null;
  if (name === null) wrong.push(complain(line, "user", "no-user"));
  if (password === null && kept === null) wrong.push(complain(line, "password", "no-password"));
  return name === null ? null : { port: port ?? kept?.port ?? apiPort, user: name, password };
}
