/**
 * Old ends against new ones, over a whole link: a kept agent talks to today's hub, and a kept hub to today's agent.
 *
 * A new protocol number needs a transcript while its ends are today's: `KARIBU_RECORD=1 npx vitest run lab/src/link/versions`
 * records it. Commit it; from the next run on it is played.
 */
import { realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import type { FeedRow } from "@karibu/protocol/feed";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { type AgentHello, linkProof, protocolVersion, supportedProtocols } from "@karibu/protocol/link/frame";
import type { LinkSocket } from "@karibu/protocol/link/link";
import { makeLinkKeys, signProof, verifyProof } from "@karibu/protocol/link/link-keys";
import { agentProof } from "@karibu/protocol/link/link-proof";
import { carriedRpc, type ServedRpc } from "@karibu/protocol/rpc/rpc";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { describe, expect, test } from "vitest";
import { createFaultyFolder } from "../../disk/faulty-folder.ts";
import { type HubEnd, makeSites, startAgentEnd, startHubEnd, until } from "../link-ends.ts";
import { createSocketPair } from "../socket-pair.ts";
import { allMethods } from "./test-describe.ts";
import { comparable, type PlayedEnd, play, playOn, unpacked, type Words } from "./test-play.ts";
import { cancelCall, expectReadable, newCallsOld, oldCallsNew, serveExamples } from "./test-play-examples.ts";
import { record, recordedAgentCalls, recordedHubCalls } from "./test-recording.ts";
import { keepTranscript, readKept, type Transcript } from "./test-transcripts.ts";

/** Kept signatures were made over these nonces: today's end draws the same one. */
let nonce = new Uint8Array();
const real = realWorld();
const world: World = {
  ...real,
  random: { bytes: (count) => (count === nonce.length ? new Uint8Array(nonce) : real.random.bytes(count)) },
};
const database = useDatabase("embedded", world);
const methods = await allMethods();
const today = readKept(protocolVersion).calls;

const wordsOf = ({ lines }: Transcript, side: "agent" | "hub", type?: string): Words[] =>
  lines.flatMap((line) => (line.from === side && (type === undefined || line.frame.type === type) ? [line.frame] : []));
const firstOf = (transcript: Transcript, side: "agent" | "hub", type: string) =>
  wordsOf(transcript, side, type)[0] as Words;
const nonceOf = (transcript: Transcript, side: "agent" | "hub") =>
  Buffer.from(firstOf(transcript, side, "hello").nonce as string, "base64");

/** What the kept end said must be there, word by word; today's end may say more within a frame, as old peers ignore it. */
function expectSaid(heard: readonly Words[], kept: readonly Words[]): void {
  const withoutProtocols = ({ protocols: _, ...frame }: Record<string, unknown>) => frame;
  expect(comparable(heard).map(withoutProtocols)).toMatchObject(comparable(kept).map(withoutProtocols));
}

test("the current protocol has a transcript, of the frames that its ends say", async () => {
  nonce = new Uint8Array();
  const recorded = await record(world, database.current(), protocolVersion);
  if (process.env.KARIBU_RECORD === "1" && readKept(protocolVersion).transcript === null)
    keepTranscript(protocolVersion, recorded);
  const framesOf = ({ lines }: Transcript) => lines.map(({ from, frame }) => `${from} ${frame.type}`).sort();
  const { transcript } = readKept(protocolVersion);
  expect(transcript, "record it: see the head of this file").not.toBeNull();
  expect(framesOf(recorded)).toEqual(framesOf(transcript as Transcript));
});

/** `npm test` plays the oldest one: today's own is what all other tests speak. */
const oldest = Math.min(...supportedProtocols);

describe.each(inLongRunAll(supportedProtocols, (protocol) => protocol === oldest))("protocol %i", (protocol) => {
  const kept = readKept(protocol);
  const transcript = kept.transcript as Transcript;
  const known = methods.filter(({ method }) => kept.calls[method] !== undefined);
  const isCalledByHub = ({ method }: { method: string }) => kept.calls[method]?.caller === "hub";
  const [down, up] = [known.filter(isCalledByHub), known.filter((method) => !isCalledByHub(method))];

  test("[SYS-21] an agent of this protocol syncs with today's hub: journal up, feed down, calls both ways", async () => {
    nonce = nonceOf(transcript, "hub");
    const { served, got } = serveExamples(up, today);
    const hub = await startHubEnd(world, database.current(), [...recordedAgentCalls, ...served]);
    const [site] = await makeSites(world, database.current(), hub, 1, transcript);
    const { providerId, siteId } = site as NonNullable<typeof site>;
    const publish = (rows: readonly FeedRow[]) =>
      database.current().asProvider(providerId, async (tx) => {
        const target = { scope: "provider" } as const;
        for (const { kind, key, body } of rows)
          await hub.publish(tx, { providerId, target, kind, key, body: body as never });
      });
    const rows = rowsOf(transcript);
    await publish(rows);
    const pair = createSocketPair();
    const end = playOn(pair.agent);
    hub.link.accept(pair.hub, "lab");

    const call = (method: string, params: unknown, signal?: AbortSignal) =>
      hub.link.call(siteId, carriedRpc(method), params, 5000, signal);
    await play("agent", { transcript, end, call });
    expect(end.heard[0]?.protocols).toContain(protocol);
    expectSaid(end.heard, wordsOf(transcript, "hub"));

    // A page that is worth packing, and a cancelled call: only for a peer that knows packed pages and cancels.
    const more = Array.from({ length: 12 }, (_, number) => ({ ...(rows[0] as FeedRow), key: `more-${number}` }));
    await publish(more);
    await until("the later page is here", () => end.heard.some(({ version }) => version === rows.length + more.length));
    await cancelCall(end, (signal) => call("wait", {}, signal));
    const scene = { protocol, end, kept, today, got };
    await oldCallsNew(up, scene);
    await newCallsOld(down, scene, (method, params) => hub.link.call(siteId, method, params, 5000));
    expect(expectReadable(end.heard, kept)).toEqual({ rows: rows.length + more.length });
    expect(end.ends).toEqual([]);
    pair.cut();
    await hub.stop();
    const session = await database
      .current()
      .asProvider(providerId, (tx) => tx.selectFrom("sessions").select(["inputBytes", "cause"]).executeTakeFirst());
    expect(session).toEqual({ inputBytes: 100, cause: "user-request" });
  });

  test("[SYS-21] today's agent syncs with a hub of this protocol: journal up, feed down, calls both ways", async () => {
    nonce = nonceOf(transcript, "agent");
    const hubKeys = makeLinkKeys(real.random);
    const agentKeys = makeLinkKeys(real.random);
    const { siteId, publicKey, agentSeed, hubPublicKey } = transcript;
    const keys = agentSeed === undefined ? agentKeys : { seed: agentSeed, publicKey };
    // An agent of today that is offered less than 3 says so in its nonce, so a kept proof over the old nonce is signed again.
    const isSignedAgain = protocol < 3 || hubPublicKey === undefined;
    const identity = { siteId, keys, hubPublicKey: isSignedAgain ? hubKeys.publicKey : hubPublicKey };
    const { served, got } = serveExamples(
      down.filter(({ method }) => method !== "ping"), // every agent serves it
      today,
    );
    const wire = Promise.withResolvers<PlayedEnd>();
    const hub = { link: { accept: (socket: LinkSocket) => wire.resolve(playOn(socket)) } } as unknown as HubEnd;
    const site = { providerId: "a-provider", siteId, identity, folder: createFaultyFolder(world) };
    const requests = [...recordedHubCalls, ...(served as ServedRpc<void>[])];
    const agent = await startAgentEnd(world, site, () => hub, { requests });
    const append = async (frame: Words) => {
      for (const { seq, atMs, clock, upMs, ...event } of frame.records as Record<string, unknown>[])
        if ((seq as number) > agent.journal.lastSeq) await agent.journal.append(event as JournalEvent).durable;
    };
    await append(firstOf(transcript, "agent", "journal")); // written while the link was away
    const end = await wire.promise;

    const call = (method: string, params: unknown, signal?: AbortSignal) =>
      agent.link.call(carriedRpc(method), params, 5000, signal);
    const prompt = async (frame: Words) => void (frame.type === "journal" && (await append(frame)));
    const adapt = (frame: Words): Words => {
      if (frame.type === "ack") return { ...frame, epoch: agent.journal.epoch };
      if (frame.type !== "welcome" || !isSignedAgain) return frame;
      const agentNonce = end.heard[0]?.nonce as string;
      const proof = linkProof("hub", firstOf(transcript, "hub", "hello").nonce as string, agentNonce, siteId);
      return { ...frame, signature: signProof(hubKeys, proof) };
    };
    await play("hub", { transcript, end, call, prompt, adapt });
    expectSaid(end.heard, wordsOf(transcript, "agent"));
    const { nonce: hubNonce, protocols: offered } = firstOf(transcript, "hub", "hello") as unknown as {
      nonce: string;
      protocols: number[];
    };
    const hello = end.heard[0] as unknown as AgentHello;
    expect(verifyProof(keys.publicKey, agentProof({ hubNonce, offered, hello }), hello.signature)).toBe(true);
    await until("the hub's acks are taken", () => agent.journal.ackedSeq === agent.journal.lastSeq);
    const cursors = wordsOf(transcript, "hub", "feed").map(({ scope, version }) => [scope, version]);
    expect(agent.feed.cursors()).toEqual(Object.fromEntries(cursors));
    await cancelCall(end, (signal) => call("wait", {}, signal));

    const scene = { protocol, end, kept, today, got };
    await oldCallsNew(down, scene);
    await newCallsOld(up, scene, (method, params) => agent.link.call(method, params, 5000));
    expectReadable(end.heard, kept);
    expect(end.ends).toEqual([]);
    await agent.stop();
  });
});

/** The rows of the provider that the kept hub sent. */
function rowsOf(transcript: Transcript): FeedRow[] {
  const pages = wordsOf(transcript, "hub", "feed").filter(({ scope }) => scope === "provider");
  return pages.flatMap(({ rows, packed }) => (packed === undefined ? rows : unpacked(packed)) as FeedRow[]);
}
