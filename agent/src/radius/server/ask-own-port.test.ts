import { createSocket } from "node:dgram";
import { sealReply } from "@karibu/protocol/radius/seal";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNodeUdp } from "../../ground/node-udp.ts";
import { createNodeWorld } from "../../ground/node-world.ts";
import { askOwnPort } from "./ask-own-port.ts";
import { clientsOfSecret } from "./client-settings.ts";
import { createRadiusServer, type RadiusServer } from "./server.ts";
import { createFakeAccess } from "./test-radius-nas.ts";

const secret = "between router and agent";
const world = createNodeWorld("error", 0);
/** Tries follow each other at once. */
const hasty = {
  ...world,
  clock: { ...world.clock, after: (delayMs: number, task: () => void) => world.clock.after(delayMs / 10, task) },
};
let server: RadiusServer;
beforeAll(async () => {
  const settings = { authPort: 0, acctPort: 0, address: "127.0.0.1", clients: clientsOfSecret(secret) };
  server = await createRadiusServer(world, createNodeUdp(), createFakeAccess(), settings);
});
afterAll(() => server.close());

test("[TEN-10] the site's own port is asked by a signed packet, answers, and counts it as no log-in", async () => {
  const tookMs = await askOwnPort(world, createNodeUdp(), { secret, port: server.authPort });
  expect(tookMs).toBeGreaterThanOrEqual(0);
  expect(server.counters).toMatchObject({ statusRequests: 1, accessRequests: 0 });
});

test("[TEN-10] another secret gets no answer, and an answer that is not signed is none", async () => {
  expect(await askOwnPort(hasty, createNodeUdp(), { secret: "another secret", port: server.authPort })).toBe(null);
  const liar = createSocket("udp4");
  let heard = 0;
  liar.on("message", (bytes, peer) => {
    heard += 1;
    const authenticator = new Uint8Array(16);
    const reply = { code: 2, id: bytes[1] as number, authenticator, attributes: [] };
    liar.send(sealReply(reply, bytes.subarray(4, 20), secret), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => liar.bind(0, "127.0.0.1", resolve));
  expect(await askOwnPort(hasty, createNodeUdp(), { secret, port: liar.address().port })).toBe(null);
  expect(heard).toBe(4);
  await new Promise<void>((resolve) => liar.close(() => resolve()));
});
