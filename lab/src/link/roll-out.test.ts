/** An update from an operator's upload to a site's proof and back: a whole hub, the real launcher, and a real agent below it. */

import { useHub } from "@karibu/cloud/test-hub";
import { buildDrillImage, type DrillImage, type DrillSite, openDrillSite } from "@karibu/container/launcher/drill-site";
import { readPublicKeys } from "@karibu/protocol/bundle/release-key";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 150_000 });

const image: DrillImage = await buildDrillImage();
const hub = useHub("embedded", { releaseKeys: readPublicKeys(image.publicKey) });
let site: DrillSite;
let siteId: string;
let token: string;

const ok = async (method: string, path: string, body?: unknown, as = token) => {
  const answer = await hub.call(method, path, { token: as, ...(body === undefined ? {} : { body }) });
  expect([path, answer.status < 300], answer.text).toEqual([path, true]);
  return answer.body;
};

beforeAll(async () => {
  token = await hub.adminToken();
  const provider = await hub.makeProvider("Mine");
  const made = await ok("POST", "/api/v1/sites", { name: "Kisumu" }, provider.token);
  siteId = made.site.siteId;
  site = await openDrillSite(image, { hub: { url: hub.url(), enrolToken: made.enrolmentToken } });
  await site.powerOn();
}, 60_000);
afterAll(async () => {
  await site?.close();
  await image.remove();
});

/** To this very site, which then begins at once; the sites of a channel spread over two minutes. */
async function pin(version: string, agentSource: string): Promise<void> {
  const bundle = image.bundle(version, agentSource).toString("base64");
  const { releaseId } = await ok("POST", "/api/v1/releases", { bundle, notes: "" });
  await ok("PATCH", `/api/v1/platform/site-releases/${siteId}`, { pinnedReleaseId: releaseId });
}

function hubSees(what: object): Promise<void> {
  const seen = async () => {
    await hub.hub().releases.review(); // by itself once a minute
    const { items } = await ok("GET", "/api/v1/platform/site-releases");
    expect(items.find((one: { siteId: string }) => one.siteId === siteId)).toMatchObject(what);
  };
  return vi.waitFor(seen, { timeout: 60_000, interval: 200 });
}

test("[BEY-20] what an operator sends to a site runs there and is seen; what fails is left and seen; no record is lost", async () => {
  await site.radiusAnswers();
  await pin("0.2.0", `// better\n;${image.agent}`);
  await site.saw("release-proved", { version: "0.2.0" });
  await hubSees({ outcome: "running", agentVersion: "0.2.0" });
  await site.radiusAnswers();

  await pin("0.3.0", `process.exit(1)\n;${image.agent}`);
  await site.saw("release-started", { version: "0.3.0" });
  await site.saw("release-proved", { version: "0.2.0" });
  await hubSees({ outcome: "failed", outcomeWhy: "crashed", agentVersion: "0.2.0", failedVersion: "0.3.0" });

  await site.radiusAnswers();
  expect(await site.stop()).toBe(0);
  const { acknowledged, lost } = await site.lostRecords();
  expect(lost).toEqual([]);
  expect(acknowledged).toBeGreaterThan(2);
});
