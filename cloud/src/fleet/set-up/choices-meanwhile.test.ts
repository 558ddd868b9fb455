/** What becomes of the router while a person's choices are on their way: two transactions on PostgreSQL, one of which waits for the other. */
import { rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { boardFacts, choicesFor, imagesForTests, keyOf, playRouter } from "./test-set-up-router.ts";

const images = imagesForTests();
const hub = useHub("postgresql", { images: images.shelf, tunnelEndpoint: "hub.test:51820" });
afterAll(() => rmSync(images.folder, { recursive: true, force: true }));

test.skipIf(isAbsent("postgresql"))(
  "[RTR-14] choices for one router are not kept for another one that came with the line meanwhile, nor for one that lost what was chosen",
  async () => {
    const { token, providerId } = await hub.makeProvider("Mine");
    const call = askerOf(hub, () => token);
    const { siteId } = (await call("POST", "/sites", { name: "Market" })).body.site as { siteId: string };
    const path = `/sites/${siteId}/set-up`;
    const router = playRouter(hub, (await call("POST", path, {})).body.line as string);
    await router.tell();
    const database = hub.database();
    const write = (facts: typeof boardFacts, otherRouterAtMs: number | null) => (tx: Tx) =>
      tx
        .updateTable("site_set_ups")
        .set({ facts: json(facts), publicKey: facts.wireguardPublicKey, serial: facts.serial, otherRouterAtMs })
        .where("siteId", "=", siteId)
        .execute();
    const chooseWhile = async (facts: Partial<typeof boardFacts>, otherRouterAtMs: number | null = null) => {
      await database.asProvider(providerId, write(boardFacts, null));
      const asked = Promise.withResolvers<Awaited<ReturnType<typeof call>>>();
      await whileHeld(database, providerId, write({ ...boardFacts, ...facts }, otherRouterAtMs), async () => {
        call("POST", `${path}/choices`, choicesFor).then(asked.resolve, asked.reject);
        await expect.poll(() => lockWaits(database)).toBe(1);
      });
      const { status, body } = await asked.promise;
      return [status, body.code];
    };
    const other = { serial: "ANOTHER", wireguardPublicKey: keyOf(5) };
    expect(await chooseWhile(other)).toEqual([409, "router-changed"]);
    expect(await chooseWhile({ ...other, disks: [] })).toEqual([expect.any(Number), "not-at-this-router"]);
    expect(await chooseWhile(other, 1)).toEqual([409, "serial-needed"]);
    expect((await call("GET", path)).body.state).toBe("choose");
  },
);
