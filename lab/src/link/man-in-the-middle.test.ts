/** Somebody between an agent and its hub changes what they say: the two notice, and nothing of it counts. */
import { anyEngine, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { closeCodes } from "@karibu/protocol/link/link";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type EnrolledSite, type HubEnd, hastened, makeSites, startAgentEnd, startHubEnd, until } from "./link-ends.ts";

/** Codes with which the hub refused a handshake. */
const refusals: unknown[] = [];
const fast = hastened(realWorld(), 10);
const world = {
  ...fast,
  log: {
    ...fast.log,
    warn: (event: string, { code }: { readonly code?: unknown } = {}) =>
      void (event === "link-refused" && refusals.push(code)),
  },
};
const database = useDatabase(anyEngine, world);
let hub: HubEnd;
let sites: EnrolledSite[];

beforeAll(async () => {
  hub = await startHubEnd(world, database.current());
  sites = await makeSites(world, database.current(), hub, 12);
});
beforeEach(() => {
  refusals.length = 0;
});
afterAll(() => hub.stop());

type Frame = Record<string, unknown>;
type Change = (frame: Frame) => Frame;

/** Dials through the man in the middle until the agent is connected, or has hung up and dials again. */
async function outcomeOf(change: Change): Promise<{ connected: boolean; welcomes: number }> {
  let dials = 0;
  let welcomes = 0;
  const tamper = (text: string) => {
    const frame = JSON.parse(text) as Frame;
    if (frame.type === "hello" && frame.role === "hub") dials++;
    return [JSON.stringify(change(frame))];
  };
  const site = sites.pop() as EnrolledSite;
  const agent = await startAgentEnd(world, site, () => hub, { tamper, onWelcome: () => welcomes++ });
  await until("it is connected, or dials again", () => agent.link.state === "connected" || dials >= 2, 60_000);
  const outcome = { connected: agent.link.state === "connected", welcomes };
  await agent.stop();
  return outcome;
}

const patienceMs = 120_000;
const inWelcome =
  (change: Frame): Change =>
  (frame) =>
    frame.type === "welcome" ? { ...frame, ...change } : frame;
const inHello =
  (role: "agent" | "hub", change: Frame): Change =>
  (frame) =>
    frame.type === "hello" && frame.role === role ? { ...frame, ...change } : frame;
const nothing = { connected: false, welcomes: 0 };

test(
  "one who changes nothing is not noticed",
  async () => {
    expect(await outcomeOf((frame) => frame)).toEqual({ connected: true, welcomes: 1 });
  },
  patienceMs,
);

test.each<[string, Frame]>([
  ["the hub's time", { timeMs: 4_000_000_000_000 }],
  ["where to resume", { resumeAfterSeq: 99 }],
  ["a new epoch", { newEpoch: true }],
  ["the generation", { generation: "another" }],
  ["the protocol", { protocol: 2 }],
])(
  "[BEY-11] %s can't be changed in the welcome",
  async (_, change) => {
    expect(await outcomeOf(inWelcome(change))).toEqual(nothing);
  },
  patienceMs,
);

test(
  "what the agent says of its journal can't be changed either",
  async () => {
    expect(await outcomeOf(inHello("agent", { lastSeq: 7 }))).toEqual(nothing);
    expect(refusals[0]).toBe(closeCodes.unauthorised);
  },
  patienceMs,
);

test.each([
  ["an older protocol", [2, 1], closeCodes.version],
  ["the oldest protocol", [1], closeCodes.version],
  ["a shorter list", [3], closeCodes.unauthorised],
])(
  "two ends that speak the new protocol can't be talked into %s",
  async (_, protocols, code) => {
    expect(await outcomeOf(inHello("hub", { protocols }))).toEqual(nothing);
    expect(refusals[0]).toBe(code);
  },
  patienceMs,
);
