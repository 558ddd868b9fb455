/** A hub that is run without notices of outages, in which one was noted before. */
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { samples } from "./test-samples.ts";

const hub = useHub(anyEngine, { modules: [] });

test("[SYS-27] the rule that credits outages is tried by what the links tell, and not by what nobody keeps any more", async () => {
  const { token, providerId } = await hub.makeProvider("Small");
  const { siteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Kiosk" } })).body.site;
  const at = { providerId, siteId, nowMs: hub.world.clock.wall().atMs, label: "small" };
  for (const row of samples.one.rows(at)) await hub.database().asProvider(providerId, (tx) => row.execute(tx));
  const tried = await hub.call("POST", "/api/v1/settings/checks/outage-credit", { token });
  expect(tried).toMatchObject({ status: 200, body: { outage: null } });
});
