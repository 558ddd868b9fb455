/**
 * The secrets that a site's router and its agent share, and the agent's enrolment token: made when a router's script is made, sealed in the
 * database, told to that router and to who downloads the script.
 */
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { createEnrolmentToken, isTokenGood } from "../enrolment/enrolment.ts";
import { type Place, readScript, type ScriptRow } from "./set-up-rows.ts";

export interface ScriptSecrets {
  readonly enrolToken: string;
  readonly radiusSecret: string;
  readonly apiPassword: string;
  /** The password of the router's binary back-ups; left out where the set-up is older. */
  readonly backUpKey?: string | undefined;
}

type SealedSecrets = Pick<
  ScriptRow,
  "enrolTokenSealed" | "radiusSecretSealed" | "apiPasswordSealed" | "backUpKeySealed"
>;

const contextOf = (kind: string, { providerId, siteId }: Place) => `site-script/${kind}/${providerId}/${siteId}`;

export function openSecrets(envelope: Envelope, place: Place, row: SealedSecrets): ScriptSecrets {
  const open = (kind: string, sealed: Uint8Array) => envelope.open(sealed, contextOf(kind, place)).toString();
  return {
    enrolToken: open("enrol", row.enrolTokenSealed),
    radiusSecret: open("radius", row.radiusSecretSealed),
    apiPassword: open("api", row.apiPasswordSealed),
    ...(row.backUpKeySealed === null ? {} : { backUpKey: open("back-up", row.backUpKeySealed) }),
  };
}

export function sealSecrets(envelope: Envelope, place: Place, secrets: ScriptSecrets): SealedSecrets {
  const seal = (kind: string, secret: string) => envelope.seal(Buffer.from(secret), contextOf(kind, place));
  return {
    enrolTokenSealed: seal("enrol", secrets.enrolToken),
    radiusSecretSealed: seal("radius", secrets.radiusSecret),
    apiPasswordSealed: seal("api", secrets.apiPassword),
    backUpKeySealed: secrets.backUpKey === undefined ? null : seal("back-up", secrets.backUpKey),
  };
}

/** From now on the site's scripts have these: router and agent have proved that they do. The others stay: the router keeps its key for back-ups. */
export async function replaceSecrets(
  envelope: Envelope,
  tx: Tx,
  place: Place,
  { radiusSecret, apiPassword }: Pick<ScriptSecrets, "radiusSecret" | "apiPassword">,
): Promise<void> {
  const sealed = sealSecrets(envelope, place, { enrolToken: "", radiusSecret, apiPassword });
  const { radiusSecretSealed, apiPasswordSealed } = sealed;
  await tx
    .updateTable("site_scripts")
    .set({ radiusSecretSealed, apiPasswordSealed })
    .where("siteId", "=", place.siteId)
    .execute();
}

/**
 * A hosted site whose set-up was for another host: the script has the new one's RADIUS secret and another API password from now on. The router knows those
 * of before until it is set up with it: no hub can change that at a router that only the host of before reaches.
 */
export async function renewForHost(
  { world, envelope }: Pick<SecretMaker, "world" | "envelope">,
  tx: Tx,
  place: Place,
  radiusSecret: string,
): Promise<void> {
  const script = await readScript(tx, place.siteId);
  if (script?.choices.place !== "hosted") return;
  await replaceSecrets(envelope, tx, place, { radiusSecret, apiPassword: newSecret(world, 18) });
}

/** What secrets are made with. `hubPublicKey`: a device knows its hub by it before it is enrolled. */
export interface SecretMaker {
  readonly world: World;
  readonly envelope: Envelope;
  readonly hubPublicKey: string;
}

/**
 * For the router with this serial number and the key that was made on it: its own secrets again, where it had some, else new ones; a serial number
 * stands on the box. `hostedSecret`: the RADIUS secret that the host
 * has for this site; its agent enrols by its host, so the token opens nothing.
 */
export async function secretsFor(
  { world, envelope, hubPublicKey }: SecretMaker,
  tx: Tx,
  place: Place,
  router: {
    readonly serial: string;
    readonly publicKey: string;
    readonly known: ScriptRow | null;
    readonly hostedSecret: string | null;
  },
): Promise<ScriptSecrets> {
  const { known, hostedSecret } = router;
  const isSame =
    known !== null && known.serial === router.serial && known.facts.wireguardPublicKey === router.publicKey;
  const old = isSame ? openSecrets(envelope, place, known) : null;
  const isHosted = hostedSecret !== null;
  const isGood = old !== null && !isHosted && (await isTokenGood(world, tx, place, old.enrolToken));
  const enrolToken = isHosted
    ? newSecret(world)
    : isGood
      ? old.enrolToken
      : (await createEnrolmentToken(world, tx, place, hubPublicKey)).token;
  // A site that goes to another host has another secret there; the host of before knows the account, too.
  const isSameHost = !isHosted || old?.radiusSecret === hostedSecret;
  return {
    enrolToken,
    radiusSecret: hostedSecret ?? old?.radiusSecret ?? newSecret(world, 18),
    apiPassword: (isSameHost ? old?.apiPassword : undefined) ?? newSecret(world, 18),
    backUpKey: old?.backUpKey ?? newSecret(world),
  };
}

/** The password of the router's back-ups; one is made where its set-up is older, and reaches the router with its next script. Null: no script. */
export async function backUpKeyOf(
  { world, envelope }: Pick<SecretMaker, "world" | "envelope">,
  tx: Tx,
  place: Place,
): Promise<string | null> {
  const row = await readScript(tx, place.siteId);
  if (row === null) return null;
  const known = openSecrets(envelope, place, row).backUpKey;
  if (known !== undefined) return known;
  // A download of the script and a back-up may come at once: the router must have the key that is kept.
  await tx.selectFrom("site_scripts").select("siteId").where("siteId", "=", place.siteId).forUpdate().execute();
  const locked = await readScript(tx, place.siteId);
  const made = locked === null ? undefined : openSecrets(envelope, place, locked).backUpKey;
  if (made !== undefined) return made;
  const secrets = { ...openSecrets(envelope, place, row), backUpKey: newSecret(world) };
  const { backUpKeySealed } = sealSecrets(envelope, place, secrets);
  await tx.updateTable("site_scripts").set({ backUpKeySealed }).where("siteId", "=", place.siteId).execute();
  return secrets.backUpKey;
}
