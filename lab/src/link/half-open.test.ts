/** What strangers can take from a hub: a stated share of its memory, and none of the sites' places. */
import { useHub } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hastened, until } from "./link-ends.ts";
import { enrolSites, openStrangers, type Strangers, startSites } from "./test-strangers.ts";

const megabyte = 1024 * 1024;
/** An eighth of it is for links before their proof. */
const lab = useHub("embedded", { linkBytes: 32 * megabyte });
const halfOpenBytes = 4 * megabyte;
const world = hastened(lab.world, 10);
let strangers: Strangers[];

beforeEach(() => {
  strangers = [];
});
afterEach(() => {
  for (const group of strangers) group.leave();
});

async function come(count: number, bytesEach: number, addressOf: (number: number) => string | null, pings = false) {
  const group = await openStrangers(Number(new URL(lab.url()).port), { count, bytesEach, addressOf, pings });
  strangers.push(group);
  return group;
}

async function makeSites(count: number) {
  const { token } = await lab.makeProvider(`Mwangaza ${strangers.length} ${count}`);
  return await enrolSites(world, { url: lab.url(), ownerToken: token }, count);
}

test("[SYS-20] half-open links hold a stated number of bytes, and sites behind the same address come in and stay in step", async () => {
  const enrolled = await makeSites(4);
  // Half of them come from the sites' own address, the others from four more.
  const group = await come(160, 200 * 1024, (number) => (number % 2 === 0 ? null : `203.0.113.${number % 4}`));
  await until("the hub has ended those for whom it has no memory", () => group.openBytes() <= halfOpenBytes, 30_000);
  const sites = await startSites(world, lab.url(), enrolled, 30_000);
  try {
    await sites.inStep(true);
    await come(60, 200 * 1024, () => null);
    await sites.inStep(true);
    expect(lab.hub().link.counts().handshakeBytes).toBeLessThanOrEqual(halfOpenBytes);
    expect(lab.hub().link.counts().links).toBe(4);
  } finally {
    await sites.stop();
  }
});

test("[SYS-20] a ping in the middle of a message hides none of its bytes", async () => {
  const group = await come(60, 200 * 1024, () => "203.0.113.50", true);
  const counted = () => lab.hub().link.counts().handshakeBytes;
  // Not when they are cut for their silence: then nobody is left.
  const isBounded = () => group.openBytes() <= halfOpenBytes && counted() >= group.openBytes() && group.openCount() > 0;
  await until("the hub counts all that is left of them", isBounded, 30_000);
});

longTest(
  "[SYS-20] behind a trusted proxy each stranger counts at the address that the proxy names, and a greedy one takes no place of another",
  async () => {
    const modest = await come(3, 100, () => "198.51.100.7");
    const greedy = await come(800, 100, () => "203.0.113.99");
    await until("the greedy one has only what is left", () => greedy.openCount() < 520, 30_000);
    expect(modest.openCount()).toBe(3);
  },
);
