/** What was chosen for a site's router beside the hotspot, with the secrets of SNMP and of the emergency account: made here at random, for this site alone, sealed at rest. */
import { newSecret } from "@karibu/protocol/identifiers";
import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";

interface Place {
  readonly providerId: string;
  readonly siteId: string;
}

export interface SnmpSecrets {
  readonly user: string;
  readonly authenticationPassword: string;
  readonly encryptionPassword: string;
}

export interface KnownServices {
  readonly chosen: RouterServices;
  readonly changedAtMs: number;
  /** Null without SNMP. */
  readonly snmpSecrets: SnmpSecrets | null;
  /** Null: there is no account for when the hub is away, or who asks may not know it. */
  readonly emergencyPassword: string | null;
}

const contextOf = (kind: string, { providerId, siteId }: Place) => `router-services/${kind}/${providerId}/${siteId}`;

/** Null: nobody ever chose anything. */
export async function readServices(envelope: Envelope, tx: Tx, place: Place): Promise<KnownServices | null> {
  const row = await tx
    .selectFrom("site_router_services")
    .selectAll()
    .where("siteId", "=", place.siteId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { snmpUser: user, snmpAuthenticationSealed: authentication, snmpEncryptionSealed: encryption } = row;
  const open = (kind: string, sealed: Uint8Array) => envelope.open(sealed, contextOf(kind, place)).toString();
  const { emergencyPasswordSealed: emergency } = row;
  const isWhole = user !== null && authentication !== null && encryption !== null;
  const staff = row.chosen.staff ?? null;
  return {
    // SNMP without its secrets can't be set up: it was cut off, and is chosen anew. So is the emergency account.
    chosen: {
      ...row.chosen,
      ...(isWhole ? {} : { snmp: null }),
      staff: staff !== null && emergency === null ? { ...staff, emergencyAddresses: [] } : staff,
    },
    changedAtMs: row.changedAtMs,
    snmpSecrets: isWhole
      ? {
          user,
          authenticationPassword: open("snmp-authentication", authentication),
          encryptionPassword: open("snmp-encryption", encryption),
        }
      : null,
    emergencyPassword: emergency === null ? null : open("emergency-account", emergency),
  };
}

/** The secrets stay while SNMP, or the emergency account, stays on; switched off and on again, they are others. */
export async function keepServices(
  { world, envelope }: { readonly world: World; readonly envelope: Envelope },
  tx: Tx,
  place: Place,
  chosen: RouterServices,
): Promise<KnownServices> {
  const known = await readServices(envelope, tx, place);
  const snmpSecrets = chosen.snmp === null ? null : (known?.snmpSecrets ?? newSnmpSecrets(world));
  const wishesAccount = chosen.staff !== null && chosen.staff.emergencyAddresses.length > 0;
  const emergencyPassword = wishesAccount ? (known?.emergencyPassword ?? newSecret(world, 16)) : null;
  const seal = (kind: string, secret: string) => envelope.seal(Buffer.from(secret), contextOf(kind, place));
  const changedAtMs = world.clock.wall().atMs;
  const kept = {
    chosen,
    changedAtMs,
    snmpUser: snmpSecrets?.user ?? null,
    snmpAuthenticationSealed:
      snmpSecrets === null ? null : seal("snmp-authentication", snmpSecrets.authenticationPassword),
    snmpEncryptionSealed: snmpSecrets === null ? null : seal("snmp-encryption", snmpSecrets.encryptionPassword),
    emergencyPasswordSealed: emergencyPassword === null ? null : seal("emergency-account", emergencyPassword),
  };
  await tx
    .insertInto("site_router_services")
    .values({ providerId: place.providerId, siteId: place.siteId, ...kept })
    .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(kept))
    .execute();
  return { chosen, changedAtMs, snmpSecrets, emergencyPassword };
}

/**
 * For scripts: a router's set-up is told to who may manage sites, and its emergency account may do everything for ever, so only those who may have
 * all rights at the router read that, by a log-in of their own.
 */
export const toldTo = (
  actor: Pick<Actor, "credential" | "may">,
  services: KnownServices | null,
): KnownServices | null =>
  actor.credential.kind === "login" && actor.may("routers.log-in-full") ? services : withoutEmergency(services);

/** The script leaves the account that is there as it is, and adds none. */
export const withoutEmergency = (services: KnownServices | null): KnownServices | null =>
  services === null ? null : { ...services, emergencyPassword: null };

const newSnmpSecrets = (world: World): SnmpSecrets => ({
  user: `karibu-${newSecret(world, 4)}`,
  authenticationPassword: newSecret(world, 16),
  encryptionPassword: newSecret(world, 16),
});

/** The site's router was stolen, or cut off: whoever has it knows them. */
export async function forgetServiceSecrets(tx: Tx, siteId: string): Promise<void> {
  await tx
    .updateTable("site_router_services")
    .set({
      snmpUser: null,
      snmpAuthenticationSealed: null,
      snmpEncryptionSealed: null,
      emergencyPasswordSealed: null,
    })
    .where("siteId", "=", siteId)
    .execute();
}
