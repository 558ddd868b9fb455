/** Strangers who open links and never prove themselves, beside sites that do: for tests of what a hub holds for them. */
import { connect, type Socket } from "node:net";
import { addressesOnly } from "@karibu/agent/ground/lookup";
import { createPostJson } from "@karibu/agent/ground/post-json";
import { openJournal } from "@karibu/agent/journal/open-journal";
import { openFeedStore } from "@karibu/agent/store/open-feed-store";
import { dialWebsocket } from "@karibu/agent/sync/dial-websocket";
import { linkUrl, obtainIdentity } from "@karibu/agent/sync/enrol";
import { createHubLink } from "@karibu/agent/sync/link";
import type { World } from "@karibu/protocol/world";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { until } from "./link-ends.ts";

export interface Strangers {
  /** Bytes that those sent whose connection the hub has not ended. */
  openBytes(): number;
  openCount(): number;
  leave(): void;
}

const upgrade = (address: string | null) =>
  [
    "GET /agent HTTP/1.1",
    "Host: hub",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...(address === null ? [] : [`X-Forwarded-For: ${address}`]),
    "\r\n",
  ].join("\r\n");

/** A text frame of 256 KiB that never ends (RFC 6455 §5.2), with a mask of zeros. */
const endlessHead = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]);
/** The head of the first fragment of a text: a control frame may follow it (RFC 6455 §5.4). */
const fragmentHead = (bytes: number) => {
  const head = Buffer.from([0x01, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(bytes, 6);
  return head;
};
const emptyPing = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);

export interface StrangersWanted {
  readonly count: number;
  readonly bytesEach: number;
  /** What a proxy says of stranger `number`; null: nothing. */
  readonly addressOf: (number: number) => string | null;
  /** A whole fragment, and a ping after it, instead of a frame that does not end. */
  readonly pings?: boolean;
}

/** Each sends the head of a longest frame and `bytesEach` of it, then waits. Resolves when all have sent, or were cut. */
export async function openStrangers(
  port: number,
  { count, bytesEach, addressOf, pings = false }: StrangersWanted,
): Promise<Strangers> {
  const open = new Set<Socket>();
  const all: Socket[] = [];
  const body = Buffer.alloc(bytesEach, "x");
  const come = (number: number) =>
    new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      all.push(socket);
      open.add(socket);
      const settle = () => resolve();
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        resolve();
      });
      socket.once("connect", () => socket.write(upgrade(addressOf(number))));
      socket.once("data", () => {
        socket.resume();
        socket.write(pings ? fragmentHead(bytesEach) : endlessHead);
        socket.write(body, pings ? () => socket.write(emptyPing, settle) : settle);
      });
    });
  // A hundred at once: as many wait in the server's queue.
  let next = 0;
  const worker = async () => {
    while (next < count) await come(next++);
  };
  await Promise.all(Array.from({ length: 100 }, worker));
  return {
    openBytes: () => open.size * bytesEach,
    openCount: () => open.size,
    leave: () => {
      for (const socket of all) socket.destroy();
    },
  };
}

export interface HonestSites {
  /** Waits until each has its plans, and the hub has all of its journal. `say`: it writes one more record first. */
  inStep(say: boolean): Promise<void>;
  stop(): Promise<void>;
}

const forever = new AbortController().signal;

/** Sites of the owner of `ownerToken`, enrolled; none has dialled yet. */
export async function enrolSites(world: World, hub: { url: string; ownerToken: string }, count: number) {
  const post = createPostJson(addressesOnly);
  return await Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const made = await fetch(`${hub.url}/api/v1/sites`, {
        method: "POST",
        headers: { Authorization: `Bearer ${hub.ownerToken}`, "Content-Type": "application/json" },
        body: JSON.stringify({ name: `Kiosk ${number}` }),
      });
      const { enrolmentToken } = (await made.json()) as { enrolmentToken: string };
      const folder = createFaultyFolder(world);
      const how = { hubUrl: hub.url, token: enrolmentToken, post, signal: forever, onMoved: async () => {} };
      return { folder, identity: await obtainIdentity(world, folder, how) };
    }),
  );
}

/** They dial now. */
export async function startSites(
  world: World,
  url: string,
  enrolled: Awaited<ReturnType<typeof enrolSites>>,
  msMax: number,
): Promise<HonestSites> {
  const sites = await Promise.all(
    enrolled.map(async ({ folder, identity }) => {
      const { journal } = await openJournal(world, folder, { replayAfter: null, onRecord: () => {} });
      const feed = await openFeedStore(world, folder);
      const dial = dialWebsocket(linkUrl(url), addressesOnly);
      const parts = { dial, identity: async () => identity, journal, feed, agentVersion: "0.1.0", requests: [] };
      return { journal, feed, link: createHubLink(world, parts) };
    }),
  );
  return {
    async inStep(say) {
      for (const { journal } of sites) if (say) journal.append({ kind: "agent-started", boot: 1, version: "0.1.0" });
      const isInStep = ({ journal, feed }: (typeof sites)[number]) =>
        journal.ackedSeq === journal.lastSeq && feed.rows("plan").size === 6;
      await until("all sites are in step", () => sites.every(isInStep), msMax);
    },
    async stop() {
      for (const { journal, feed, link } of sites) {
        await link.close();
        await journal.close();
        await feed.close();
      }
    },
  };
}
