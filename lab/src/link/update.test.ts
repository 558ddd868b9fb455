import { generateKeyPairSync } from "node:crypto";
import type { Launcher } from "@karibu/agent/ground/launcher";
import { createUpdates } from "@karibu/agent/updates/updates";
import { createFetchBundle, storeBundle } from "@karibu/cloud/fleet/releases/store-bundle";
import { realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { encodeBundle } from "@karibu/protocol/bundle/bundle-format";
import { readPublicKeys, writePublicKey } from "@karibu/protocol/bundle/release-key";
import { sha256Hex } from "@karibu/protocol/hash";
import { bytes } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { hastened, makeSites, startAgentEnd, startHubEnd, until } from "./link-ends.ts";

const world = hastened(realWorld(), 30);
const database = useDatabase("embedded", world);
const { privateKey } = generateKeyPairSync("ed25519");
const keys = readPublicKeys(writePublicKey(privateKey));

test("[BEY-20] the hub's word reaches a site by its feed, and the bundle over the same link, through cuts", async () => {
  const noise = Buffer.from(world.random.bytes(300_000)).toString("base64");
  const file = encodeBundle(
    new Map([["agent/agent.cjs", Buffer.from(noise)]]),
    { version: "0.2.0", minimalImage: "0.1.0" },
    privateKey,
  );
  const about = { keys, notes: "", uploadedBy: "admin", nowMs: 1 };
  const releaseId = await database.current().asPlatform("test", (tx) => storeBundle(tx, file, about));

  let pieces = 0;
  const fetchBundle = createFetchBundle(world.clock, database.current());
  const counted: typeof fetchBundle = {
    ...fetchBundle,
    async answer(caller, params, signal) {
      // Every sixth piece the line is cut before it is through.
      if (++pieces % 6 === 0) agent.wire?.cut();
      return fetchBundle.answer(caller, params, signal);
    },
  };
  const hub = await startHubEnd(world, database.current(), [counted]);
  const [site] = await makeSites(world, database.current(), hub, 1);
  if (site === undefined) throw new Error("there is no site");
  const agent = await startAgentEnd(world, site, () => hub);
  let looks = 0;
  const image = { id: "image-1", agentVersion: "0.1.0", imageVersion: "0.1.0" };
  const launcher: Launcher = {
    runningId: "image-1",
    runningVersion: "0.1.0",
    image,
    passedOver: [],
    keys,
    reload: () => void looks++,
  };
  const alarms: string[] = [];
  const { folder } = site;
  const raiseAlarm = (name: string) => void alarms.push(name);
  const { feed, link: hubLink } = agent;
  const disk = { folder, isWritable: () => true, freeBytes: null };
  const updates = createUpdates(world, { ...disk, feed, hub: hubLink, launcher, raiseAlarm });
  updates.start();

  await database.current().asProvider(site.providerId, (tx) =>
    hub.publish(tx, {
      providerId: site.providerId,
      target: { scope: "site", siteId: site.siteId },
      kind: "release",
      key: "release",
      body: {
        releaseId,
        version: "0.2.0",
        bytes: bytes(file.length),
        exact: true,
        sha256: sha256Hex(file),
      },
    }),
  );
  await until("the launcher is asked to look", () => looks > 0, 50_000);
  expect(Buffer.from((await folder.read(`bundles/${releaseId}.karibu`)) ?? []).equals(file)).toBe(true);
  expect(pieces).toBeGreaterThan(20);
  expect(alarms).toEqual([]);
  await updates.stop();
  await agent.stop();
  await hub.stop();
});
