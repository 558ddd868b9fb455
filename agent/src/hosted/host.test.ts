import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { makeLinkKeys } from "@karibu/protocol/link/link-keys";
import { codes } from "@karibu/protocol/radius/codes";
import { expect, test } from "vitest";
import { writeTwin } from "../ground/files/json-file.ts";
import type { HearStreams } from "../ground/radius-streams.ts";
import type { Udp, UdpPeer } from "../ground/udp.ts";
import { messageAuthenticator, papRequest, readReply } from "../radius/server/test-radius-nas.ts";
import { radsecSecret } from "../radius/wire/radsec-secret.ts";
import { loadIdentity, saveIdentity } from "../sync/identity.ts";
import { createHost } from "./host.ts";

/** Of loopback: an agent that is its own would let even this one ask unsigned. */
const routerAddress = "127.0.0.9";
const radiusSecret = "of this router alone";
const noStreams = { connections: 0, accepted: 0, refused: 0, failedHandshakes: 0, misbehaved: 0, idle: 0 };

type Damage = (folders: { folder: FaultyFolder; siteFolder: FaultyFolder }) => Promise<void>;

/** A host that knows one site from its last word, with no hub to be reached. `damage`: of its files, before it starts. */
async function hostOfOneSite(damage: Damage = async () => {}) {
  const world = createSimulatedWorld();
  const said: string[] = [];
  Object.assign(world, { log: { debug() {}, info() {}, warn() {}, error: (event: string) => said.push(event) } });
  const [folder, siteFolder] = [createFaultyFolder(world), createFaultyFolder(world)];
  const hostingId = "h1";
  const listed = [{ siteId: "kisumu", routerAddress, radiusSecret, hostingId }];
  await writeTwin(folder, "hosted-sites.json", { sites: listed });
  await writeTwin(siteFolder, "hosting.json", { hostingId });
  const keys = makeLinkKeys(world.random);
  await saveIdentity(siteFolder, {
    current: { siteId: "kisumu", keys, hubPublicKey: "hub", tokenHash: "t" },
    pending: null,
  });
  await damage({ folder, siteFolder });
  const bound = new Map<number, (packet: Uint8Array, from: UdpPeer) => void>();
  const replies: number[] = [];
  const udp: Udp = {
    async bind({ port, onMessage }) {
      bound.set(port, onMessage);
      return { port, send: (packet) => void replies.push(packet[0] as number), close: async () => {} };
    },
  };
  const away = () => Promise.reject(new Error("no hub here"));
  let isShared: ((address: string) => boolean) | null = null;
  let streams: HearStreams | null = null;
  const host = createHost(
    world,
    {
      folder,
      siteFolder: () => siteFolder,
      udp,
      radiusStreams: {
        asksForCertificate: false,
        async open(hear) {
          streams = hear;
          return { port: 2083, counters: noStreams, close: async () => {} };
        },
      },
      dialHub: away,
      post: away,
      portalFiles: new Map(),
      async listenHttp(_portal, shared) {
        isShared = shared;
        return { port: 80, close: async () => {} };
      },
    },
    {
      version: "1.0.0",
      hub: { url: "http://hub", enrolToken: null },
      interimFlushSeconds: 60,
      authPort: 1812,
      acctPort: 1813,
      coaPort: 3799,
    },
  );
  await host.start();
  const ask = (packet: Uint8Array) => bound.get(1812)?.(packet, { address: routerAddress, port: 40_000 });
  return {
    host,
    folder,
    siteFolder,
    said,
    ask,
    replies,
    isShared: (address: string) => isShared?.(address),
    streams: () => streams as unknown as HearStreams,
  };
}

test("[RAD-05] a hosted site answers its router's signed questions, and none that come without a Message-Authenticator", async () => {
  const { host, ask, replies } = await hostOfOneSite();
  ask(papRequest({ id: 1, secret: radiusSecret }));
  ask(papRequest({ id: 2, secret: radiusSecret, more: [messageAuthenticator] }));
  await expect.poll(() => replies).toHaveLength(1);
  expect(host.running.get("kisumu")?.radius()).toMatchObject({ counters: { missingMessageAuthenticators: 1 } });
  await host.stop();
});

test("[RAD-05] a hosted site's router asks by TLS too, known by its address; other addresses get no connection", async () => {
  const { host, streams } = await hostOfOneSite();
  const { mayConnect, packet } = streams();
  expect([mayConnect(routerAddress), mayConnect("127.0.0.10")]).toEqual([true, false]);
  const replies: Buffer[] = [];
  const stream = {
    peer: { address: routerAddress, port: 40_000 },
    send: (reply: Uint8Array) => void replies.push(Buffer.from(reply)),
  };
  const asked = papRequest({ id: 1, secret: radsecSecret });
  packet(asked, stream);
  await expect.poll(() => replies).toHaveLength(1);
  expect(readReply(replies[0], asked, radsecSecret).code).toBe(codes.accessReject);
  await host.stop();
  expect(mayConnect(routerAddress)).toBe(false);
});

test("the phones of a hosted site, which all come from its router's address, share no single phone's connections", async () => {
  const { host, isShared } = await hostOfOneSite();
  expect([isShared(routerAddress), isShared("127.0.0.10")]).toEqual([true, false]);
  await host.stop();
});

/** One bit of each byte. */
async function* damagedBytes(name: string): AsyncGenerator<[number, Uint8Array]> {
  const { folder, siteFolder, host } = await hostOfOneSite();
  await host.stop();
  const whole = (await folder.read(name)) ?? (await siteFolder.read(name)) ?? new Uint8Array();
  for (let at = 0; at < whole.length; at++)
    yield [at, whole.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte))];
}

test("[BEY-26] any damaged byte of the list of hosted sites is said, and costs nobody the site: it is kept twice", async () => {
  for await (const [at, bytes] of damagedBytes("hosted-sites.json")) {
    const { host, said, folder } = await hostOfOneSite(({ folder }) => folder.replace("hosted-sites.json", bytes));
    await expect.poll(() => [at, host.running.has("kisumu")]).toEqual([at, true]);
    expect([at, said[0]]).toEqual([at, "hosted-sites-damaged"]);
    expect(await folder.read("hosted-sites.json.damaged")).not.toBeNull();
    await host.stop();
  }
});

test("[BEY-26] any damaged byte of the note under which a hosted site was enrolled costs it neither identity nor service, and is set aside", async () => {
  for await (const [at, bytes] of damagedBytes("hosting.json")) {
    const { host, siteFolder } = await hostOfOneSite(({ siteFolder }) => siteFolder.replace("hosting.json", bytes));
    await expect.poll(() => [at, host.running.has("kisumu")]).toEqual([at, true]);
    expect((await loadIdentity(siteFolder)).current?.siteId).toBe("kisumu");
    expect(await siteFolder.read("hosting.json.damaged")).not.toBeNull();
    await host.stop();
  }
});

test("[BEY-26] both copies of that note are damaged while the hub is away: the identity stays until the hub has been asked", async () => {
  const spoiled = Buffer.from("{}");
  const { host, siteFolder } = await hostOfOneSite(async ({ siteFolder }) => {
    for (const name of ["hosting.json", "hosting.twin.json"]) await siteFolder.replace(name, spoiled);
  });
  expect(host.running.has("kisumu")).toBe(false);
  expect((await loadIdentity(siteFolder)).current?.siteId).toBe("kisumu");
  await host.stop();
});
