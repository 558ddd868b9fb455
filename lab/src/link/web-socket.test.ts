/** The link as it is in the field: enrolment over HTTP, then a real WebSocket on loopback. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { addressesOnly } from "@karibu/agent/ground/lookup";
import { createPostJson } from "@karibu/agent/ground/post-json";
import { openJournal } from "@karibu/agent/journal/open-journal";
import { openFeedStore } from "@karibu/agent/store/open-feed-store";
import { dialWebsocket } from "@karibu/agent/sync/dial-websocket";
import { linkUrl, obtainIdentity } from "@karibu/agent/sync/enrol";
import { createHubLink } from "@karibu/agent/sync/link";
import { serveLinks } from "@karibu/cloud/fleet/link/link-websocket";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { frameBytesMax } from "@karibu/protocol/link/frame";
import { ping } from "@karibu/protocol/rpc/router/ping";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { hastened, until } from "./link-ends.ts";

const postJson = createPostJson(addressesOnly);
const lab = useHub(anyEngine);
const world = hastened(lab.world, 10);
let server: Server;
let cutLinks: () => void;
let url = "";
let ownerToken = "";

beforeAll(async () => {
  server = createServer(lab.hub().app);
  cutLinks = serveLinks(server, lab.hub().link.accept);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ownerToken = (await lab.makeProvider("Mwangaza")).token;
});
afterAll(async () => {
  cutLinks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const makeSite = async () => {
  const made = await lab.call("POST", "/api/v1/sites", { token: ownerToken, body: { name: "Kiosk" } });
  expect(made.status).toBe(201);
  return made.body as { site: { siteId: string }; enrolmentToken: string };
};

const forever = new AbortController().signal;
const enrolment = (token: string | null) => ({
  hubUrl: url,
  token,
  post: postJson,
  signal: forever,
  onMoved: async () => {},
});

test("[BEY-15] a device enrols with its token, keeps its identity through a restart, and the link comes up with plans and time", async () => {
  const { site, enrolmentToken } = await makeSite();
  const folder = createFaultyFolder(world);
  const identity = await obtainIdentity(world, folder, enrolment(enrolmentToken));
  expect(identity.siteId).toBe(site.siteId);
  expect(await obtainIdentity(world, folder, enrolment(enrolmentToken))).toMatchObject({
    siteId: site.siteId,
    keys: identity.keys,
  });
  expect(await obtainIdentity(world, folder, enrolment(null))).toMatchObject({ keys: identity.keys });

  const { journal } = await openJournal(world, folder, { replayAfter: null, onRecord: () => {} });
  const feed = await openFeedStore(world, folder);
  const told: number[] = [];
  const link = createHubLink(world, {
    dial: dialWebsocket(linkUrl(url), addressesOnly),
    identity: async () => identity,
    journal,
    feed,
    agentVersion: "0.1.0",
    requests: [],
    onWelcome: ({ timeMs }) => told.push(timeMs),
  });
  const { record } = journal.append({ kind: "agent-started", boot: 1, version: "0.1.0" });
  await until("the journal is acknowledged", () => journal.ackedSeq === record.seq);
  await until("the six standard plans are here", () => feed.rows("plan").size === 6);
  await until("the site's own row is here", () => feed.rows("site").get("site")?.name === "Kiosk");
  expect(told).toHaveLength(1);
  expect(await lab.hub().link.call(site.siteId, ping, {}, 5000)).toEqual({});
  cutLinks();
  server.removeAllListeners("upgrade");
  cutLinks = serveLinks(server, lab.hub().link.accept);
  await until("it came back by itself", () => told.length === 2);
  await link.close();
  await journal.close();
  await feed.close();
});

test("a token is good for one device, what the first one lost on the way it may ask for again, and another one waits", async () => {
  const { enrolmentToken } = await makeSite();
  const ask = (publicKey: string) => lab.call("POST", "/enrol/agent", { body: { token: enrolmentToken, publicKey } });
  const [mine, other] = [Buffer.alloc(32, 1).toString("base64"), Buffer.alloc(32, 2).toString("base64")];
  expect((await ask(mine)).status).toBe(200);
  expect((await ask(mine)).status).toBe(200);
  expect(await ask(other)).toMatchObject({ status: 409, body: { code: "enrolment-waits", field: "token" } });
  expect(await ask("short")).toMatchObject({ status: 400, body: { field: "publicKey" } });
});

test("a token is worth nothing a day later", async () => {
  const { enrolmentToken } = await makeSite();
  lab.moveClock(25 * 60 * 60 * 1000);
  const late = await lab.call("POST", "/enrol/agent", {
    body: { token: enrolmentToken, publicKey: Buffer.alloc(32, 3).toString("base64") },
  });
  lab.moveClock(-25 * 60 * 60 * 1000);
  expect(late.status).toBe(403);
});

test("enrolment waits for a hub that is away, and says so when there is nothing to enrol with", async () => {
  const { enrolmentToken } = await makeSite();
  const folder = createFaultyFolder(world);
  let tries = 0;
  const keys = new Set<unknown>();
  const post: typeof postJson = async (target, body) => {
    keys.add((body as { publicKey: string }).publicKey);
    if (++tries < 3) throw new Error("connection refused");
    return postJson(target, body);
  };
  await obtainIdentity(world, folder, { ...enrolment(enrolmentToken), post });
  expect([tries, keys.size]).toEqual([3, 1]);
  await expect(obtainIdentity(world, createFaultyFolder(world), enrolment(null))).rejects.toMatchObject({
    code: "hub/not-enrolled",
  });
});

test.each([
  ["too long a frame", (socket: WebSocket) => socket.send("x".repeat(frameBytesMax + 1)), 1009],
  ["a binary frame", (socket: WebSocket) => socket.send(Buffer.from("hello")), 1003],
])("%s closes the link", async (_, misbehave, code) => {
  const socket = new WebSocket(linkUrl(url));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  socket.once("open", () => misbehave(socket));
  expect(await closed).toBe(code);
});
