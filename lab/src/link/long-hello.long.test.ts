/** Sites whose hellos are as long as a frame: what the hub keeps of them while their links are open. */
import { realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { liveBytes } from "@karibu/cloud/ground/test-live-memory";
import { frameBytesMax, type HubHello, linkProof } from "@karibu/protocol/link/frame";
import { signProof } from "@karibu/protocol/link/link-keys";
import { expect, test } from "vitest";
import { type EnrolledSite, type HubEnd, makeSites, startHubEnd, until } from "./link-ends.ts";
import { createSocketPair } from "./socket-pair.ts";

const world = realWorld();
const database = useDatabase("embedded", world);
const nonce = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const sitesCount = 13;

/** Of batches that it does not follow. */
function madeUpCursors(siteId: string): Record<string, number> {
  const name = (number: number) => `batch:${siteId}-${number}`;
  return Object.fromEntries(Array.from({ length: 4500 }, (_, number) => [name(number), number]));
}

function helloOf({ siteId, identity }: EnrolledSite, hub: HubEnd, { nonce: hubNonce }: HubHello): string {
  const signature = signProof(identity.keys, linkProof("agent", hubNonce, nonce, siteId));
  const place = { epoch: "e1", lastSeq: 0, cursors: madeUpCursors(siteId), generation: hub.identity.generation };
  const hello = { type: "hello", role: "agent", protocol: 1, siteId, nonce, signature, agentVersion: "0", ...place };
  return JSON.stringify(hello);
}

test("the cursors of a hello are not kept for as long as the link is open: sites could make them as long as a frame", async () => {
  const hub = await startHubEnd(world, database.current());
  const sites = await makeSites(world, database.current(), hub, sitesCount);
  const leave: (() => void)[] = [];
  const come = async (site: EnrolledSite) => {
    const pair = createSocketPair();
    leave.push(() => pair.agent.close(1000, "over"));
    pair.agent.onMessage((text) => {
      const frame = JSON.parse(text);
      if (frame.type === "feed")
        pair.agent.send(JSON.stringify({ type: "applied", scope: frame.scope, version: frame.version }));
      if (frame.type !== "hello") return;
      const hello = helloOf(site, hub, frame);
      expect(hello.length).toBeLessThan(frameBytesMax);
      expect(hello.length).toBeGreaterThan(0.9 * frameBytesMax);
      pair.agent.send(hello);
    });
    hub.link.accept(pair.hub, "lab");
    await until(
      "it is in step",
      () => hub.link.presence(site.siteId) === "connected" && hub.link.counts().behind === 0,
    );
  };
  await come(sites[0] as EnrolledSite);
  const before = liveBytes();
  for (const site of sites.slice(1)) await come(site);
  const bytesPerLink = (liveBytes() - before) / (sitesCount - 1);
  expect(hub.link.counts()).toMatchObject({ links: sitesCount });
  for (const end of leave) end();
  await hub.stop();
  expect(bytesPerLink).toBeLessThan(frameBytesMax / 4);
}, 120_000);
