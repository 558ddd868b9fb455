import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { decodeFrame, encodeFrame, frameBytesMax, supportedProtocols } from "@karibu/protocol/link/frame";
import type { LinkSocket } from "@karibu/protocol/link/link";
import { makeLinkKeys } from "@karibu/protocol/link/link-keys";
import { expect, test } from "vitest";
import { type ConnectionParts, createConnection } from "./connection.ts";

/** The hello of a site with these cursors, as its text goes over the wire. */
function helloWith(cursors: Readonly<Record<string, number>>): string {
  const world = createSimulatedWorld();
  const sent: string[] = [];
  let hear: (text: string) => void = () => {};
  const socket: LinkSocket = {
    send: (text) => void sent.push(text),
    bufferedBytes: () => 0,
    close: () => {},
    onMessage(handler) {
      hear = handler;
    },
    onClose: () => {},
  };
  const keys = makeLinkKeys(world.random);
  const connection = createConnection(world, socket, {
    identity: { siteId: "s1", keys, hubPublicKey: keys.publicKey },
    journal: { epoch: "0001-aa", lastSeq: 0, writable: true },
    feed: { cursors: () => cursors, generation: "g1" },
    agentVersion: "0.1.0",
    settings: { heartbeatSeconds: 120, answerSeconds: 30 },
  } as unknown as ConnectionParts);
  hear(encodeFrame({ type: "hello", role: "hub", protocols: [...supportedProtocols], nonce: "AAAA" }));
  connection.close(1001, "over");
  return sent[0] ?? "";
}

test("[BEY-01] a site that follows more batches than fit its hello keeps its link: the batches with least to send again come anew", () => {
  const batch = (at: number) => `batch:0190f5a2-7c3e-7b1d-9a4f-${String(at).padStart(12, "0")}`;
  const batches = Array.from({ length: 20_000 }, (_, at) => [batch(at), 1 + (at % 7919)] as const);
  const hello = helloWith({ ...Object.fromEntries(batches), provider: 3, site: 9 });
  const decoded = decodeFrame(hello);
  expect(decoded).toMatchObject({ frame: { type: "hello", cursors: { provider: 3, site: 9 } } });
  expect(Buffer.byteLength(hello)).toBeLessThanOrEqual(frameBytesMax);
  const { cursors } = (decoded as { frame: { cursors: Record<string, number> } }).frame;
  const told = batches.filter(([scope]) => cursors[scope] !== undefined);
  expect(told.length).toBeGreaterThan(3000);
  expect(told.every(([scope, version]) => cursors[scope] === version)).toBe(true);
  const leastTold = Math.min(...told.map(([, version]) => version));
  const left = batches.filter(([scope]) => cursors[scope] === undefined).map(([, version]) => version);
  expect(Math.max(...left)).toBeLessThanOrEqual(leastTold);
});

test("a site with few batches tells all its cursors", () => {
  const cursors = { provider: 3, site: 9, "batch:b1": 4 };
  expect(decodeFrame(helloWith(cursors))).toMatchObject({ frame: { cursors } });
});
