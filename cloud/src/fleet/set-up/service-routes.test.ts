/** What runs at a router beside the hotspot, by HTTP: chosen, refused where it does not fit, and in the scripts that the router gets. */
import { rmSync } from "node:fs";
import type { RouterServices } from "@karibu/protocol/router/router-services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { boardFacts, choicesFor, imagesForTests, keyOf, playRouter } from "./test-set-up-router.ts";

const images = imagesForTests();
const hub = useHub("embedded", { images: images.shelf, tunnelEndpoint: "hub.test:51820" });
let mine: TestProvider;
let next = 60;

beforeAll(async () => {
  mine = await hub.makeProvider("Services");
});
afterAll(() => rmSync(images.folder, { recursive: true, force: true }));

const off: RouterServices = { pppoe: null, snmp: null, logging: null, fairUplink: null, sharing: null, staff: null };
const pppoe: NonNullable<RouterServices["pppoe"]> = {
  interfaces: ["ether2"],
  serviceName: "homes",
  network: "10.64.0.0/20",
  dnsServers: [],
  authentication: ["pap", "mschap2"],
  keepaliveSeconds: 30,
  mtuBytes: 1492,
  maxSessions: 100,
  padoDelayMs: 0,
  ipv6: null,
};

/** Another board in the same place: its ports have other names. */
const replacement = {
  ...boardFacts,
  serial: "HF10903N2QK",
  interfaces: boardFacts.interfaces.map((one) => (one.name === "ether2" ? { ...one, name: "sfp1" } : one)),
};

async function openSite(name: string) {
  const call = askerOf(hub, () => mine.token);
  const { siteId } = (await call("POST", "/sites", { name })).body.site as { siteId: string };
  const path = `/sites/${siteId}/router-services`;
  return {
    siteId,
    call,
    view: () => call("GET", path),
    choose: (services: Partial<RouterServices>) => call("PUT", path, { ...off, ...services }),
    snmp: () => call("GET", `${path}/snmp`),
    script: () => call("GET", `${path}/script`),
    async join() {
      const { line } = (await call("POST", `/sites/${siteId}/set-up`, {})).body;
      const router = playRouter(hub, line, { ...boardFacts, wireguardPublicKey: keyOf(next++) });
      await router.tell();
      const chosen = await call("POST", `/sites/${siteId}/set-up/choices`, choicesFor);
      expect(chosen.status, chosen.text).toBe(200);
      return router;
    },
  };
}

test("[RTR-18] [RTR-19] [RTR-29] [RTR-32] all is off by default; what is chosen before the set-up is in the router's first script, and later in its own", async () => {
  const site = await openSite("Homes");
  expect((await site.view()).body).toMatchObject({ chosen: off, changedAtMs: null, hasRouter: false, interfaces: [] });
  expect((await site.script()).body.code).toBe("no-script-yet");
  const chosen = await site.choose({ pppoe, sharing: { exceptions: [] } });
  expect(chosen.status, chosen.text).toBe(200);
  const router = await site.join();
  const stageTwo = (await router.fetch("/enrol/stage-two")).text;
  expect(stageTwo).toContain("service-name=homes");
  expect(stageTwo).toContain("karibu:no-sharing");
  expect((await site.view()).body).toMatchObject({
    hasRouter: true,
    sessionsMax: 500,
    interfaces: [{ name: "ether1", isUplink: true }, { name: "ether2" }, { name: "ether3" }, { name: "bridge" }],
  });
  const line = { uplink: "ether1", downKbps: 19_000, upKbps: 9000 };
  expect((await site.choose({ fairUplink: line })).status).toBe(200);
  const script = await site.script();
  expect([script.status, script.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(script.text).toContain("max-limit=19000k");
  expect(script.text).toContain("# Without PPPoE");
  expect(script.text).not.toContain("service-name=homes");
  const whole = (await site.call("GET", `/sites/${site.siteId}/script`)).text;
  expect(whole).toContain("max-limit=19000k");
});

test("a router whose services nobody chose is left alone by its set-up", async () => {
  const site = await openSite("Plain");
  const router = await site.join();
  expect((await router.fetch("/enrol/stage-two")).text).not.toContain("# Without");
});

test("[RTR-18] SNMP's secrets are the site's own: sealed, told to who may manage with a fresh factor, and others after it was off", async () => {
  const [site, other] = [await openSite("Watched"), await openSite("Other")];
  expect((await site.snmp()).body.code).toBe("no-snmp");
  const snmp = { addresses: ["192.168.88.9"] };
  const view = await site.choose({ snmp });
  expect(view.text).not.toMatch(/[0-9a-f]{32}/);
  const first = (await site.snmp()).body;
  expect(first).toMatchObject({
    user: expect.stringMatching(/^karibu-[0-9a-f]{8}$/),
    authenticationProtocol: "SHA1",
    encryptionProtocol: "AES",
  });
  expect(first.authenticationPassword).not.toBe(first.encryptionPassword);
  await other.choose({ snmp });
  expect((await other.snmp()).body.encryptionPassword).not.toBe(first.encryptionPassword);
  await site.choose({ snmp: { addresses: ["192.168.88.0/24"] } });
  expect((await site.snmp()).body).toEqual(first);
  const rows = await hub
    .database()
    .asPlatform("test", (tx) => tx.selectFrom("site_router_services").selectAll().execute());
  expect(JSON.stringify(rows)).not.toContain(first.encryptionPassword);
  expect(
    Buffer.concat(rows.map((row) => row.snmpEncryptionSealed ?? Buffer.alloc(0))).toString("latin1"),
  ).not.toContain(first.encryptionPassword);
  await site.choose({});
  await site.choose({ snmp });
  expect((await site.snmp()).body.user).not.toBe(first.user);
  const audit = await site.call("GET", "/audit?limit=50");
  expect(audit.text).toContain("router-services/snmp");
  expect(audit.text).not.toContain(first.authenticationPassword);
});

test("[TEN-13] the emergency account's password is in an owner's scripts: not in an installer's, a program's, nor the set-up line's", async () => {
  const site = await openSite("Emergency");
  await site.choose({ staff: { emergencyAddresses: ["192.168.88.0/24"] } });
  const { password } = (await site.call("GET", `/sites/${site.siteId}/router-services/emergency`)).body;
  expect(password).toMatch(/^[0-9a-f]{32}$/);
  const router = await site.join();
  const stageTwo = (await router.fetch("/enrol/stage-two")).text;
  const paths = [`/sites/${site.siteId}/script`, `/sites/${site.siteId}/router-services/script`];
  const email = "fitter@services.test";
  const user = { email, name: "Otieno", role: "installer", password: "some-long-password" };
  expect((await site.call("POST", "/users", user)).status).toBe(201);
  const installer = await hub.logIn(email, "some-long-password");
  const program = await site.call("POST", "/tokens", {
    name: "program",
    scopes: ["sites.manage", "routers.log-in-full"],
    password: ownerPassword,
  });
  expect(program.status, program.text).toBe(201);
  const ofOthers = [installer, program.body.token as string].flatMap((token) =>
    paths.map((path) => hub.call("GET", `/api/v1${path}`, { token })),
  );
  const told = [stageTwo, ...(await Promise.all(ofOthers)).map(({ status, text }) => (status === 200 ? text : ""))];
  for (const text of told) {
    expect(text).not.toContain(password);
    expect(text).not.toMatch(/\/user\/add name=karibu-emergency/);
  }
  expect(told[1]).toContain("karibu:staff-radius");
  for (const path of paths) expect((await site.call("GET", path)).text).toContain(`password=${password}`);
  for (const address of ["0.0.0.0/0", "64.0.0.0/2", "0.0.0.0"]) {
    const refused = await site.choose({ staff: { emergencyAddresses: [address] } });
    expect([refused.status, refused.body.field], address).toEqual([422, "staff.emergencyAddresses"]);
  }
});

test.each<[string, string, Partial<RouterServices>]>([
  ["an interface that the router has not", "pppoe.interfaces", { pppoe: { ...pppoe, interfaces: ["ether9"] } }],
  ["the guests' port", "services.pppoe.interfaces", { pppoe: { ...pppoe, interfaces: ["ether3"] } }],
  ["a network that the router uses", "services.pppoe.network", { pppoe: { ...pppoe, network: "192.168.88.0/24" } }],
  [
    "an uplink that the router has not",
    "fairUplink.uplink",
    { fairUplink: { uplink: "lte1", downKbps: 100, upKbps: 100 } },
  ],
  [
    "a way that can't carry the format",
    "services.logging.format",
    { logging: { collector: "192.0.2.1", port: 514, protocol: "tls", format: "syslog", topics: ["system"] } },
  ],
])("%s is refused, and what was chosen stays", async (_, field, services) => {
  const site = await openSite(`Refused ${next}`);
  await site.join();
  await site.choose({ sharing: { exceptions: [] } });
  const refused = await site.choose(services);
  expect([refused.status, refused.body.field], refused.text).toEqual([422, field]);
  expect((await site.view()).body.chosen).toEqual({ ...off, sharing: { exceptions: [] } });
});

test.each<[string, string, Partial<RouterServices>]>([
  ["customers' port", "services.pppoe.interfaces", { pppoe }],
  ["line", "services.fairUplink.uplink", { fairUplink: { uplink: "ether2", downKbps: 19_000, upKbps: 9000 } }],
])(
  "a new router that lacks the chosen %s is told before its set-up, which goes on once that part is off",
  async (_, field, services) => {
    const site = await openSite(`Replaced ${next}`);
    await site.join();
    expect((await site.choose(services)).status).toBe(200);
    await site.call("POST", `/sites/${site.siteId}/revoke`, {});
    const { line } = (await site.call("POST", `/sites/${site.siteId}/set-up`, {})).body;
    const router = playRouter(hub, line, { ...replacement, wireguardPublicKey: keyOf(next++) });
    await router.tell();
    const choose = () => site.call("POST", `/sites/${site.siteId}/set-up/choices`, choicesFor);
    const refused = await choose();
    expect([refused.status, refused.body.code, refused.body.field], refused.text).toEqual([
      422,
      "set-up-values",
      field,
    ]);
    expect((await router.fetch("/enrol/stage-two")).status).toBe(409);
    expect((await site.choose({})).status).toBe(200);
    const chosen = await choose();
    expect(chosen.status, chosen.text).toBe(200);
  },
);

test("a site that is cut off keeps what was chosen, but for SNMP and its secrets", async () => {
  const site = await openSite("Stolen");
  await site.join();
  await site.choose({ snmp: { addresses: ["192.168.88.9"] }, sharing: { exceptions: [] } });
  expect((await site.call("POST", `/sites/${site.siteId}/revoke`, {})).status).toBeLessThan(300);
  expect((await site.view()).body.chosen).toEqual({ ...off, sharing: { exceptions: [] } });
  expect((await site.snmp()).body.code).toBe("no-snmp");
});
