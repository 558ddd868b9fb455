/**
 * One-time codes for free trials, asked for by sites. As the codes of the customers' page (`log-in/codes.ts`): five minutes, five tries, three an
 * hour and number, and at most half of the provider's cap of texts for a day, which is one for both (`log-in/codes-of-day.ts`).
 *
 * Attackers and what stops them. A guest who tries numbers of others: each number gets the same answer and the same work, and whether it had its
 * trial is said only after the right code. A guest, or a site in wrong hands, who makes texts cost money: so many an hour of one host and of one
 * site, the day's cap, and only numbers of the provider's own country are texted. Who guesses: tries of a code and of a host are counted, and a code
 * that was not sent is good for nothing. Two sites at once: the number's rows are locked, and a number is claimed once; again only where nothing began of it.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { countryOfCurrency, normalisePhone } from "@karibu/protocol/phone-number";
import { seconds } from "@karibu/protocol/quantities";
import {
  type AskTrialCodeResult,
  askTrialCode,
  type ClaimTrialResult,
  claimTrial,
} from "@karibu/protocol/rpc/claim-trial";
import { serve } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import { hasBegun } from "../../catalogue/grants/count-starts.ts";
import { isTrial } from "../../catalogue/plans/plans.ts";
import type { Caller, RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { wasWithin } from "../../ground/db/hub-clock.ts";
import { createSharedTries, type SharedTries, type Tried } from "../../ground/quotas/shared-tries.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { customersLocale } from "../../messaging/texts/every-language.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { codeLifeMs } from "../log-in/code-policy.ts";
import { takeCodeOfDay } from "../log-in/codes-of-day.ts";
import { createOneTimeCodes, type OneTimeCode } from "../log-in/one-time-codes.ts";
import { trialText } from "./trial-text.ts";

interface CodeWorld {
  readonly world: World;
  readonly envelope: Envelope;
}

interface TrialParts extends CodeWorld {
  readonly database: Database;
  readonly parties: Parties;
  readonly messaging: Pick<Messaging, "send">;
}

type Refused = Extract<AskTrialCodeResult, { kind: "refused" }>;

/**
 * The site decides last, after the claim: the day's last trial may have gone to another meanwhile. A claim whose trial has not begun a day later is
 * worth nothing there any more, so the number may claim one again. A site tells what began within moments of a claim, for it was linked then.
 */
const beginsWithinMs = 86_400_000;

const purpose = { table: "trial_codes", name: "trial-code" } as const;
const ofHost = { tries: 20, perSeconds: 3600 } as const;
const ofSite = { tries: 300, perSeconds: 3600 } as const;

export function trialHandlers(parts: TrialParts): RpcHandler[] {
  const { world, database, parties, messaging } = parts;
  const { clock } = world;
  const codes = createOneTimeCodes(parts, purpose);
  const asksOfHost = createSharedTries(clock, "trial-code-host", ofHost);
  const asksOfSite = createSharedTries(clock, "trial-code-site", ofSite);
  const guesses = createSharedTries(clock, "trial-guess-host", ofHost);

  /** Null: within its limit. */
  async function tooMany(tries: SharedTries, tx: Tx, who: Tried): Promise<Refused | null> {
    return (await tries.tryTake(tx, who)) ? null : { kind: "refused", reason: "too-many-tries" };
  }

  async function ask(
    {
      planId,
      phone,
      address,
    }: { readonly planId: string; readonly phone: string; readonly address?: string | undefined },
    { providerId, siteId }: Caller,
  ): Promise<AskTrialCodeResult> {
    const sent = { kind: "sent", lastsSeconds: seconds(codeLifeMs / 1000) } as const;
    return await database.asProvider(providerId, async (tx) => {
      if (!(await isTrial(tx, providerId, planId))) return { kind: "refused", reason: "unknown-plan" };
      const party = parties.ofPhone(providerId, phone);
      await codes.lock(tx, providerId, party);
      const refused =
        (await tooMany(asksOfHost, tx, { providerId, subject: hostOf(siteId, address) })) ??
        (await tooMany(asksOfSite, tx, { providerId, subject: siteId }));
      if (refused !== null) return refused;
      const waitMs = await codes.waitMs(tx, providerId, party);
      if (waitMs > 0)
        return { kind: "refused", reason: "too-many-tries", retryAfterSeconds: seconds(Math.ceil(waitMs / 1000)) };
      await codes.make(tx, providerId, party, (code) => send(tx, providerId, phone, code));
      return sent;
    });
  }

  /** False: the day's cap is reached, or it is a number of another country. */
  async function send(tx: Tx, providerId: string, phone: string, { codeId, digits }: OneTimeCode): Promise<boolean> {
    const provider = await readProviderRow(tx, providerId);
    if (normalisePhone(`+${phone}`, countryOfCurrency(provider.currency)) !== phone) return false;
    if (!(await takeCodeOfDay(world, tx, providerId, "trial-code"))) return false;
    return messaging.send(tx, {
      providerId,
      event: codes.eventOf(codeId),
      template: "log-in-code",
      phone,
      text: trialText(customersLocale(provider), { code: digits, provider: provider.name }),
    });
  }

  async function claim(
    asked: {
      readonly planId: string;
      readonly phone: string;
      readonly code: string;
      readonly grantId: string;
      readonly address?: string | undefined;
    },
    { providerId, siteId }: Caller,
  ): Promise<ClaimTrialResult> {
    const { planId, phone, grantId } = asked;
    return await database.asProvider(providerId, async (tx) => {
      if (!(await isTrial(tx, providerId, planId))) return { kind: "refused", reason: "unknown-plan" };
      const party = parties.ofPhone(providerId, phone);
      await codes.lock(tx, providerId, party);
      const had = await tx
        .selectFrom("trial_claims")
        .selectAll()
        .where("providerId", "=", providerId)
        .where("party", "=", party)
        .executeTakeFirst();
      // The answer was lost: it was proved before, for the same device of the same site.
      if (had !== undefined && had.siteId === siteId && had.grantId === grantId) return { kind: "granted" };
      const host = { providerId, subject: hostOf(siteId, asked.address) };
      const refused = await tooMany(guesses, tx, host);
      if (refused !== null) return refused;
      if (!(await codes.prove(tx, providerId, party, { code: asked.code, place: host.subject })))
        return { kind: "refused", reason: "wrong-code" };
      await guesses.giveBack(tx, host);
      const nowMs = clock.wall().atMs;
      if (had !== undefined && (wasWithin(had.claimedAtMs, beginsWithinMs, nowMs) || (await hasBegun(tx, had))))
        return { kind: "refused", reason: "had-one" };
      const claimed = { planId, siteId, grantId, claimedAtMs: nowMs, phoneMasked: maskPhone(phone) };
      await tx
        .insertInto("trial_claims")
        .values({ providerId, party, ...claimed })
        .onConflict((at) => at.columns(["providerId", "party"]).doUpdateSet(claimed))
        .execute();
      world.log.info("trial-claimed", { siteId, planId });
      return { kind: "granted" };
    });
  }

  return [serve(askTrialCode, ask), serve(claimTrial, claim)];
}

/** Before the queue starts. */
export function judgeTrialCodes(parts: CodeWorld & { readonly messaging: Pick<Messaging, "judge"> }): void {
  createOneTimeCodes(parts, purpose).judgeTexts(parts.messaging);
}

/** Guests of two sites have the same private addresses. */
const hostOf = (siteId: string, address: string | undefined): string => sha256Hex(`${siteId}/${address ?? ""}`);
