/** What a person chose for a router: examined, and kept as what the site's scripts are made from, with their secrets. */
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import { cutText } from "@karibu/protocol/whole-text";
import { judgeFacts } from "@karibu/routeros-scripts/set-up-line/judge-facts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { hostSite, isHosted, refuseMoreHosted, tellHostOf, unhostSite } from "../hosted-sites/hosted-sites.ts";
import { readFurtherRouters } from "../router-services/further-router-rows.ts";
import { readServices } from "../router-services/service-rows.ts";
import { readSite } from "../sites/sites.ts";
import { readAddress, reserveAddress, setPeerKey } from "../tunnel/peers.ts";
import { missingInterface, refuseChoices } from "./choices-policy.ts";
import { type Images, readOffer } from "./hub-offer.ts";
import { scriptValues } from "./render-script.ts";
import { sealSecrets, secretsFor } from "./script-secrets.ts";
import type { SetUpParts } from "./set-up-parts.ts";
import { changeSetUp, lockSetUp, type Place, readScript, readSetUp, type SetUpRow } from "./set-up-rows.ts";

/** What a person chose. `serial`: as it stands on the label, where two routers came with the line. */
export interface Chosen {
  readonly choices: SetUpChoices;
  readonly images: Images;
  readonly serial: string | undefined;
}

/** The router's facts. Throws a Problem where there are none, or where the choices do not fit them. */
export async function refuseUnfit(parts: SetUpParts, tx: Tx, place: Place, chosen: Chosen): Promise<RouterFacts> {
  await readSite(tx, place.siteId);
  return await fittingFacts(parts, tx, { place, row: await readSetUp(tx, place.siteId) }, chosen);
}

async function fittingFacts(
  parts: SetUpParts,
  tx: Tx,
  { place, row }: { readonly place: Place; readonly row: SetUpRow | null },
  { choices, images, serial }: Chosen,
): Promise<RouterFacts> {
  if (row === null || row.facts === null || row.cancelledAtMs !== null) throw refusal("no-router-yet");
  // Whoever saw the line may have been first with it, with facts of his own making.
  if (row.otherRouterAtMs !== null && serial?.trim() !== row.facts.serial)
    throw refusal("serial-needed", { field: "serial" });
  const judgement = judgeFacts(row.facts);
  const offer = await readOffer(parts, tx, place, { architecture: row.facts.architecture, images });
  const refused = refuseChoices(row.facts, judgement, { choices, offer });
  if (refused !== null) throw refusal(refused.code, { field: refused.field });
  return row.facts;
}

/**
 * The router becomes a peer of the tunnel with the key that was made on it. For `asPlatform`. Throws Problems "quota-reached" and "key-taken".
 * Nothing where this hub has no tunnel.
 */
export async function joinTunnel(
  parts: SetUpParts,
  tx: Tx,
  place: Place,
  choice: { readonly isHosted: boolean; readonly publicKey: string },
) {
  if (parts.tunnelEndpoint === null) return;
  const nowMs = parts.world.clock.wall().atMs;
  // Before it takes an address that it would not need.
  if (choice.isHosted && !(await isHosted(tx, place))) await refuseMoreHosted(tx, place.providerId, nowMs);
  await reserveAddress(parts.world, tx, place);
  await setPeerKey(tx, place, { publicKey: choice.publicKey, otherHolders: parts.tunnelKeyHolders });
}

/** Router and agent may have secrets that the script does not have yet: this one would set the router back, and nobody could log in. */
async function refuseWhileChanging(tx: Tx, siteId: string, nowMs: number): Promise<void> {
  const changing = await tx
    .selectFrom("site_secret_rotations")
    .select("siteId")
    .where("siteId", "=", siteId)
    .where("doneAtMs", "is", null)
    .where("sentAtMs", ">", nowMs - changingMsMax)
    .executeTakeFirst();
  if (changing === undefined) return;
  throw refusal("secrets-changing");
}

/** After so long without an answer the site is away, and a new set-up is the way on. */
const changingMsMax = 10 * 60_000;

/** What was chosen for the router of before may name ports that this one lacks: RouterOS would refuse it in the middle of the set-up. */
function refuseServices(facts: RouterFacts, chosen: RouterServices): void {
  const missing = missingInterface(facts, chosen);
  if (missing === null) return;
  throw refusal("set-up-values", {
    field: `services.${missing.field}`,
    rule: "no-interface",
    value: cutText(missing.name, 64),
  });
}

/**
 * Throws a Problem where no script can be made of the choices; then nothing is kept. They are examined again behind the lock of the set-up: since `judged`,
 * whose key is in the tunnel, another router may have come with the line.
 */
export async function writeChoices(
  parts: SetUpParts,
  tx: Tx,
  place: Place,
  { judged, ...chosen }: Chosen & { readonly judged: RouterFacts },
): Promise<void> {
  const { world, envelope } = parts;
  const { providerId, siteId } = place;
  const { choices } = chosen;
  const site = await readSite(tx, siteId);
  const row = await lockSetUp(tx, siteId);
  const facts = await fittingFacts(parts, tx, { place, row }, chosen);
  if (facts.serial !== judged.serial || facts.wireguardPublicKey !== judged.wireguardPublicKey)
    throw refusal("router-changed");
  await refuseWhileChanging(tx, siteId, world.clock.wall().atMs);
  const isForHost = choices.place === "hosted";
  const hostedSecret = isForHost ? await hostSite(world, envelope, tx, place) : null;
  if (!isForHost) await unhostSite(tx, siteId);
  const router = {
    serial: facts.serial,
    publicKey: facts.wireguardPublicKey,
    known: await readScript(tx, siteId),
    hostedSecret,
  };
  const secrets = await secretsFor(parts, tx, place, router);
  const tunnelAddress = await readAddress(tx, siteId);
  const services = await readServices(envelope, tx, place);
  if (services !== null) refuseServices(facts, services.chosen);
  const furtherRouters = await readFurtherRouters(envelope, tx, place);
  const named = { id: siteId, name: site.name, openHosts: await parts.onlineSales.openHosts(tx, place) };
  scriptValues(parts, { site: named, facts, choices, secrets, tunnelAddress, services, furtherRouters });
  const nowMs = world.clock.wall().atMs;
  const kept = { serial: facts.serial, facts, choices, ...sealSecrets(envelope, place, secrets), madeAtMs: nowMs };
  await tx
    .insertInto("site_scripts")
    .values({ providerId, siteId, ...kept })
    .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(kept))
    .execute();
  await changeSetUp(tx, siteId, { chosenAtMs: nowMs });
  if (isForHost) await tellHostOf(tx, siteId);
}
