/** The hub's clock was years ahead for a while: what a provider has to pay goes on once it is set. */
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { dayMs } from "../../money/subscriptions/period-arithmetic.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { chargesAfterARound } from "./test-billing-round.ts";

const hub = useHub(anyEngine);
const yearsMs = 3 * 365 * dayMs;

test("[TEN-06] a trial that began while the clock was years ahead is as long as any other, and a notice of that time is one of now", async () => {
  let admin = await hub.adminToken();
  const asAdmin = askerOf(hub, () => admin);
  const plan = { name: "Small", priceCents: 100_000, trialDays: 14, forNew: true };
  expect((await asAdmin("POST", "/platform/billing/plans", plan)).status).toBe(201);
  hub.moveClock(yearsMs);
  const { providerId } = await hub.makeProvider("Ahead");
  hub.moveClock(-yearsMs);
  admin = await hub.adminToken();
  const database = hub.database();
  const afterARound = (byMs = 0) => {
    hub.moveClock(byMs);
    return chargesAfterARound(hub, providerId);
  };
  expect(await afterARound()).toBe(0);
  expect(await afterARound(8 * dayMs)).toBe(1);
  const notice = { providerId, period: 0, ordinal: 1, sentAtMs: hub.world.clock.wall().atMs + yearsMs };
  await database.asPlatform("test", (tx) => tx.insertInto("platform_notices").values(notice).execute());
  expect(await afterARound()).toBe(1);
  const { sentAtMs } = await database.asPlatform("test", (tx) =>
    tx.selectFrom("platform_notices").select("sentAtMs").executeTakeFirstOrThrow(),
  );
  expect(sentAtMs).toBeLessThanOrEqual(hub.world.clock.wall().atMs);
});
