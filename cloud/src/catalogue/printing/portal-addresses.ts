/** Where a printed code leads: the portal of the site that sells it, as a phone on its Wi-Fi reaches it. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";

/** As the site's router was set up; null: not known. */
export type PortalAddressOf = (tx: Tx, siteId: string) => Promise<string | null>;

/** What a person typed stands above what the set-up says. Without a slash at its end. */
export async function readPortalAddress(tx: Tx, siteId: string, ofSetUp: PortalAddressOf): Promise<string | null> {
  const typed = await readTyped(tx, siteId);
  return typed ?? (await ofSetUp(tx, siteId));
}

export async function readTyped(tx: Tx, siteId: string): Promise<string | null> {
  const row = await tx.selectFrom("portal_addresses").select("address").where("siteId", "=", siteId).executeTakeFirst();
  return row?.address ?? null;
}

/** Null: as the set-up says. */
export async function writeTyped(
  world: World,
  tx: Tx,
  {
    providerId,
    siteId,
    address,
  }: { readonly providerId: string; readonly siteId: string; readonly address: string | null },
): Promise<void> {
  await tx.deleteFrom("portal_addresses").where("siteId", "=", siteId).execute();
  if (address === null) return;
  const row = { providerId, siteId, address, updatedAtMs: world.clock.wall().atMs };
  await tx.insertInto("portal_addresses").values(row).execute();
}

/**
 * What a printed code's picture says. The code stands behind the `#`: a browser sends that part to no server, so no proxy and no log
 * between the phone and the site ever has it.
 */
export const codeAddress = (portal: string, code: string, pin: string | null): string =>
  `${portal}/#v=${encodeURIComponent(code)}${pin === null ? "" : `&p=${pin}`}`;
