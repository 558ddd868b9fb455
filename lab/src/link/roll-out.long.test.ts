/** An update from an operator's upload to a site's health checks and back: a whole hub, the real launcher, and a real agent below it. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { useHub } from "@karibu/cloud/test-hub";
import {
  buildDrillImage,
  type DrillImage,
  type DrillSite,
  mountSmallDisk,
  openDrillSite,
} from "@karibu/container/launcher/test-drill-site";
import { readPublicKeys } from "@karibu/protocol/bundle/release-key";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 150_000 });

const image: DrillImage = await buildDrillImage();
const hub = useHub("embedded", { releaseKeys: readPublicKeys(image.publicKey) });
let site: DrillSite;
let siteId: string;
let token: string;
let owner: string;

const ok = async (method: string, path: string, body?: unknown, as = token) => {
  const answer = await hub.call(method, path, { token: as, ...(body === undefined ? {} : { body }) });
  expect([path, answer.status < 300], answer.text).toEqual([path, true]);
  return answer.body;
};

beforeAll(async () => {
  token = await hub.adminToken();
  owner = (await hub.makeProvider("Mine")).token;
});
afterEach(() => site?.close());
afterAll(() => image.remove());

async function openSite(where?: string): Promise<void> {
  const made = await ok("POST", "/api/v1/sites", { name: "Kisumu" }, owner);
  siteId = made.site.siteId;
  const enrolment = { url: hub.url(), enrolToken: made.enrolmentToken };
  site = await openDrillSite(image, { hub: enrolment, ...(where === undefined ? {} : { where }) });
  await site.powerOn();
}

/** To this very site, which then begins at once; the sites of a channel spread over two minutes. */
async function pin(version: string, agentSource: string): Promise<void> {
  const bundle = image.bundle(version, agentSource).toString("base64");
  const { releaseId } = await ok("POST", "/api/v1/releases", { bundle, notes: "" });
  await ok("PATCH", `/api/v1/platform/site-releases/${siteId}`, { pinnedReleaseId: releaseId });
}

function hubSees(what: object): Promise<void> {
  const seen = async () => {
    await hub.hub().releases.review(); // the hub does it once a minute
    const { items } = await ok("GET", "/api/v1/platform/site-releases");
    expect(items.find((one: { siteId: string }) => one.siteId === siteId)).toMatchObject(what);
  };
  return vi.waitFor(seen, { timeout: 60_000, interval: 200 });
}

test("[BEY-20] what an operator sends to a site runs there and is seen; what fails is left and seen; no record is lost", async () => {
  await openSite();
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

test("a disk that fills under a new release, and a power cut: the site comes back on the old one, says why, and takes the new one with room", async () => {
  const disk = await mountSmallDisk();
  if (disk === null) return; // the same with simulated disks stands in supervisor.test.ts and releases.test.ts
  try {
    await openSite(disk.path);
    // It takes also what the agent frees as it starts.
    const fills = `{const f=require("node:fs"),d=process.env.KARIBU_DATA;if(!f.existsSync(d+"/once")){f.writeFileSync(d+"/once","");setInterval(()=>{try{for(;;)f.appendFileSync(d+"/filler",Buffer.alloc(4096))}catch{}},1)}}`;
    await pin("0.4.0", `${fills}\n;${image.agent}`);
    await site.saw("release-proved", { version: "0.4.0" });
    await hubSees({ outcome: "running", agentVersion: "0.4.0" });
    await site.powerCut();
    expect(await site.powerOn()).toMatchObject({ version: image.agentVersion });
    await hubSees({ outcome: "refused", outcomeWhy: expect.stringMatching(/^disk-/), failedVersion: null });
    await rm(join(disk.path, "filler"));
    await site.radiusAnswers();
    site.look();
    await site.saw("release-proved", { version: "0.4.0" });
    await hubSees({ outcome: "running", agentVersion: "0.4.0", failedVersion: null });
    await site.radiusAnswers();
    expect(await site.stop()).toBe(0);
    expect((await site.lostRecords()).lost).toEqual([]);
  } finally {
    await site.close();
    await disk.remove();
  }
});
