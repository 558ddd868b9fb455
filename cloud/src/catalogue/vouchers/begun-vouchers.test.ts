/** What a site hears of a disabled voucher that began there. The whole way to the guest is in `lab/src/link/begun-voucher.test.ts`. */
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds, unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { sureAskerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";

const dayMs = 86_400_000;
const hub = useHub(anyEngine);

async function openShop(name: string) {
  const { token, providerId } = await hub.makeProvider(name);
  const call = sureAskerOf(hub, () => token);
  const { siteId } = (await call("POST", "/sites", { name: "Market" })).site as { siteId: string };
  const terms = { validitySeconds: 86_400 };
  const { planId } = await call("POST", "/plans", { name: "Day", priceCents: 5000, terms });
  const { batchId } = await call("POST", "/vouchers/batches", { planId, quantity: 5, siteId });
  const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
  let seq = 0;
  const nowMs = () => hub.world.clock.wall().atMs;
  /** `days`: how long its grant runs; null: it has no date that ends it. */
  const begin = (serial: number, days: number | null) =>
    intake.take(providerId, {
      siteId,
      epoch: "e1",
      records: [
        {
          ...{ seq: ++seq, clock: "synced", upMs: 1, atMs: unixMs(nowMs()), kind: "grant-started" },
          grant: {
            ...{ grantId: `v.${batchId}.${serial}`, origin: "voucher", planName: "Day", revokedAtMs: null },
            terms: { ...unlimitedTerms, validitySeconds: days === null ? null : seconds(days * 86_400) },
            ...{ unverified: false, startedAtMs: unixMs(nowMs()) },
            endsAtMs: days === null ? null : unixMs(nowMs() + days * dayMs),
          },
          voucher: { batchId, serial },
        },
      ],
    });
  const turn = (serial: number, word: "disable" | "enable") => call("POST", `/vouchers/${batchId}.${serial}/${word}`);
  /** Of the site's own feed: by serial, whether the voucher is disabled there. */
  const told = () =>
    hub.database().asProvider(providerId, async (tx) => {
      const rows = await tx
        .selectFrom("feed_rows")
        .select(["key", "body"])
        .where("scope", "=", `site:${siteId}`)
        .where("kind", "=", "voucher")
        .orderBy("key")
        .execute();
      return rows.map(({ key, body }) => `${key.replace(`${batchId}/`, "")} ${body === null ? "gone" : "disabled"}`);
    });
  return { begin, turn, told, call, batchId, planId, siteId };
}

test("[VOU-05] a site hears in its own feed of each disabled voucher that began there, whichever came first, and of no other", async () => {
  const { begin, turn, told } = await openShop("Begun");
  await begin(0, 1);
  await turn(0, "disable");
  await turn(1, "disable");
  expect(await told()).toEqual(["0 disabled"]);
  await begin(1, 1);
  await begin(2, 1);
  expect(await told()).toEqual(["0 disabled", "1 disabled"]);
  await turn(0, "enable");
  expect(await told()).toEqual(["0 gone", "1 disabled"]);
});

test("[VOU-05] the row leaves the site's feed 60 days after the voucher's end, and stays where nothing ends it", async () => {
  const { begin, turn, told } = await openShop("Long over");
  await begin(0, 1);
  await begin(1, 90);
  await begin(2, null);
  for (const serial of [0, 1, 2]) await turn(serial, "disable");
  hub.moveClock(60 * dayMs);
  await hub.hub().maintenance.runDue();
  expect(await told()).toEqual(["0 disabled", "1 disabled", "2 disabled"]);
  hub.moveClock(2 * dayMs);
  await hub.hub().maintenance.runDue();
  expect(await told()).toEqual(["0 gone", "1 disabled", "2 disabled"]);
});

test("[VOU-08] the list of batches says how many codes of each began", async () => {
  const { begin, call, batchId, planId, siteId } = await openShop("Counted");
  const { batchId: other } = await call("POST", "/vouchers/batches", { planId, quantity: 2, siteId });
  for (const serial of [0, 3]) await begin(serial, 1);
  const { items } = await call("GET", "/vouchers/batches");
  const used = items.map((batch: { batchId: string; used: number }) => [batch.batchId, batch.used]);
  expect(Object.fromEntries(used)).toEqual({ [batchId]: 2, [other]: 0 });
});
