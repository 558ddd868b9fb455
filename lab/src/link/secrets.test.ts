/** New secrets on demand, from a person's request to the site's answer, over a real link and a real hub; and who may not ask. */
import { boardFacts, choicesFor, imagesForTests, playRouter } from "@karibu/cloud/fleet/set-up/test-set-up-router";
import { askerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { expect, test } from "vitest";
import { openContractSite } from "./test-contract-site.ts";

const images = imagesForTests();
const hub = useHub("embedded", { images: images.shelf, tunnelEndpoint: "hub.test:51820" });

test("[RTR-17] an owner asks for new secrets: the site has them, the router's script too, and no answer or audit entry tells them", async () => {
  const provider = await hub.makeProvider("Secrets");
  const call = askerOf(hub, () => provider.token);
  const site = await openContractSite(hub, provider, "Kiosk");
  const path = `/sites/${site.siteId}/secrets`;
  expect((await call("GET", path)).body).toMatchObject({ state: "none" });
  expect((await call("POST", `${path}/rotate`, {})).body.code).toBe("no-secrets-here");

  const { line } = (await call("POST", `/sites/${site.siteId}/set-up`, {})).body;
  const router = playRouter(hub, line, boardFacts);
  await router.tell();
  expect((await call("POST", `/sites/${site.siteId}/set-up/choices`, choicesFor)).status).toBe(200);
  const before = /secret="?([0-9a-f]{36})"?/.exec((await router.fetch("/enrol/stage-two")).text)?.[1] ?? "";
  expect(before).toHaveLength(36);
  expect((await call("GET", path)).body).toMatchObject({ state: "first", problem: null });

  const asked = await call("POST", `${path}/rotate`, {});
  expect([asked.status, asked.body.state], asked.text).toEqual([200, "waiting"]);
  await expect.poll(async () => (await call("GET", path)).body.state, { timeout: 10_000 }).toBe("changed");
  const [order] = site.rotations;
  const script = (await call("GET", `/sites/${site.siteId}/script`)).text;
  expect(script).toContain(order?.radiusSecret);
  expect(script).toContain(order?.apiPassword);
  expect(script).not.toContain(before);
  // What the router's own key still opens is nothing: somebody may have seen it.
  expect((await router.fetch("/enrol/stage-two")).status).toBe(401);
  const seen = [asked.text, (await call("GET", path)).text, (await call("GET", "/audit?limit=50")).text].join("\n");
  expect(seen).toContain("secrets/rotate");
  for (const secret of [before, order?.radiusSecret ?? "-", order?.apiPassword ?? "-"])
    expect(seen).not.toContain(secret);
  await site.cut();
});
