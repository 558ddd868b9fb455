/** Several routers at one site: the further ones ask the agent behind the first, each with a secret of its own, and share PPPoE customers. */
import { parseSettings } from "@karibu/agent/start/settings";
import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { SimulatedRouter } from "@karibu/lab/routeros-scripting/simulated-router";
import { expect, test } from "vitest";
import { checkScript } from "../checker/rsc-check.mjs";
import { checkedVersions } from "./language/version-dialect.ts";
import { renderFurtherRouter } from "./render-scripts.ts";
import { agentEnvironment } from "./sections/agent-container.ts";
import { loginPage } from "./sections/login-page.ts";
import { renderVersion, testDialect } from "./test-render.ts";
import { sampleHostedValues, sampleServices, sampleValues } from "./values/sample-values.ts";
import { checkValues } from "./values/script-values.ts";

const second = { address: "192.168.88.2", agentRouterAddress: "192.168.88.1", radiusSecret: "secret-of-the-second" };
const values = { ...sampleValues, furtherRouters: [second] };
const { pppoe } = sampleServices.chosen;
if (pppoe === null) throw new Error("the sample has it");
const service = {
  pppoe: { ...pppoe, padoDelayMs: 500, maxSessions: 150 },
  hotspot: null,
  incomingPort: 3799,
  secretSource: { url: "https://hub.example", claim: `c${"1".repeat(48)}` },
  openHosts: ["hub.example"],
};
const withGuests = {
  ...service,
  hotspot: { ports: ["ether3", "ether4"], network: "10.6.0.0/22", first: sampleValues },
};

const factoryOf = (version: string) => ({
  ...factoryConfiguration,
  "/system/resource": [{ version: `${version} (stable)` }],
});
const rowOf = (router: SimulatedRouter, menu: string, tag: string) =>
  Object.fromEntries(router.rows(menu).find((row) => row.get("comment") === `karibu:${tag}`) ?? []);

test.each(
  checkedVersions.flatMap((version) => [
    [version, "PPPoE", service] as const,
    [version, "guests", { ...withGuests, pppoe: null }] as const,
    [version, "both", withGuests] as const,
  ]),
)(
  "[RTR-23] RouterOS %s: the script of a further router (%s) fits the command tree, changes nothing the second time, and is removed without a trace",
  (version, _, services) => {
    const script = renderFurtherRouter(second, services, testDialect(version));
    expect(checkScript(script, version)).toEqual([]);
    const router = new SimulatedRouter(factoryOf(version));
    const before = router.snapshot();
    expect([router.import(script), router.failure]).toEqual(["done", ""]);
    const once = router.snapshot();
    router.import(script);
    expect(router.snapshot()).toEqual(once);
    router.import(renderVersion(version)["remove.rsc"]);
    expect(router.snapshot()).toEqual(before);
  },
);

test("[RTR-23] a further router asks the hub for its secret with the hub's certificate checked, whose roots the script brings; a hub without https is for the lab", () => {
  const script = renderFurtherRouter(second, service, testDialect("7.18.2"));
  expect(script).toContain("https://hub.example/enrol/further-router");
  expect(script).toContain("check-certificate=yes-without-crl");
  expect(script).not.toContain("check-certificate=no");
  expect(script).toContain('/certificate/import file-name="karibu-isrg-root-x1.pem"');
  const secretSource = { ...service.secretSource, url: "http://hub.example" };
  expect(renderFurtherRouter(second, { ...service, secretSource }, testDialect("7.22"))).toContain(
    "check-certificate=no",
  );
});

test("[RTR-23] [RAD-05] a further router asks the agent by the first one's address, with its own secret; later and never beyond its number", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  router.import(renderFurtherRouter(second, service, testDialect("7.22")));
  expect(rowOf(router, "/radius", "ppp-radius")).toMatchObject({
    service: "ppp",
    address: "192.168.88.1",
    "src-address": "192.168.88.2",
    secret: "secret-of-the-second",
  });
  expect(rowOf(router, "/interface/pppoe-server/server", "subscribers-1")).toMatchObject({
    "pado-delay": "500",
    "max-sessions": "150",
  });
  expect(rowOf(router, "/ip/firewall/filter", "agent-coa")).toMatchObject({
    action: "accept",
    "src-address": "192.168.88.1",
    "dst-port": "3799",
  });
  // It has no agent, no tunnel and no account for one.
  expect(router.rows("/user").map((row) => row.get("name"))).toEqual(["admin"]);
  expect(router.rows("/interface/wireguard")).toEqual([]);
});

test("[RTR-23] guests of a further router get the same log-in page, its own addresses, and of the owner's network the portal alone", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  expect(router.import(renderFurtherRouter(second, { ...withGuests, pppoe: null }, testDialect("7.22")))).toBe("done");
  expect(rowOf(router, "/radius", "agent-radius")).toMatchObject({
    service: "hotspot",
    address: "192.168.88.1",
    "src-address": "192.168.88.2",
    secret: "secret-of-the-second",
  });
  expect(rowOf(router, "/ip/route", "agent-route")).toMatchObject({
    "dst-address": "172.31.255.2/32",
    gateway: "192.168.88.1",
  });
  const named = (menu: string, name: string) =>
    Object.fromEntries(router.rows(menu).find((row) => row.get("name") === name) ?? []);
  expect(named("/ip/hotspot/profile", "karibu-guest")).toMatchObject({
    "hotspot-address": "10.6.0.1",
    "dns-name": sampleValues.guests.dnsName,
    "use-radius": "yes",
  });
  expect(named("/ip/hotspot", "karibu-guest")).toMatchObject({ interface: "karibu-guest", disabled: "no" });
  const files = router.rows("/file").map((row) => [row.get("name"), row.get("contents")]);
  expect(files).toContainEqual(["flash/karibu-hotspot/login.html", loginPage(sampleValues)]);
  // What is not the portal is behind the rule against private networks, and the portal is before it.
  const tags = router.rows("/ip/firewall/filter").map((row) => row.get("comment"));
  expect(tags.indexOf("karibu:guest-portal")).toBeLessThan(tags.indexOf("karibu:guest-private"));
  expect(tags.indexOf("karibu:guest-private")).toBeGreaterThan(-1);
  expect(rowOf(router, "/ip/hotspot/walled-garden/ip", "open-portal")).toMatchObject({ "dst-address": "172.31.255.2" });
  // No customer's address is hidden from the agent: it must know who asks.
  expect(rowOf(router, "/ip/firewall/nat", "guest-nat")).toMatchObject({
    "src-address": "10.6.0.0/22",
    "dst-address-list": "!karibu-private",
  });
  expect(router.rows("/interface/pppoe-server/server")).toEqual([]);
  expect(router.rows("/user").map((row) => row.get("name"))).toEqual(["admin"]);
});

test("[RTR-23] the first router knows the way back to a further router's guests, and lets them to the portal's port alone", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  const lets = { ...values, furtherRouters: [{ ...second, guestNetwork: "10.6.0.0/22" }] };
  expect(router.import(renderVersion("7.22", lets)["setup.rsc"])).toBe("done");
  expect(rowOf(router, "/ip/route", "router-1-guests")).toMatchObject({
    "dst-address": "10.6.0.0/22",
    gateway: "192.168.88.2",
  });
  expect(rowOf(router, "/ip/firewall/filter", "router-1-portal")).toMatchObject({
    "src-address": "10.6.0.0/22",
    "dst-address": "172.31.255.2",
    protocol: "tcp",
    "dst-port": "80",
  });
  if (lets.agent.place !== "container") throw new Error("the agent is in a container here");
  const environment = agentEnvironment(lets, lets.agent);
  expect(environment.KARIBU_HOTSPOT_URL).toBe(`http://${sampleValues.guests.dnsName}/login`);
  expect("settings" in parseSettings(environment)).toBe(true);
  expect(agentEnvironment({ ...values, furtherRouters: [second] }, lets.agent).KARIBU_HOTSPOT_URL).toBe(undefined);
});

test("[RAD-05] the first router lets the further one to the agent's RADIUS ports alone, and the agent to its CoA port alone", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  expect(router.import(renderVersion("7.22", values)["setup.rsc"])).toBe("done");
  expect(rowOf(router, "/ip/firewall/nat", "router-1-radius")).toMatchObject({
    "src-address": "192.168.88.2",
    "dst-address": "192.168.88.1",
    "dst-port": "1812,1813",
    "to-addresses": "172.31.255.2",
  });
  const tags = router.rows("/ip/firewall/filter").map((row) => row.get("comment"));
  expect(tags.indexOf("karibu:agent-forward-router-1")).toBeGreaterThan(-1);
  expect(tags.indexOf("karibu:agent-forward-router-1")).toBeLessThan(tags.indexOf("karibu:agent-forward-private"));
  expect(rowOf(router, "/ip/firewall/filter", "agent-forward-router-1")).toMatchObject({
    "dst-address": "192.168.88.2",
    "dst-port": "3799",
  });
});

test("[RTR-23] [CUS-04] a suspended customer of a further router sees the agent's page through the first one, and reaches the payment pages alone", () => {
  const further = new SimulatedRouter(factoryConfiguration);
  expect(further.import(renderFurtherRouter(second, service, testDialect("7.22")))).toBe("done");
  expect(rowOf(further, "/ip/firewall/nat", "suspended-page")).toMatchObject({
    "src-address-list": "karibu-suspended",
    "to-addresses": "192.168.88.1",
    "to-ports": "8019",
  });
  expect(rowOf(further, "/ip/firewall/nat", "suspended-back")).toMatchObject({
    action: "masquerade",
    "src-address": service.pppoe.network,
    "dst-address": "192.168.88.1",
    "dst-port": "8019",
  });
  const open = further.rows("/ip/firewall/address-list").filter((row) => row.get("list") === "karibu-payment");
  expect(open.map((row) => row.get("address"))).toEqual(["192.168.88.1", "hub.example"]);
  const tags = further.rows("/ip/firewall/filter").map((row) => row.get("comment"));
  for (const tag of ["suspended-pay", "suspended-tcp", "suspended-rest"])
    expect(tags.indexOf(`karibu:${tag}`), tag).toBeGreaterThan(-1);
  expect(tags.indexOf("karibu:suspended-rest")).toBeLessThan(tags.indexOf("karibu:subscriber-known-out"));
  const first = new SimulatedRouter(factoryConfiguration);
  first.import(renderVersion("7.22", values)["setup.rsc"]);
  expect(rowOf(first, "/ip/firewall/nat", "router-1-page")).toMatchObject({
    "src-address": "192.168.88.2",
    "dst-address": "192.168.88.1",
    "dst-port": "8019",
    "to-addresses": "172.31.255.2",
    "to-ports": "80",
  });
});

test("[RAD-05] the agent knows each router by its address and its own secret", () => {
  if (values.agent.place !== "container") throw new Error("the agent is in a container here");
  const parsed = parseSettings(agentEnvironment(values, values.agent));
  if (!("settings" in parsed)) throw new Error(JSON.stringify(parsed.problems));
  const clients = parsed.settings.radiusClients.map(({ range, secret }) => [range, secret]);
  expect(clients).toContainEqual(["192.168.88.2", "secret-of-the-second"]);
  expect(clients).toContainEqual(["172.31.255.1", sampleValues.radius.secret]);
});

test.each([
  ["furtherRouters.0.address", { ...second, address: "192.168.88.1" }],
  ["furtherRouters.0.address", { ...second, address: "8.8.8.8" }],
  ["furtherRouters.0.address", { ...second, address: "10.5.48.9" }],
  ["furtherRouters.0.radiusSecret", { ...second, radiusSecret: "short" }],
  ["furtherRouters.0.guestNetwork", { ...second, guestNetwork: "8.8.8.0/24" }],
  ["furtherRouters.0.guestNetwork", { ...second, guestNetwork: "192.168.88.0/24" }],
  ["furtherRouters.0.guestNetwork", { ...second, guestNetwork: "10.5.48.0/24" }],
  ["furtherRouters.0.guestNetwork", { ...second, guestNetwork: "10.6.0.0/30" }],
])("%s that does not fit is named", (field, router) => {
  const checked = checkValues({ ...sampleValues, furtherRouters: [router] });
  expect("problems" in checked && [...new Set(checked.problems.map((problem) => problem.field))]).toEqual([field]);
});

test("a site whose agent is beside the hub has no further routers: its agent knows routers by their tunnel", () => {
  expect(checkValues({ ...sampleHostedValues, furtherRouters: [second] })).toMatchObject({
    problems: [{ field: "furtherRouters" }],
  });
});
