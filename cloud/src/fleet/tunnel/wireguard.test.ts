import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { addressOf, peerFile, readDump } from "./config.ts";
import { notePeers, readPeers } from "./peers.ts";
import type { TunnelPlan } from "./plan.ts";
import { createTunnel } from "./tunnel.ts";
import { wgFiles } from "./wg-command.ts";

const keyOf = (letter: string) => `${letter.repeat(42)}A=`;
const dumpLine = (key: string, handshakeAtMs: number, received: number, sent: number) =>
  [key, "(none)", "203.0.113.9:51820", "10.89.0.2/32", handshakeAtMs / 1000, received, sent, "off"].join("\t");
const dumpOf = (lines: readonly string[]) => readDump(["interface", ...lines].join("\n"));

test("[RTR-15] the peer file has one block a peer, and the new key of a rotation shakes hands without an address", () => {
  const peers = [
    { publicKey: keyOf("A"), address: "10.89.0.2" },
    { publicKey: keyOf("B"), address: null },
  ];
  expect(peerFile({ privateKey: "secret", port: 51_820 }, peers)).toBe(
    `[Interface]\nPrivateKey = secret\nListenPort = 51820\n\n[Peer]\nPublicKey = ${keyOf("A")}\nAllowedIPs = 10.89.0.2/32\n\n[Peer]\nPublicKey = ${keyOf("B")}\n`,
  );
  const dump = `private\tpublic\t51820\toff\n${dumpLine(keyOf("A"), 60_000, 5, 6)}\nnonsense\n`;
  expect(readDump(dump)).toEqual([
    { publicKey: keyOf("A"), endpoint: "203.0.113.9:51820", lastHandshakeAtMs: 60_000, receivedBytes: 5, sentBytes: 6 },
  ]);
  expect([addressOf(0), addressOf(253), addressOf(254)]).toEqual(["10.89.0.2", "10.89.0.255", "10.89.1.0"]);
});

hubSuite("the tunnel", (hub) => {
  let folder = "";
  let token = "";
  let siteId = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "karibu-wireguard-"));
    token = (await hub.makeProvider("Tunnelled")).token;
    siteId = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "One" } })).body.site.siteId;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const put = (body: object) => hub.call("PUT", `/api/v1/sites/${siteId}/tunnel`, { token, body });
  const view = async () => (await hub.call("GET", `/api/v1/sites/${siteId}/tunnel`, { token })).body;

  test("[RTR-15] where the hub may not touch an interface it writes the peer file, for its owner alone, and says what to run", async () => {
    const address = (await put({ publicKey: keyOf("A") })).body.address as string;
    const tunnel = createTunnel(hub.world, hub.database(), {
      end: wgFiles(hub.world.clock, folder, null),
      keys: { privateKey: "secret", publicKey: "public" },
      port: 51_820,
      operators: [],
    });
    const path = join(folder, "peers.conf");
    expect(tunnel.toRun).toContain(path);
    await tunnel.start();
    expect([tunnel.problem, await readFile(path, "utf8")]).toEqual([
      null,
      peerFile({ privateKey: "secret", port: 51_820 }, [{ publicKey: keyOf("A"), address }]),
    ]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await tunnel.stop();
  });

  test("[RTR-15] a rotated key takes over with its first hand-shake; bytes are counted over both, and over a new life of the interface", async () => {
    const { address } = await view();
    expect((await put({ publicKey: keyOf("B") })).body).toMatchObject({
      publicKey: keyOf("A"),
      nextPublicKey: keyOf("B"),
    });
    const platform = hub.database().asPlatform;
    const peers = () => platform("test", readPeers);
    const note = (...lines: string[]) =>
      platform("test", (tx) => notePeers(tx, dumpOf(lines), { machine: "first", nowMs: 1_000_000 }));
    // Until then the old one stays reachable.
    expect(await peers()).toEqual([
      { publicKey: keyOf("A"), address },
      { publicKey: keyOf("B"), address: null },
    ]);
    expect(await note(dumpLine(keyOf("A"), 60_000, 100, 10), dumpLine(keyOf("B"), 0, 0, 0))).toBe(false);
    expect(await view()).toMatchObject({ publicKey: keyOf("A"), receivedBytes: 100, lastHandshakeAtMs: 60_000 });
    expect(await note(dumpLine(keyOf("B"), 120_000, 7, 1))).toBe(true);
    expect(await peers()).toEqual([{ publicKey: keyOf("B"), address }]);
    expect(await view()).toMatchObject({ publicKey: keyOf("B"), nextPublicKey: null, rotatedAtMs: 1_000_000 });
    await note(dumpLine(keyOf("B"), 180_000, 3, 1)); // the counters began again
    expect(await view()).toMatchObject({ receivedBytes: 110, sentBytes: 12 });
  });

  test("[RTR-15] bytes are those of the machine that a router talks to: another one's interface does not count them again", async () => {
    const { receivedBytes } = await view();
    const note = async (machine: string, nowMs: number, ...figures: [number, number]) => {
      const readings = dumpOf([dumpLine(keyOf("B"), figures[0], figures[1], 1)]);
      await hub.database().asPlatform("test", (tx) => notePeers(tx, readings, { machine, nowMs }));
      return (await view()).receivedBytes - receivedBytes;
    };
    expect(await note("first", 1_000_001, 180_000, 1003)).toBe(1000);
    expect(await note("second", 1_000_002, 0, 0)).toBe(1000);
    expect(await note("first", 1_000_003, 180_000, 1103)).toBe(1100);
    // The router went over to the second, and came back.
    expect(await note("second", 1_000_004, 300_000, 50)).toBe(1100);
    expect(await note("second", 1_000_005, 300_000, 70)).toBe(1120);
    expect(await note("first", 1_000_006, 180_000, 1103)).toBe(1120);
    expect(await note("first", 1_000_007, 360_000, 1203)).toBe(1120);
    expect(await note("first", 1_000_008, 360_000, 1213)).toBe(1130);
    // Read before what is noted already.
    expect(await note("first", 1_000_001, 180_000, 1003)).toBe(1130);
  });

  test("[RTR-15] a key that another end of the tunnel has is refused, whichever of its two it is, and measuring goes on", async () => {
    const make = async (provider: string, name: string) => {
      const owner = (await hub.makeProvider(provider)).token;
      const made = await hub.call("POST", "/api/v1/sites", { token: owner, body: { name } });
      return (publicKey: string) =>
        hub.call("PUT", `/api/v1/sites/${made.body.site.siteId}/tunnel`, { token: owner, body: { publicKey } });
    };
    await put({ publicKey: keyOf("N") });
    const { publicKey, nextPublicKey, hubPublicKey } = await view();
    expect([publicKey, nextPublicKey]).toEqual([keyOf("B"), keyOf("N")]);
    const putOther = await make("Another", "Other");
    const taken = { status: 409, body: { code: "key-taken", field: "publicKey" } };
    for (const key of [publicKey, nextPublicKey, hubPublicKey]) expect(await putOther(key)).toMatchObject(taken);
    expect((await putOther(keyOf("O"))).status).toBe(200);
    for (const key of [publicKey, nextPublicKey, hubPublicKey]) expect(await putOther(key)).toMatchObject(taken);
    // As it was noted before it was refused.
    await hub
      .database()
      .asPlatform("test", (tx) =>
        tx
          .updateTable("wireguard_peers")
          .set({ nextPublicKey: publicKey })
          .where("publicKey", "=", keyOf("O"))
          .execute(),
      );
    const noted = hub
      .database()
      .asPlatform("test", (tx) =>
        notePeers(tx, dumpOf([dumpLine(keyOf("B"), 400_000, 1300, 0)]), { machine: "first", nowMs: 1_000_009 }),
      );
    expect(await noted).toBe(false);
    expect((await view()).lastHandshakeAtMs).toBe(400_000);
    const peers = await hub.database().asPlatform("test", readPeers);
    expect(peers.filter((peer) => peer.publicKey === publicKey)).toHaveLength(1);
  });

  test("[RTR-15] an interface that was taken down and up again gets its peers back at the next look", async () => {
    const peers = await hub.database().asPlatform("test", readPeers);
    const lines = peers.map(({ publicKey }) => dumpLine(publicKey, 0, 0, 0));
    const applied: string[] = [];
    let isUp = false;
    const end = {
      machine: "restarted",
      toRun: () => null,
      stands: async () => true,
      dump: async () => ["interface", ...(isUp ? lines : [])].join("\n"),
      apply: async (plan: TunnelPlan) => {
        applied.push(JSON.stringify(plan));
        isUp = true;
      },
    };
    const looks: (() => void)[] = [];
    const after = (_delayMs: number, task: () => void) => {
      looks.push(task);
      return { cancel: () => {} };
    };
    const world = { ...hub.world, clock: { ...hub.world.clock, after } };
    const keys = { privateKey: "secret", publicKey: "public" };
    const tunnel = createTunnel(world, hub.database(), { end, keys, port: 51_820, operators: [] });
    const look = async () => {
      const planned = looks.length;
      looks.at(-1)?.();
      await vi.waitFor(() => expect(looks.length).toBe(planned + 1));
      return applied.length;
    };
    await tunnel.start();
    expect([await look(), tunnel.problem]).toEqual([1, null]);
    isUp = false;
    expect([await look(), await look()]).toEqual([2, 2]);
    expect(applied[1]).toBe(applied[0]);
    await tunnel.stop();
  });

  test("the activity log tells of the keys that were noted, and of none that was refused or given for an older state", async () => {
    const { siteId: ownSiteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Two" } })).body.site;
    const path = `/api/v1/sites/${ownSiteId}/tunnel`;
    const countAudit = async () => {
      const query = `?target=${ownSiteId}&limit=100`;
      const { items } = (await hub.call("GET", `/api/v1/audit${query}`, { token })).body;
      return items.filter(({ action }: { action: string }) => action.startsWith("PUT")).length;
    };
    const before = await hub.call("GET", path, { token });
    const headers = { "If-Match": before.headers.get("etag") as string };
    expect((await hub.call("PUT", path, { token, body: { publicKey: keyOf("B") }, headers })).status).toBe(409);
    expect(await countAudit()).toBe(0);
    expect((await hub.call("PUT", path, { token, body: { publicKey: keyOf("T") }, headers })).status).toBe(200);
    expect(await countAudit()).toBe(1);
    expect((await hub.call("PUT", path, { token, body: { publicKey: keyOf("U") }, headers })).status).toBe(412);
    expect(await countAudit()).toBe(1);
    expect((await hub.call("GET", path, { token })).body).toMatchObject({
      publicKey: keyOf("T"),
      nextPublicKey: null,
    });
  });

  test("a key of the wrong shape is refused by its name; a site that leaves the tunnel is no peer any more", async () => {
    expect(await put({ publicKey: "short" })).toMatchObject({ status: 400, body: { field: "publicKey" } });
    expect((await hub.call("DELETE", `/api/v1/sites/${siteId}/tunnel`, { token })).status).toBe(204);
    const peers = await hub.database().asPlatform("test", readPeers);
    expect(peers.map((peer) => [peer.publicKey, peer.address])).not.toContainEqual([keyOf("B"), expect.any(String)]);
  });
});
