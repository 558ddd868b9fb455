/** What stands in the hub before a story begins: a provider with plans and a site, and tokens of those who ask its console. */
import { insertPlan } from "@karibu/cloud/catalogue/plans/plans";
import { createEnrolmentToken } from "@karibu/cloud/fleet/enrolment/enrolment";
import type { SiteRow } from "@karibu/cloud/fleet/sites/sites";
import type { Database, Tx } from "@karibu/cloud/ground/db/database";
import { json } from "@karibu/cloud/ground/db/json";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { platformProviderId } from "@karibu/cloud/ground/http/actor";
import { type Permission, permissions, providerPermissions } from "@karibu/cloud/ground/http/permissions";
import type { Envelope } from "@karibu/cloud/ground/secrets/envelope";
import { hashOf, newToken } from "@karibu/cloud/identity/credentials/tokens";
import { insertUser } from "@karibu/cloud/identity/users/users";
import { setUpProvider } from "@karibu/cloud/operations/provider-life/set-up-provider";
import { ensurePlatform } from "@karibu/cloud/tenancy/providers/platform";
import { createTestSites } from "@karibu/cloud/test-sites";
import { newId } from "@karibu/protocol/identifiers";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import type { PlanTerms } from "../judge/chronicle.ts";
import { type ByTheClock, byTheClock, termsAt } from "../sites/by-the-clock.ts";
import { freeBytes, type HubPlan, hubPlans } from "./offers.ts";

const atAllHours = { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1440, isFree: true };

/** @param startedMs the true time at which the story begins */
export async function makeProvider(world: World, database: Database, envelope: Envelope, startedMs: number) {
  const publish = createPublish(world, envelope);
  return database.asPlatform("simulated-owner", async (tx) => {
    const provider = await setUpProvider(
      { world, publish, onNewProvider: [] },
      tx,
      { name: "Baraka WiFi", currency: "KES", locale: "en", utcOffsetMinutes: 180, supportPhone: null },
      { email: "owner@karibu.example", name: "Owner", passwordHash: "nobody logs in with it" },
    );
    const providerId = provider.providerId;
    const planIds = new Map<string, HubPlan>();
    for (const [name, given] of Object.entries<PlanTerms & ByTheClock>(hubPlans)) {
      const plan = termsAt(given, startedMs);
      const {
        priceCents,
        devices,
        idleTimeoutSeconds = null,
        untilMs,
        downKbps = null,
        upKbps = null,
        ...limits
      } = plan;
      const free = freeBytes[name as HubPlan];
      const dataBytes = free ?? limits.dataBytes;
      const terms = {
        ...unlimitedTerms,
        validitySeconds: limits.validitySeconds === null ? null : seconds(limits.validitySeconds),
        validUntilMs: untilMs === undefined ? null : unixMs(startedMs + untilMs),
        useSeconds: limits.useSeconds === null ? null : seconds(limits.useSeconds),
        dataBytes: dataBytes === null ? null : bytes(dataBytes),
        ...(free === undefined ? {} : { hours: { utcOffsetMinutes: 180, windows: [atAllHours] } }),
        idleTimeoutSeconds: idleTimeoutSeconds === null ? null : seconds(idleTimeoutSeconds),
        downKbps: downKbps === null ? null : kbps(downKbps),
        upKbps: upKbps === null ? null : kbps(upKbps),
        devices,
        ...byTheClock(plan, startedMs, 180),
      };
      const row = { name, priceCents, currency: "KES" as const, active: true, terms };
      planIds.set((await insertPlan(world, publish, tx, providerId, row)).planId, name as HubPlan);
    }
    const where = { region: null, district: null, latitude: null, longitude: null };
    const fields = { name: "Market square", ...where, interimSeconds: 60, autoLogIn: true };
    const [site] = (await createTestSites(world, publish).insert(tx, providerId, [fields])) as [SiteRow];
    const siteId = site.siteId;
    const { token: enrolToken } = await createEnrolmentToken(world, tx, { providerId, siteId });
    const ownerToken = await makeOwnerToken(world, tx, providerId);
    const neighbour = await setUpProvider(
      { world, publish, onNewProvider: [] },
      tx,
      { name: "Tumaini Net", currency: "KES", locale: "sw", utcOffsetMinutes: 180, supportPhone: null },
      { email: "owner@neighbour.example", name: "Neighbour", passwordHash: "nobody logs in with it" },
    );
    const neighbourId = neighbour.providerId;
    const neighbourToken = await makeOwnerToken(world, tx, neighbourId);
    const admin = { email: "admin@karibu.example", name: "Admin", passwordHash: "nobody logs in with it" };
    const user = { ...admin, providerId: platformProviderId, role: "platform-admin" as const };
    await ensurePlatform(world, tx);
    const userId = await insertUser(world, tx, user, "email");
    const whole = { providerId: platformProviderId, userId, scopes: permissions };
    const adminToken = await makeToken(world, tx, whole);
    return { providerId, siteId, planIds, enrolToken, ownerToken, adminToken, neighbourId, neighbourToken };
  });
}

async function makeOwnerToken(world: World, tx: Tx, providerId: string): Promise<string> {
  const owner = await tx
    .selectFrom("users")
    .select("userId")
    .where("providerId", "=", providerId)
    .executeTakeFirstOrThrow();
  return makeToken(world, tx, { providerId, userId: owner.userId, scopes: providerPermissions });
}

async function makeToken(
  world: World,
  tx: Tx,
  { providerId, userId, scopes }: { providerId: string; userId: string; scopes: readonly Permission[] },
): Promise<string> {
  const nowMs = world.clock.wall().atMs;
  const token = newToken(world, providerId, "api");
  await tx
    .insertInto("api_tokens")
    .values({
      providerId,
      tokenId: newId(world),
      userId,
      name: "a program",
      tokenHash: hashOf(token),
      scopes: json([...scopes]),
      expiresAtMs: nowMs + 86_400_000,
      lastUsedAtMs: null,
      revokedAtMs: null,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .execute();
  return token;
}
