/** Installations as staff and technicians read them. */
import { z } from "zod";
import { siteNames } from "../../fleet/sites/site-names.ts";
import type { Tx } from "../../ground/db/database.ts";
import { nameOf } from "../../ground/db/names-by-id.ts";
import { userNames } from "../../identity/users/user-names.ts";
import { jobPlace } from "../stock/places.ts";
import { holdings } from "../stock/stock-item.ts";
import { type InstallationRow, installationStates } from "./installation.ts";
import { type InstallationParts, phoneOfInstallation } from "./installations.ts";
import { planNames } from "./plan-names.ts";

export const installationView = z.object({
  installationId: z.string(),
  number: z.int(),
  state: z.enum(installationStates),
  name: z.string(),
  phoneMasked: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  placeNote: z.string().nullable(),
  planId: z.string().nullable(),
  planName: z.string().nullable(),
  siteId: z.string().nullable(),
  siteName: z.string().nullable(),
  source: z.string().nullable(),
  note: z.string().nullable(),
  visitFromMs: z.int().nullable(),
  visitUntilMs: z.int().nullable(),
  assignedTo: z.string().nullable(),
  assignedToName: z.string().nullable(),
  /** Of how many. */
  ticked: z.int(),
  toTick: z.int(),
  cancelReason: z.string().nullable(),
  customerId: z.string().nullable(),
  accountId: z.string().nullable(),
  subscriptionId: z.string().nullable(),
  createdAtMs: z.int(),
  changedAtMs: z.int(),
});

export const wholeInstallationView = installationView.extend({
  /** An MSISDN: the technician calls. */
  phone: z.string().nullable(),
  checklist: z.array(z.object({ text: z.string(), doneBy: z.string().nullable(), doneAtMs: z.int().nullable() })),
  equipment: z.array(
    z.object({ itemId: z.string(), kindName: z.string(), serial: z.string(), holding: z.enum(holdings) }),
  ),
  pictures: z.array(
    z.object({
      installationPictureId: z.string(),
      mediaType: z.enum(["image/png", "image/jpeg"]),
      width: z.int(),
      height: z.int(),
      who: z.string(),
      atMs: z.int(),
    }),
  ),
});

export async function installationViews(
  tx: Tx,
  rows: readonly InstallationRow[],
): Promise<z.input<typeof installationView>[]> {
  const providerId = rows[0]?.providerId ?? "";
  const idsOf = (column: "planId" | "siteId" | "assignedTo") => rows.map((row) => row[column]);
  const plans = await planNames(tx, providerId, idsOf("planId"));
  const sites = await siteNames(tx, providerId, idsOf("siteId"));
  const users = await userNames(tx, providerId, idsOf("assignedTo"));
  return rows.map((row) => ({
    installationId: row.installationId,
    number: row.number,
    state: row.state,
    name: row.name,
    phoneMasked: row.phoneMasked,
    latitude: row.latitude,
    longitude: row.longitude,
    placeNote: row.placeNote,
    planId: row.planId,
    planName: nameOf(plans, row.planId),
    siteId: row.siteId,
    siteName: nameOf(sites, row.siteId),
    source: row.source,
    note: row.note,
    visitFromMs: row.visitFromMs,
    visitUntilMs: row.visitUntilMs,
    assignedTo: row.assignedTo,
    assignedToName: nameOf(users, row.assignedTo),
    ticked: row.checklist.filter(({ doneAtMs }) => doneAtMs !== null).length,
    toTick: row.checklist.length,
    cancelReason: row.cancelReason,
    customerId: row.customerId,
    accountId: row.accountId,
    subscriptionId: row.subscriptionId,
    createdAtMs: row.createdAtMs,
    changedAtMs: row.changedAtMs,
  }));
}

export async function wholeInstallation(
  parts: Pick<InstallationParts, "envelope">,
  tx: Tx,
  row: InstallationRow,
): Promise<z.input<typeof wholeInstallationView>> {
  const [view] = await installationViews(tx, [row]);
  const equipment = await tx
    .selectFrom("stock_items as item")
    .innerJoin("stock_kinds as kind", (on) =>
      on.onRef("kind.providerId", "=", "item.providerId").onRef("kind.kindId", "=", "item.kindId"),
    )
    .select(["item.itemId", "kind.name as kindName", "item.serial", "item.holding"])
    .where((is) =>
      is.or([is("item.place", "=", jobPlace(row.installationId)), is("item.installationId", "=", row.installationId)]),
    )
    .orderBy("item.itemId")
    .execute();
  const pictures = await tx
    .selectFrom("installation_pictures")
    .select(["pictureId as installationPictureId", "mediaType", "width", "height", "who", "atMs"])
    .where("installationId", "=", row.installationId)
    .orderBy("pictureId")
    .execute();
  return {
    ...(view as z.input<typeof installationView>),
    phone: phoneOfInstallation(parts, row),
    checklist: row.checklist.map((item) => ({ ...item })),
    equipment,
    pictures,
  };
}
