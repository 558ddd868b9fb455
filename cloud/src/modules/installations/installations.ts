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
  const ids = { providerId, installationId: newId(parts.world) };
  const row = await tx
    .insertInto("installations")
    .values({
      ...ids,
      number: Number(rows[0]?.last),
      state: stateOf("lead", { fromMs: fields.visitFromMs, assignedTo: fields.assignedTo }),
      ...columnsOf(fields),
      ...(await phoneColumns(parts, tx, ids, fields.phone)),
      checklist: json((fields.checklist ?? usualChecklist[locale]).map(unticked)),
      madeBy,
      createdAtMs: nowMs,
      changedAtMs: nowMs,
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
    .where("installationId", "=", installationId)
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
    visitFromMs: change.visitFromMs === undefined ? before.visitFromMs : change.visitFromMs,
    visitUntilMs: change.visitUntilMs === undefined ? before.visitUntilMs : change.visitUntilMs,
  };
  await refuseUnknown(tx, { ...change, ...visit });
  const assignedTo = change.assignedTo === undefined ? before.assignedTo : change.assignedTo;
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
    .set({ ...change, changedAtMs: parts.world.clock.wall().atMs })
    .where("installationId", "=", before.installationId)
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
  return row.phoneSealed === null ? null : envelope.open(row.phoneSealed, contextOf(row)).toString();
}

const unticked = (text: string): CheckItem => ({ text, doneBy: null, doneAtMs: null });

function columnsOf(fields: InstallationChange) {
  return {
    name: fields.name,
    latitude: fields.latitude,
    longitude: fields.longitude,
    placeNote: fields.placeNote,
    planId: fields.planId,
    siteId: fields.siteId,
    source: fields.source,
    note: fields.note,
    visitFromMs: fields.visitFromMs,
    visitUntilMs: fields.visitUntilMs,
    assignedTo: fields.assignedTo,
  } as Pick<
    InstallationRow,
    | ("name" | "latitude" | "longitude" | "placeNote" | "planId" | "siteId" | "source" | "note")
    | ("visitFromMs" | "visitUntilMs" | "assignedTo")
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
  const user = await tx.selectFrom("users").select("active").where("userId", "=", fields.assignedTo).executeTakeFirst();
  if (user?.active !== true) throw notFound("person", "assignedTo");
}

async function phoneColumns(
  { envelope, parties }: InstallationParts,
  tx: Tx,
  ids: { readonly providerId: string; readonly installationId: string },
  typed: string | null,
) {
  if (typed === null) return { phoneSealed: null, phoneMasked: null, phoneHash: null };
  const phone = readPhone(typed, await countryOfProvider(tx, ids.providerId));
  return {
    phoneSealed: envelope.seal(Buffer.from(phone), contextOf(ids)),
    phoneMasked: maskPhone(phone),
    phoneHash: parties.ofPhone(ids.providerId, phone),
  };
}

const contextOf = (row: { readonly providerId: string; readonly installationId: string }) =>
  `installation/${row.providerId}/${row.installationId}`;

async function told({ emit }: InstallationParts, tx: Tx, row: InstallationRow): Promise<void> {
  await emit(tx, row.providerId, { topic: "customer", id: row.installationId, action: "installation" });
}
