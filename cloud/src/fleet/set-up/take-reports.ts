/** What a router tells while it is set up, and what it hears: each in one transaction of its site's provider. */
import { newSecret } from "@karibu/protocol/identifiers";
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import type { SetUpReport } from "@karibu/protocol/router/set-up-progress";
import { englishRemedy } from "@karibu/protocol/router/set-up-remedies";
import { judgeFacts } from "@karibu/routeros-scripts/set-up-line/judge-facts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { hasEnrolledSince, wasRevokedSince } from "../enrolment/enrolment.ts";
import { readFurtherRouters } from "../router-services/further-router-rows.ts";
import { readServices } from "../router-services/service-rows.ts";
import { readSite } from "../sites/sites.ts";
import { readAddress } from "../tunnel/peers.ts";
import { ruledOut } from "./choices-policy.ts";
import { type Claim, type ClaimDecision, judgeClaim, tokenAfter } from "./claim-policy.ts";
import { type Images, imageFor, readImages, readOffer } from "./hub-offer.ts";
import { unknownKey, type Visitor } from "./key-door.ts";
import { type StageTwo, secondStage } from "./render-script.ts";
import { takeReport } from "./report-policy.ts";
import type { RouterAnswer } from "./router-answer.ts";
import { openSecrets, sealSecrets, secretsFor } from "./script-secrets.ts";
import type { SetUpParts } from "./set-up-parts.ts";
import { changeSetUp, lockSetUp, readScript, type ScriptRow, type SetUpRow } from "./set-up-rows.ts";

/** The first facts with a token claim the set-up for the router that sent them. Throws Problems 401 and 403 "other-router". */
export async function takeFacts(parts: SetUpParts, visitor: Visitor, facts: RouterFacts): Promise<RouterAnswer> {
  const nowMs = parts.world.clock.wall().atMs;
  const claim = { by: visitor.by, serial: facts.serial, publicKey: facts.wireguardPublicKey };
  const isByToken = visitor.by === "token";
  const outcome = await within(parts, visitor, claim, async (tx, row, images) => {
    const resumeKey = isByToken ? `k${newSecret(parts.world)}` : visitor.key;
    // What was chosen stands on the facts of then: a script that changed while it runs would not be the one that was announced.
    const isChosen = row.chosenAtMs !== null;
    await changeSetUp(tx, visitor.siteId, {
      ...(row.claimedAtMs === null ? { serial: facts.serial, claimedAtMs: nowMs } : {}),
      ...(isByToken ? { resumeKey } : {}),
      ...(isChosen ? {} : { facts, factsAtMs: nowMs, publicKey: facts.wireguardPublicKey }),
    });
    const now: SetUpRow = isChosen ? row : { ...row, facts };
    const answer = await answerTo(parts, tx, { visitor, row: now, resumeKey, images });
    if (!isByToken) await spendToken(tx, row, answer.state === "failed", nowMs);
    await parts.emit(tx, visitor.providerId, { topic: "set-up", id: visitor.siteId, action: "facts" });
    return isByToken ? { ...answer, resumeKey } : answer;
  });
  if (outcome !== null) return outcome;
  parts.world.log.warn("set-up-other-router", { siteId: visitor.siteId, remoteAddress: visitor.remoteAddress });
  throw refusal("other-router");
}

/** Throws a Problem 401. */
export async function takeProgress(parts: SetUpParts, visitor: Visitor, report: SetUpReport): Promise<RouterAnswer> {
  const nowMs = parts.world.clock.wall().atMs;
  const answer = await within(
    parts,
    visitor,
    { by: visitor.by, serial: null, publicKey: null },
    async (tx, row, images) => {
      const steps = takeReport(row.steps, report, nowMs);
      if (steps !== null) await changeSetUp(tx, visitor.siteId, { steps });
      const said = await answerTo(parts, tx, { visitor, row, resumeKey: visitor.key, images });
      await spendToken(tx, row, report.state === "failed" || said.state === "failed", nowMs);
      // Its last word, after which the router forgets the key too.
      const isLast = report.step === "verified" && (report.state === "done" || report.state === "failed");
      if (isLast) await changeSetUp(tx, visitor.siteId, { resumeKey: null });
      if (steps !== null)
        await parts.emit(tx, visitor.providerId, { topic: "set-up", id: visitor.siteId, action: report.step });
      return said;
    },
  );
  return answer ?? refuse();
}

/** Throws Problems 401, and 409 where nothing was chosen yet. */
export async function readStageTwo(parts: SetUpParts, visitor: Visitor): Promise<StageTwo> {
  const stage = await within(
    parts,
    visitor,
    { by: visitor.by, serial: null, publicKey: null },
    async (tx, row, images) => {
      const script = await neededScript(tx, row);
      return await render(parts, tx, { visitor, row, script, resumeKey: visitor.key, images });
    },
  );
  return stage ?? refuse();
}

/** Throws Problems 401, and 409 where nothing was chosen yet: then there is nothing to fetch. */
export async function refuseEarly(parts: SetUpParts, visitor: Visitor): Promise<void> {
  const script = await within(parts, visitor, { by: visitor.by, serial: null, publicKey: null }, (tx, row) =>
    neededScript(tx, row),
  );
  if (script === null) refuse();
}

async function neededScript(tx: Tx, row: SetUpRow): Promise<ScriptRow> {
  const script = await chosenScript(tx, row);
  if (script === null) throw refusal("nothing-chosen");
  return script;
}

const refuse = (): never => {
  throw unknownKey();
};

/** Null: another router; that it came is kept. Throws a Problem 401. */
async function within<Result>(
  parts: SetUpParts,
  { providerId, siteId }: Visitor,
  claim: Claim,
  work: (tx: Tx, row: SetUpRow, images: Images) => Promise<Result>,
): Promise<Result | null> {
  const nowMs = parts.world.clock.wall().atMs;
  const images = await readImages(parts);
  return await parts.database.asProvider(providerId, async (tx) => {
    const row = await lockSetUp(tx, siteId);
    const decision = row === null ? "unknown" : judgeClaim(claimOf(row), claim, nowMs);
    if (row === null || decision === "unknown") throw unknownKey();
    // Cut off with its provider or its host: a new line begins anew.
    if (decision === "known" && (await wasRevokedSince(tx, { providerId, siteId }, row.claimedAtMs ?? 0)))
      throw unknownKey();
    if (isMine(decision)) return await work(tx, row, images);
    const { otherRouterAtMs: lastAtMs } = row;
    if (lastAtMs !== null && nowMs >= lastAtMs && nowMs < lastAtMs + otherRouterEveryMs) return null;
    await changeSetUp(tx, siteId, { otherRouterAtMs: nowMs });
    await parts.emit(tx, providerId, { topic: "set-up", id: siteId, action: "other-router" });
    return null;
  });
}

async function spendToken(tx: Tx, row: SetUpRow, hasFailed: boolean, nowMs: number): Promise<void> {
  const token = { tokenExpiresAtMs: row.tokenExpiresAtMs, begunAtMs: row.begunAtMs };
  const tokenExpiresAtMs = tokenAfter(token, hasFailed, nowMs);
  if (tokenExpiresAtMs !== row.tokenExpiresAtMs) await changeSetUp(tx, row.siteId, { tokenExpiresAtMs });
}

/** A router that comes again and again is written once in this time. */
const otherRouterEveryMs = 60_000;

const isMine = (decision: ClaimDecision) => decision === "claim" || decision === "known";

const claimOf = (row: SetUpRow) => ({
  tokenExpiresAtMs: row.tokenExpiresAtMs,
  serial: row.serial,
  publicKey: row.publicKey,
  claimedAtMs: row.claimedAtMs,
});

interface Asked {
  readonly visitor: Visitor;
  readonly row: SetUpRow;
  readonly resumeKey: string;
  readonly images: Images;
}

async function answerTo(parts: SetUpParts, tx: Tx, { visitor, row, resumeKey, images }: Asked): Promise<RouterAnswer> {
  if (row.cancelledAtMs !== null) return { state: "cancelled" };
  const script = await chosenScript(tx, row);
  if (script !== null) {
    const { sha512 } = await render(parts, tx, { visitor, row, script, resumeKey, images });
    return { state: "ready", sha512 };
  }
  if (row.facts === null) return { state: "choose" };
  const offer = await readOffer(parts, tx, visitor, { architecture: row.facts.architecture, images });
  const why = ruledOut(judgeFacts(row.facts), offer);
  return why === null
    ? { state: "choose" }
    : { state: "failed", problem: why.problem, remedy: englishRemedy(why.problem) };
}

/** Null: nothing was chosen in this set-up, or it was cancelled. */
async function chosenScript(tx: Tx, row: SetUpRow): Promise<ScriptRow | null> {
  const isOpen = row.chosenAtMs !== null && row.cancelledAtMs === null;
  return isOpen ? await readScript(tx, row.siteId) : null;
}

async function render(
  parts: SetUpParts,
  tx: Tx,
  { visitor, row, script, resumeKey, images }: Asked & { readonly script: ScriptRow },
): Promise<StageTwo> {
  const { facts, choices } = script;
  const site = await readSite(tx, visitor.siteId);
  const input = {
    site: { id: site.siteId, name: site.name, openHosts: await parts.onlineSales.openHosts(tx, visitor) },
    facts,
    choices,
    secrets: await presentSecrets(parts, tx, visitor, { script, begunAtMs: row.begunAtMs }),
    tunnelAddress: await readAddress(tx, visitor.siteId),
    services: await readServices(parts.envelope, tx, visitor),
    furtherRouters: await readFurtherRouters(parts.envelope, tx, visitor),
  };
  const image = choices.place === "hosted" ? null : imageFor(images, facts.architecture);
  return secondStage(parts, input, { resumeKey, image: choices.disk === null ? (image?.packed ?? null) : image });
}

/**
 * An enrolment token lives a day, and somebody may have made another one since: then this script gets a new one. Not when an agent enrolled
 * in this set-up: whoever has the router's key would enrol in its place.
 */
async function presentSecrets(
  parts: SetUpParts,
  tx: Tx,
  visitor: Visitor,
  { script, begunAtMs }: { readonly script: ScriptRow; readonly begunAtMs: number },
) {
  const old = openSecrets(parts.envelope, visitor, script);
  if (script.choices.place === "hosted" || (await hasEnrolledSince(tx, visitor, begunAtMs))) return old;
  const secrets = await secretsFor(parts, tx, visitor, {
    serial: script.serial,
    publicKey: script.facts.wireguardPublicKey,
    known: script,
    hostedSecret: null,
  });
  if (secrets.enrolToken === old.enrolToken) return old;
  await tx
    .updateTable("site_scripts")
    .set(sealSecrets(parts.envelope, visitor, secrets))
    .where("siteId", "=", visitor.siteId)
    .execute();
  return secrets;
}
