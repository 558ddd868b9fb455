/** A link between the ends of today, from which `protocol-<n>.json` is recorded, and the methods that only recordings know. */
import type { Database } from "@karibu/cloud/ground/db/database";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { type Plan, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, cents, seconds, unixMs } from "@karibu/protocol/quantities";
import { carriedRpc, serve } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import { makeSites, startAgentEnd, startHubEnd, until } from "../link-ends.ts";
import type { Line, Transcript } from "./test-transcripts.ts";

const count = carriedRpc("count");
const wait = carriedRpc("wait");
const disconnect = carriedRpc("disconnect-session");

/** Answers once the caller has cancelled. */
const waiting = serve(
  wait,
  (_params, _caller, signal) =>
    new Promise<unknown>((resolve) => signal.addEventListener("abort", () => resolve({ kind: "stopped" }))),
);
/** What an agent calls in a transcript, and what a hub calls. */
export const recordedAgentCalls = [serve(count, (params) => ({ got: params })), waiting];
export const recordedHubCalls = [serve(disconnect, () => ({ kind: "ending" })), waiting];

const events: readonly JournalEvent[] = [
  { kind: "agent-started", boot: 1, version: "0.1.0" },
  {
    kind: "session-started",
    sessionKey: "k1",
    sessionId: "80100001",
    nas: "router",
    grantId: "g1",
    user: "u",
    mac: null,
    address: null,
    startedAtMs: unixMs(1_790_000_000_000),
  },
];
const stopped: JournalEvent = {
  kind: "session-stopped",
  sessionKey: "k1",
  inputBytes: bytes(100),
  outputBytes: bytes(200),
  onlineSeconds: seconds(60),
  cause: "user-request",
  stoppedAtMs: unixMs(1_790_000_060_000),
};
const plan = (number: number): Plan => ({
  planId: `p${number}`,
  name: `${number} hours`,
  priceCents: cents(number * 1000),
  currency: "KES",
  active: true,
  terms: unlimitedTerms,
});

/** Twelve plans make a page that is worth packing; both ends cancel a call. */
export async function record(world: World, database: Database, protocol: number): Promise<Transcript> {
  const hub = await startHubEnd(world, database, recordedAgentCalls);
  const [site] = await makeSites(world, database, hub, 1);
  if (site === undefined) throw new Error("no site");
  const { providerId, siteId, identity } = site;
  for (let number = 1; number <= 12; number++) {
    const row = { kind: "plan", key: `p${number}`, body: plan(number) } as const;
    await database.asProvider(providerId, (tx) =>
      hub.publish(tx, { providerId, target: { scope: "provider" }, ...row }),
    );
  }
  const lines: Line[] = [];
  const tamper = (text: string, direction: "to-hub" | "to-agent") => {
    lines.push({ from: direction === "to-hub" ? "agent" : "hub", frame: JSON.parse(text) });
    return [text];
  };
  let isUp = false;
  const agent = await startAgentEnd(world, site, () => (isUp ? hub : null), { tamper, requests: recordedHubCalls });
  const heard = (type: string, times: number) =>
    until(`${times} frames ${type}`, () => lines.filter(({ frame }) => frame.type === type).length >= times);
  for (const event of events) await agent.journal.append(event).durable;
  isUp = true;
  await heard("applied", 2);
  await heard("ack", 1);
  await agent.journal.append(stopped).durable;
  await heard("ack", 2);
  await agent.link.call(count, { a: 1 }, 5000);
  await hub.link.call(siteId, disconnect, { sessionKey: "k1" }, 5000);
  const abort = async (request: (signal: AbortSignal) => Promise<unknown>, replies: number) => {
    const requests = lines.filter(({ frame }) => frame.type === "rpc").length;
    const aborting = new AbortController();
    const cancelled = request(aborting.signal).catch(() => {});
    await heard("rpc", requests + 1);
    aborting.abort();
    await cancelled;
    await heard("reply", replies);
  };
  await abort((signal) => agent.link.call(wait, {}, 5000, signal), 3);
  await abort((signal) => hub.link.call(siteId, wait, {}, 5000, signal), 4);
  await agent.stop();
  await hub.stop();
  const about = `A link of the release that spoke protocol ${protocol}, as its agent and its hub said it. Kept as it was; never edited.`;
  const { publicKey, seed } = identity.keys;
  return { about, siteId, publicKey, agentSeed: seed, hubPublicKey: identity.hubPublicKey, lines };
}
