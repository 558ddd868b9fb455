/** Installations in the database. A phone number is stored sealed, as a customer's is. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { readPlan } from "../../catalogue/plans/plans.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { readPhone } from "../../ground/http/phone-field.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import type { CheckItem, InstallationRow } from "./installation.ts";
import { isWindow, stateOf, usualChecklist } from "./installation-policy.ts";

export interface InstallationParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly emit: Emit;
}

export interface InstallationFields {
  readonly name: string;
  /** As typed. */
  readonly phone: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly placeNote: string | null;
  readonly planId: string | null;
  readonly siteId: string | null;
  readonly source: string | null;
  readonly note: string | null;
  readonly visitFromMs: number | null;
  readonly visitUntilMs: number | null;
  readonly assignedTo: string | null;
}
export type InstallationChange = {
  readonly [Field in keyof InstallationFields]?: InstallationFields[Field] | undefined;
};

export async function insertInstallation(
  parts: InstallationParts,
  tx: Tx,
  providerId: string,
  fields: InstallationFields & { readonly checklist?: readonly string[] | undefined },
  madeBy: string,
): Promise<InstallationRow> {
  const nowMs = parts.world.clock.wall().atMs;
  await refuseUnknown(tx, fields);
  const { locale } = await readProviderRow(tx, providerId);
  const { rows } = await sql<{
    last: number;
  }>`insert into installation_numbers (provider_id, last) values (${providerId}, 1)
    on conflict (provider_id) do update set last = installation_numbers.last + 1 returning last`.execute(tx);
  const ids = { provider_id: providerId, installation_id: newId(parts.world) };
  const row = await tx
    .insertInto("installations")
    .values({
      ...ids,
      number: Number(rows[0]?.last),
      state: stateOf("lead", { fromMs: fields.visitFromMs, assignedTo: fields.assignedTo }),
      ...columnsOf(fields),
      ...(await phoneColumns(parts, tx, ids, fields.phone)),
      checklist: json((fields.checklist ?? usualChecklist[locale]).map(unticked)),
      made_by: madeBy,
      created_at_ms: nowMs,
      changed_at_ms: nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await told(parts, tx, row);
  return row;
}

/** Locked until the transaction ends. Throws a Problem 404. */
export async function readInstallation(tx: Tx, installationId: string): Promise<InstallationRow> {
  const row = await tx
    .selectFrom("installations")
    .selectAll()
    .where("installation_id", "=", installationId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("installation");
  return row;
}

/** Fields that are left out stay. */
export async function changeInstallation(
  parts: InstallationParts,
  tx: Tx,
  before: InstallationRow,
  change: InstallationChange,
): Promise<InstallationRow> {
  const visit = {
    visitFromMs: change.visitFromMs === undefined ? before.visit_from_ms : change.visitFromMs,
    visitUntilMs: change.visitUntilMs === undefined ? before.visit_until_ms : change.visitUntilMs,
  };
  await refuseUnknown(tx, { ...change, ...visit });
  const assignedTo = change.assignedTo === undefined ? before.assigned_to : change.assignedTo;
  return set(parts, tx, before, {
    ...columnsOf(change),
    ...(change.phone === undefined ? {} : await phoneColumns(parts, tx, before, change.phone)),
    state: stateOf(before.state, { fromMs: visit.visitFromMs, assignedTo }),
  });
}

export async function set(
  parts: InstallationParts,
  tx: Tx,
  before: InstallationRow,
  change: object,
): Promise<InstallationRow> {
  const row = await tx
    .updateTable("installations")
    .set({ ...change, changed_at_ms: parts.world.clock.wall().atMs })
    .where("installation_id", "=", before.installation_id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await told(parts, tx, row);
  return row;
}

/** An MSISDN, or null. */
export function phoneOfInstallation(
  { envelope }: Pick<InstallationParts, "envelope">,
  row: InstallationRow,
): string | null {
  return row.phone_sealed === null ? null : envelope.open(row.phone_sealed, contextOf(row)).toString();
}

const unticked = (text: string): CheckItem => ({ text, doneBy: null, doneAtMs: null });

function columnsOf(fields: InstallationChange) {
  return {
    name: fields.name,
    latitude: fields.latitude,
    longitude: fields.longitude,
    place_note: fields.placeNote,
    plan_id: fields.planId,
    site_id: fields.siteId,
    source: fields.source,
    note: fields.note,
    visit_from_ms: fields.visitFromMs,
    visit_until_ms: fields.visitUntilMs,
    assigned_to: fields.assignedTo,
  } as Pick<
    InstallationRow,
    | ("name" | "latitude" | "longitude" | "place_note" | "plan_id" | "site_id" | "source" | "note")
    | ("visit_from_ms" | "visit_until_ms" | "assigned_to")
  >;
}

async function refuseUnknown(tx: Tx, fields: InstallationChange): Promise<void> {
  if (fields.planId != null) await readPlan(tx, fields.planId, "planId");
  if (fields.siteId != null) await readSite(tx, fields.siteId, "siteId");
  if (!isWindow(fields.visitFromMs ?? null, fields.visitUntilMs ?? null))
    throw refusal("bad-visit", {
      field: "visitUntilMs",
    });
  if (fields.assignedTo == null) return;
  const user = await tx
    .selectFrom("users")
    .select("active")
    .where("user_id", "=", fields.assignedTo)
    .executeTakeFirst();
  if (user?.active !== true) throw notFound("person", "assignedTo");
}

async function phoneColumns(
  { envelope, parties }: InstallationParts,
  tx: Tx,
  ids: { readonly provider_id: string; readonly installation_id: string },
  typed: string | null,
) {
  if (typed === null) return { phone_sealed: null, phone_masked: null, phone_hash: null };
  const phone = readPhone(typed, await countryOfProvider(tx, ids.provider_id));
  return {
    phone_sealed: envelope.seal(Buffer.from(phone), contextOf(ids)),
    phone_masked: maskPhone(phone),
    phone_hash: parties.ofPhone(ids.provider_id, phone),
  };
}

const contextOf = (row: { readonly provider_id: string; readonly installation_id: string }) =>
  `installation/${row.provider_id}/${row.installation_id}`;

async function told({ emit }: InstallationParts, tx: Tx, row: InstallationRow): Promise<void> {
  await emit(tx, row.provider_id, { topic: "customer", id: row.installation_id, action: "installation" });
}
