/** Several routers at one site: the further ones ask the agent behind the first, each with a secret of its own, and share PPPoE customers. */
import { parseSettings } from "@karibu/agent/start/settings";
import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { SimulatedRouter } from "@karibu/lab/routeros-scripting/simulated-router";
import { expect, test } from "vitest";
import { checkScript } from "../checker/rsc-check.mjs";
import { checkedVersions } from "./language/version-dialect.ts";
import { renderFurtherRouter } from "./render-scripts.ts";
import { agentEnvironment } from "./sections/agent-container.ts";
import { renderVersion, testDialect } from "./test-render.ts";
import { sampleHostedValues, sampleServices, sampleValues } from "./values/sample-values.ts";
import { checkValues } from "./values/script-values.ts";

const second = { address: "192.168.88.2", agentRouterAddress: "192.168.88.1", radiusSecret: "secret-of-the-second" };
const values = { ...sampleValues, furtherRouters: [second] };
const { pppoe } = sampleServices.chosen;
if (pppoe === null) throw new Error("the sample has it");
const service = {
  pppoe: { ...pppoe, padoDelayMs: 500, maxSessions: 150 },
  incomingPort: 3799,
  openHosts: ["hub.example"],
};

const factoryOf = (version: string) => ({
  ...factoryConfiguration,
  "/system/resource": [{ version: `${version} (stable)` }],
});
const rowOf = (router: SimulatedRouter, menu: string, tag: string) =>
  Object.fromEntries(router.rows(menu).find((row) => row.get("comment") === `karibu:${tag}`) ?? []);

test.each(checkedVersions)(
  "[RTR-23] RouterOS %s: the script of a further router fits the command tree, changes nothing the second time, and is removed without a trace",
  (version) => {
    const script = renderFurtherRouter(second, service, testDialect(version));
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
])("%s that does not fit is named", (field, router) => {
  const checked = checkValues({ ...sampleValues, furtherRouters: [router] });
  expect("problems" in checked && checked.problems.map((problem) => problem.field)).toEqual([field]);
});

test("a site whose agent is beside the hub has no further routers: its agent knows routers by their tunnel", () => {
  expect(checkValues({ ...sampleHostedValues, furtherRouters: [second] })).toMatchObject({
    problems: [{ field: "furtherRouters" }],
  });
});
