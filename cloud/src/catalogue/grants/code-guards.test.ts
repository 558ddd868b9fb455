/** What customers did at their sites against theft: what the hub keeps, echoes to sites, shows staff and lifts. */
import { newId } from "@karibu/protocol/identifiers";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds, unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { movesOf } from "../recall/recall-page.ts";

const pin = { salt: "00".repeat(16), hash: "ab".repeat(32) };

hubSuite("codes that customers guard", (hub) => {
  const nowMs = () => hub.world.clock.wall().atMs;

  async function open(name: string) {
    const { token, providerId } = await hub.makeProvider(name);
    const call = askerOf(hub, () => token);
    const makeSite = async (site: string) =>
      ((await call("POST", "/sites", { name: site })).body.site as { siteId: string }).siteId;
    const [siteId, otherId] = [await makeSite("Harbour"), await makeSite("Hill")];
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    const seqs = new Map<string, number>();
    const tell = (at: string, records: readonly object[]) =>
      intake.take(providerId, {
        siteId: at,
        epoch: `e-${at}`,
        records: records.map((record) => {
          const seq = (seqs.get(at) ?? 0) + 1;
          seqs.set(at, seq);
          return { seq, clock: "synced", upMs: 1, atMs: unixMs(nowMs()), ...record };
        }),
      });
    const start = (at: string, grantId: string) => {
      const terms = { ...unlimitedTerms, validitySeconds: seconds(3600) };
      const times = { startedAtMs: unixMs(nowMs()), endsAtMs: unixMs(nowMs() + 3_600_000), revokedAtMs: null };
      const grant = { grantId, origin: "voucher", planName: "hour", unverified: false, terms, ...times };
      return tell(at, [{ kind: "grant-started", grant, voucher: null }]);
    };
    const guard = (at: string, grantId: string, more: object) =>
      tell(at, [{ kind: "grant-guarded", grantId, guardId: newId(hub.world), paused: false, pin: null, ...more }]);
    const echoed = (grantId: string) =>
      hub
        .database()
        .asProvider(providerId, (tx) =>
          tx
            .selectFrom("feed_rows")
            .select(["scope", "body"])
            .where("kind", "=", "code-guard")
            .where("key", "=", grantId)
            .executeTakeFirst(),
        );
    const batch = async () => {
      const planId = (
        await call("POST", "/plans", {
          name: "hour",
          priceCents: 1000,
          currency: "KES",
          terms: { ...unlimitedTerms, validitySeconds: 3600 },
        })
      ).body.planId as string;
      const { batchId } = (await call("POST", "/vouchers/batches", { planId, quantity: 5, siteId })).body;
      return batchId as string;
    };
    return { token, providerId, siteId, otherId, call, start, guard, echoed, batch };
  }

  test("[CUS-18] a voucher's guard is echoed to its batch, from the site that has its lease alone", async () => {
    const { siteId, otherId, guard, echoed, batch } = await open("Alpha");
    const grantId = `v.${await batch()}.2`;
    await guard(otherId, grantId, { paused: true });
    expect(await echoed(grantId), "another site's word").toBeUndefined();
    await guard(siteId, grantId, { pin });
    expect(await echoed(grantId)).toMatchObject({ body: { paused: false, pin } });
    expect((await echoed(grantId))?.scope).toContain("batch:");
    await guard(siteId, grantId, {});
    expect((await echoed(grantId))?.body ?? null).toBeNull();
  });

  test("[CUS-18] a guard of what was bought is heard of from the site that has it alone: a stolen router neither sets nor removes it", async () => {
    const { siteId, otherId, call, start, guard, echoed, providerId } = await open("Echo");
    const grantId = newId(hub.world);
    const sold = { providerId, grantId, siteId, origin: "purchase" as const };
    await hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("grants")
        .values({
          ...sold,
          planName: "hour",
          terms: JSON.stringify(unlimitedTerms),
          unverified: false,
          createdAtMs: nowMs(),
        } as never)
        .execute(),
    );
    await start(siteId, grantId);
    await guard(otherId, grantId, { pin });
    expect(await echoed(grantId), "another site's word").toBeUndefined();
    await guard(siteId, grantId, { paused: true });
    await guard(otherId, grantId, {});
    await guard(otherId, `${grantId}.1`, { pin });
    expect(await echoed(grantId)).toMatchObject({ body: { paused: true } });
    expect(await echoed(`${grantId}.1`)).toBeUndefined();
    expect((await call("GET", `/sites/${siteId}/grants/${grantId}/changes`)).body.guard).toMatchObject({
      isPaused: true,
    });
  });

  test("[CUS-18] a guard of a sale for cash stays that of the site that told of it first: a stolen router neither takes it over nor hides it from staff", async () => {
    const { siteId, otherId, call, start, guard, echoed } = await open("Foxtrot");
    const grantId = `c.${"ab".repeat(16)}`;
    await start(siteId, grantId);
    await guard(siteId, grantId, { paused: true });
    await guard(otherId, grantId, { pin });
    await guard(otherId, grantId, {});
    expect(await echoed(grantId)).toMatchObject({ scope: `site:${siteId}`, body: { paused: true, pin: null } });
    const { status, body } = await call("GET", `/sites/${siteId}/grants/${grantId}/changes`);
    expect(status).toBe(200);
    expect(body.guard).toMatchObject({ isPaused: true, hasPin: false });
    // Once it is over, whoever has a grant of that name may guard it.
    await guard(siteId, grantId, {});
    await guard(otherId, grantId, { pin });
    expect((await echoed(grantId))?.body).toBeDefined();
  });

  test("[CUS-18] staff see it and lift it, with a reason; what the customer chooses later holds; another provider finds nothing", async () => {
    const { token, siteId, call, start, guard, echoed, batch } = await open("Bravo");
    const grantId = `v.${await batch()}.1`;
    await start(siteId, grantId);
    await guard(siteId, grantId, { paused: true, pin });
    const path = `/sites/${siteId}/grants/${grantId}`;
    const seen = (await call("GET", `${path}/changes`)).body;
    expect(seen.guard).toMatchObject({ isPaused: true, hasPin: true });
    expect(JSON.stringify(seen)).not.toContain(pin.hash);
    const exported = (await hub.call("GET", "/api/v1/settings/export", { token })).text;
    expect(exported).toContain('"grant-guarded"');
    expect(exported, "four digits are soon found from their hash").not.toContain(pin.hash);
    const stranger = await open("Charlie");
    expect((await stranger.call("POST", `${path}/lift-guard`, { reason: "Mine" })).status).toBe(404);
    expect((await call("POST", `${path}/lift-guard`, { reason: "" })).status).toBe(400);
    const lifted = await call("POST", `${path}/lift-guard`, { reason: "Forgot the PIN" });
    expect(lifted.body).toMatchObject({ guard: null, log: [{ kind: "guard-lifted", reason: "Forgot the PIN" }] });
    expect(lifted.body.log[0].changedBy).not.toBeNull();
    expect((await echoed(grantId))?.body).toMatchObject({ lifted: true });
    expect((await call("POST", `${path}/lift-guard`, { reason: "Again" })).status).toBe(404);
    expect(JSON.stringify((await call("GET", "/audit?limit=5")).body.items)).toContain("/lift-guard");
    await guard(siteId, grantId, { pin });
    expect((await call("GET", `${path}/changes`)).body.guard).toMatchObject({ isPaused: false, hasPin: true });
    expect((await echoed(grantId))?.body).not.toHaveProperty("lifted");
  });

  test("[CUS-18] what customers may do is the provider's choice, and the sites are told; off, they are told nothing", async () => {
    const { call, providerId } = await open("Delta");
    const told = async () => {
      const row = await hub
        .database()
        .asProvider(providerId, (tx) =>
          tx.selectFrom("feed_rows").select("body").where("kind", "=", "provider").executeTakeFirstOrThrow(),
        );
      return row.body as Record<string, unknown>;
    };
    expect(await told()).not.toHaveProperty("codeGuard");
    expect((await told()).customerPage).toBe(`/my/${providerId}/`);
    const codeGuard = { mayPause: true, mayPin: false, movesPerDay: 3 };
    const settings = await call("PATCH", "/settings", { codeGuard });
    expect(settings.body.codeGuard).toEqual(codeGuard);
    expect((await told()).codeGuard).toEqual(codeGuard);
    await call("PATCH", "/settings", { codeGuard: { mayPause: false, mayPin: false, movesPerDay: null } });
    expect(await told()).not.toHaveProperty("codeGuard");
  });
});

test("[CUS-18] a site that lost its memory is told of the moves of the last day", () => {
  const bound = { device: "a", mac: null, replaces: null };
  const bindings = [
    { ...bound, atMs: 100 },
    { ...bound, device: "b", replaces: "a", atMs: 200 },
    { ...bound, device: "c", replaces: "b", atMs: 2000 },
    { ...bound, device: "c", isGone: true, atMs: 3000 },
    { ...bound, device: "d", isGone: true, forGood: true, atMs: 4000 },
  ];
  expect(movesOf(bindings, 1000)).toEqual([2000, 4000]);
  expect(movesOf(bindings, 5000)).toBeUndefined();
});
