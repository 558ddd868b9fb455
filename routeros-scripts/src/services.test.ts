/** What runs beside the hotspot: set up, changed, taken away, on every version. */

import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { SimulatedRouter } from "@karibu/lab/routeros-scripting/simulated-router";
import type { RouterServices } from "@karibu/protocol/router/router-services";
import { inLongRunAll, isLongRun } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { checkScript } from "../checker/rsc-check.mjs";
import { checkedVersions } from "./language/version-dialect.ts";
import { renderVersion } from "./test-render.ts";
import { sampleHostedValues, sampleServices, sampleServiceValues, sampleValues } from "./values/sample-values.ts";
import { checkValues, type ScriptValues } from "./values/script-values.ts";

const allOff: RouterServices = { pppoe: null, snmp: null, logging: null, fairUplink: null, sharing: null, staff: null };

/** The sample with these parts. */
function withServices(chosen: Partial<RouterServices>, more: Partial<ScriptValues> = {}): ScriptValues {
  const all = { ...allOff, ...chosen };
  const services = {
    ...sampleServices,
    chosen: all,
    snmpSecrets: all.snmp === null ? null : sampleServices.snmpSecrets,
    emergencyPassword: all.staff === null ? null : sampleServices.emergencyPassword,
  };
  return { ...sampleValues, ...more, services };
}
const only = (part: keyof RouterServices) => withServices({ [part]: sampleServices.chosen[part] });

const scriptsOf = (version: string, values: ScriptValues) => {
  const {
    "setup.rsc": setUp,
    "services.rsc": services = "",
    "verify.rsc": verify,
    "remove.rsc": remove,
  } = renderVersion(version, values);
  return { setUp, services, verify, remove };
};

function routerOf(version: string, values: ScriptValues): SimulatedRouter {
  const router = new SimulatedRouter({
    ...factoryConfiguration,
    "/system/resource": [{ version: `${version} (stable)` }],
  });
  expect(router.import(scriptsOf(version, values).setUp)).toBe("done");
  return router;
}

const rowOf = (router: SimulatedRouter, menu: string, comment: string) =>
  Object.fromEntries(router.rows(menu).find((row) => row.get("comment") === `karibu:${comment}`) ?? []);

test.each([
  ["with RouterOS' list LAN", [{ name: "LAN" }], "LAN", []],
  ["without one: only the way of the default route is open", [], "", ["ether1"]],
])("[RTR-19] PPPoE customers do not reach the owner's own IPv6 prefix, %s", (_, lists, closed, open) => {
  const router = new SimulatedRouter({
    ...factoryConfiguration,
    "/interface/list": lists,
    "/ipv6/route": [
      { "dst-address": "::/0", "immediate-gw": "fe80::1%ether1" },
      { "dst-address": "2001:db8:5::/64", "immediate-gw": "bridge" },
    ],
    "/ipv6/firewall/filter": [{ chain: "forward", action: "accept", comment: "defconf: accept all" }],
  });
  const before = router.snapshot();
  const { services, setUp, remove } = scriptsOf("7.22", only("pppoe"));
  expect([router.import(setUp), router.import(services), router.import(services)]).toEqual(["done", "done", "done"]);
  const rules = router.rows("/ipv6/firewall/filter").map((row) => row.get("comment"));
  // It stands before what accepts, and both before what is not ours.
  const order = ["karibu:subscriber6-lan", "karibu:subscriber6-out", "defconf: accept all"];
  expect(rules.filter((rule) => order.includes(rule ?? ""))).toEqual(order);
  expect(rowOf(router, "/ipv6/firewall/filter", "subscriber6-lan")).toMatchObject({
    action: "drop",
    "out-interface-list": "!karibu-uplink6",
  });
  expect(rowOf(router, "/interface/list", "subscriber-uplink6")).toMatchObject({
    include: closed === "" ? "" : "all",
    exclude: closed,
  });
  const members = router.rows("/interface/list/member").filter((row) => row.get("list") === "karibu-uplink6");
  expect(members.map((row) => row.get("interface"))).toEqual(open);
  router.import(remove);
  expect(router.snapshot()).toEqual(before);
});

test("no customer opens a connection to another one by IPv6: what comes in is dropped before what goes out is accepted", () => {
  const router = routerOf("7.22", only("pppoe"));
  expect(router.import(scriptsOf("7.22", only("pppoe")).services)).toBe("done");
  const tags = router.rows("/ipv6/firewall/filter").map((row) => row.get("comment"));
  const places = ["known", "in", "out"].map((each) => tags.indexOf(`karibu:subscriber6-${each}`));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
});

/** All of them in the long run; otherwise the oldest and the newest. */
const versions = inLongRunAll(checkedVersions, (_, at) => at === 0 || at === checkedVersions.length - 1);

describe.each(versions)("RouterOS %s", (version) => {
  test("[RTR-18] [RTR-19] [RTR-29] [RTR-32] its command tree has every word; a second import changes nothing; removal and switching off give the tree as before", () => {
    const { services, remove, verify } = scriptsOf(version, sampleServiceValues);
    for (const text of [services, remove, verify]) expect(checkScript(text, version)).toEqual([]);
    const untouched = new SimulatedRouter({
      ...factoryConfiguration,
      "/system/resource": [{ version: `${version} (stable)` }],
    }).snapshot();
    const router = routerOf(version, sampleServiceValues);
    const without = router.snapshot();
    expect([router.import(services), router.failure]).toEqual(["done", ""]);
    const once = router.snapshot();
    expect(once).not.toEqual(without);
    router.import(services);
    expect(router.snapshot()).toEqual(once);
    const off = router.copy();
    const none = scriptsOf(version, withServices({})).services;
    expect(checkScript(none, version)).toEqual([]);
    expect([off.import(none), off.failure]).toEqual(["done", ""]);
    expect(off.snapshot()).toEqual(without);
    expect(off.output.filter((line) => line.includes("could not"))).toEqual([]);
    expect(router.import(remove)).toBe("done");
    expect(router.snapshot()).toEqual(untouched);
  });
});

test("services that fail at any write are completed by the next import, and switched off from there", () => {
  const { services } = scriptsOf("7.22", sampleServiceValues);
  const none = scriptsOf("7.22", withServices({})).services;
  const before = routerOf("7.22", sampleServiceValues);
  const whole = before.copy();
  whole.import(services);
  const { writes } = whole;
  expect(writes).toBeGreaterThan(40);
  for (let write = 1; write <= writes; write += isLongRun ? 1 : 7) {
    const router = new SimulatedRouter({}, write);
    router.configuration = before.configuration.copy();
    router.shareParsed(before);
    router.import(services);
    const off = router.copy();
    router.import(services);
    expect(router.snapshot(), `failed at write ${write}`).toEqual(whole.snapshot());
    off.import(none);
    expect(off.snapshot(), `failed at write ${write}, then off`).toEqual(before.snapshot());
  }
});

test.each([
  ["on the router", sampleServiceValues, "172.31.255.2"],
  ["beside the hub", { ...sampleHostedValues, services: only("staff").services }, "10.89.0.1"],
])(
  "[TEN-13] with staff let in the plain API stays the agent's alone (agent %s), and who is named by no group may do nothing",
  (_, values, agent) => {
    const router = routerOf("7.22", values);
    expect(router.import(scriptsOf("7.22", values).services)).toBe("done");
    const named = (menu: string, name: string) => router.rows(menu).find((row) => row.get("name") === name);
    expect(named("/ip/service", "api")?.get("address")).toBe(`${agent}/32`);
    const open = router.rows("/ip/firewall/filter").filter((row) => row.get("dst-port") === "8728");
    expect(open.map((row) => [row.get("action"), row.get("src-address")])).toEqual([["accept", agent]]);
    expect(router.rows("/user/aaa")[0]?.get("default-group")).toBe("karibu-staff-none");
    expect(named("/user/group", "karibu-staff-none")?.get("policy") ?? "").toBe("");
    const rights = (level: string) => (named("/user/group", `karibu-staff-${level}`)?.get("policy") ?? "").split(",");
    expect(rights("read")).not.toContain("write");
    // What would let a person make users, read secrets or fetch files.
    for (const right of ["policy", "sensitive", "ftp"])
      for (const level of ["read", "write"]) expect(rights(level)).not.toContain(right);
    // The router's own account: RADIUS is not asked about it, and it works from the chosen addresses alone.
    const emergency = named("/user", "karibu-emergency");
    expect([emergency?.get("group"), emergency?.get("address")]).toEqual([
      "karibu-staff-full",
      "192.168.88.10,10.89.0.0/24",
    ]);
  },
);

test("[TEN-13] a script without the emergency account's password leaves the one that is there, its addresses apart, and adds none", () => {
  const values = only("staff");
  const { chosen } = values.services as NonNullable<typeof values.services>;
  const without = (emergencyAddresses: string[]): ScriptValues => ({
    ...values,
    services: {
      ...sampleServices,
      snmpSecrets: null,
      chosen: { ...chosen, staff: { emergencyAddresses } },
      emergencyPassword: null,
    },
  });
  const router = routerOf("7.22", sampleServiceValues);
  expect(router.import(scriptsOf("7.22", without(["192.168.88.9"])).services)).toBe("done");
  expect(router.rows("/user").some((row) => row.get("name") === "karibu-emergency")).toBe(false);
  router.import(scriptsOf("7.22", values).services);
  const before = rowOf(router, "/user", "staff-emergency");
  expect(before).toMatchObject({ password: sampleServices.emergencyPassword });
  expect(checkValues(without(["192.168.88.9"]))).toHaveProperty("values");
  expect(router.import(scriptsOf("7.22", without(["192.168.88.9"])).services)).toBe("done");
  expect(rowOf(router, "/user", "staff-emergency")).toEqual({ ...before, address: "192.168.88.9" });
  expect(checkScript(scriptsOf("7.22", without(["192.168.88.9"])).services, "7.22")).toEqual([]);
  // Not wished any more, it goes, whoever imports.
  router.import(scriptsOf("7.22", without([])).services);
  expect(router.rows("/user").some((row) => row.get("name") === "karibu-emergency")).toBe(false);
});

test("each part is set up and taken away without the others", () => {
  const before = routerOf("7.22", sampleServiceValues);
  for (const part of Object.keys(allOff) as (keyof RouterServices)[]) {
    const router = before.copy();
    router.import(scriptsOf("7.22", only(part)).services);
    const tags = JSON.stringify(router.snapshot());
    expect(tags === JSON.stringify(before.snapshot()), part).toBe(false);
    router.import(scriptsOf("7.22", withServices({})).services);
    expect(router.snapshot(), part).toEqual(before.snapshot());
  }
});

test("[RTR-19] [CUS-14] the PPPoE server: the agent decides, one session a device, and a server that a person switched off stays off", () => {
  const router = routerOf("7.22", sampleServiceValues);
  const { services } = scriptsOf("7.22", only("pppoe"));
  router.import(services);
  const server = rowOf(router, "/interface/pppoe-server/server", "subscribers-2");
  expect(server).toMatchObject({
    interface: "vlan 20 (homes)",
    "service-name": "karibu",
    "default-profile": "karibu-subscriber",
    authentication: "pap,mschap2",
    "keepalive-timeout": "30",
    "one-session-per-host": "yes",
    "max-mtu": "1492",
    "max-mru": "1492",
    "max-sessions": "200",
    "pado-delay": "0",
  });
  expect(rowOf(router, "/ppp/profile", "subscriber-profile")).toMatchObject({
    "local-address": "10.64.0.1",
    "remote-address": "karibu-subscribers",
    "dns-server": "10.64.0.1",
    "change-tcp-mss": "yes",
    "dhcpv6-pd-pool": "karibu-subscribers6",
  });
  expect(rowOf(router, "/ip/pool", "subscriber-pool").ranges).toBe("10.64.0.2-10.64.15.254");
  const hotspot = rowOf(router, "/radius", "agent-radius");
  const ppp = rowOf(router, "/radius", "ppp-radius");
  expect([ppp.service, ppp.address, ppp.secret]).toEqual(["ppp", hotspot.address, hotspot.secret]);
  expect(Object.fromEntries(router.rows("/ppp/aaa")[0] ?? [])).toMatchObject({
    "use-radius": "yes",
    accounting: "yes",
    "interim-update": "5m",
  });
  router.rows("/interface/pppoe-server/server")[0]?.set("disabled", "yes");
  router.import(services);
  expect(router.rows("/interface/pppoe-server/server").map((row) => row.get("disabled"))).toEqual(["yes", "no"]);
});

test("[CUS-06] a suspended customer is refused before known connections are let through, and HTTP shows the agent's page", () => {
  const router = routerOf("7.22", sampleServiceValues);
  router.import(scriptsOf("7.22", only("pppoe")).services);
  const tags = router.rows("/ip/firewall/filter").map((row) => row.get("comment")?.replace("karibu:", "") ?? "");
  const order = [
    "suspended-pay",
    "suspended-tcp",
    "suspended-rest",
    "subscriber-known-out",
    "subscriber-private",
    "subscriber-out",
  ];
  expect(tags.filter((tag) => order.includes(tag))).toEqual(order);
  expect(tags.indexOf("subscriber-out")).toBeLessThan(tags.indexOf("defconf: fasttrack"));
  expect(rowOf(router, "/ip/firewall/nat", "suspended-page")).toMatchObject({
    "src-address-list": "karibu-suspended",
    "dst-address-list": "!karibu-payment",
    "to-addresses": "172.31.255.2",
    "to-ports": "80",
  });
  const open = router.rows("/ip/firewall/address-list").filter((row) => row.get("list") === "karibu-payment");
  expect(open.map((row) => row.get("address"))).toEqual(["172.31.255.2", "hub.example.com", "pay.example.com"]);
});

test("an interface, an address or IPv6 that is no longer chosen is taken away, and the rest stays", () => {
  const router = routerOf("7.22", sampleServiceValues);
  router.import(scriptsOf("7.22", sampleServiceValues).services);
  const { pppoe, snmp, sharing } = sampleServices.chosen;
  if (pppoe === null || snmp === null || sharing === null) throw new Error("the sample has all");
  const less = withServices({
    ...sampleServices.chosen,
    pppoe: { ...pppoe, interfaces: ["ether4"], ipv6: null },
    snmp: { addresses: ["192.168.88.10"] },
    sharing: { exceptions: [] },
  });
  router.import(scriptsOf("7.22", less).services);
  expect(router.rows("/interface/pppoe-server/server").map((row) => row.get("interface"))).toEqual(["ether4"]);
  expect(router.rows("/ipv6/pool")).toEqual([]);
  expect(rowOf(router, "/ppp/profile", "subscriber-profile")["dhcpv6-pd-pool"] ?? "").toBe("");
  const snmpRules = router.rows("/ip/firewall/filter").filter((row) => row.get("dst-port") === "161");
  expect(snmpRules.map((row) => [row.get("action"), row.get("src-address")])).toEqual([
    ["accept", "192.168.88.10"],
    ["drop", undefined],
  ]);
  expect(router.rows("/ip/firewall/address-list").some((row) => row.get("list") === "karibu-may-share")).toBe(false);
  const direct = routerOf("7.22", less);
  direct.import(scriptsOf("7.22", less).services);
  expect(router.snapshot()).toEqual(direct.snapshot());
});

test("[RTR-18] SNMP: version 3 with secrets, read only, from chosen addresses; the open community is closed, and opened again by removal", () => {
  const router = routerOf("7.22", sampleServiceValues);
  router.import(scriptsOf("7.22", only("snmp")).services);
  expect(rowOf(router, "/snmp/community", "snmp-user")).toMatchObject({
    name: "karibu-sample",
    security: "private",
    "authentication-protocol": "SHA1",
    "encryption-protocol": "AES",
    "write-access": "no",
    addresses: "192.168.88.10/32,10.89.0.0/24",
  });
  const open = () => router.rows("/snmp/community").find((row) => row.get("name") === "public");
  expect([open()?.get("disabled"), open()?.get("read-access")]).toEqual(["yes", "no"]);
  router.import(scriptsOf("7.22", withServices({})).services);
  expect([open()?.get("disabled"), open()?.get("read-access")]).toEqual(["no", "yes"]);
  const renamed = routerOf("7.22", sampleServiceValues);
  renamed.rows("/snmp/community")[0]?.set("name", "theirs");
  expect(renamed.import(scriptsOf("7.22", only("snmp")).services)).toBe("done");
});

test("[RTR-18] the log goes to one address, by topic, with the site's id", () => {
  const router = routerOf("7.22", sampleServiceValues);
  router.import(scriptsOf("7.22", only("logging")).services);
  expect(
    router.rows("/system/logging").map((row) => [row.get("topics"), row.get("action"), row.get("prefix")]),
  ).toEqual([
    ["system", "karibuRemote", "karibu site-1"],
    ["critical", "karibuRemote", "karibu site-1"],
  ]);
});

test("[RTR-32] the fair line: CAKE by host both ways, below that memory PCQ; fasttrack's conflict is said", () => {
  const router = routerOf("7.22", sampleServiceValues);
  const fair = only("fairUplink");
  router.import(scriptsOf("7.22", fair).services);
  const types = () =>
    router.rows("/queue/type").map((row) => [row.get("kind"), row.get("pcq-classifier") ?? row.get("cake-flowmode")]);
  expect(types()).toEqual([
    ["cake", "dual-dsthost"],
    ["cake", "dual-srchost"],
  ]);
  expect(
    router.rows("/queue/tree").map((row) => [row.get("parent"), row.get("packet-mark"), row.get("max-limit")]),
  ).toEqual([
    ["global", "karibu-down", "19000k"],
    ["global", "karibu-up", "9500k"],
  ]);
  router.import(scriptsOf("7.22", fair).verify);
  expect(router.output.some((line) => line.startsWith("CHECK    Fasttrack takes the owner's own traffic"))).toBe(true);
  const small = { ...fair, services: fair.services && { ...fair.services, hasSmallMemory: true } };
  router.import(scriptsOf("7.22", small).services);
  expect(types()).toEqual([
    ["pcq", "dst-address"],
    ["pcq", "src-address"],
  ]);
});

test("[RTR-29] the rule against sharing: what guests are sent goes no further, but for those who may; also at an adopted hotspot", () => {
  const router = routerOf("7.22", sampleServiceValues);
  router.import(scriptsOf("7.22", only("sharing")).services);
  expect(rowOf(router, "/ip/firewall/mangle", "no-sharing")).toMatchObject({
    chain: "postrouting",
    action: "change-ttl",
    "out-interface": "karibu-guest",
    "new-ttl": "set:1",
    "dst-address-list": "!karibu-may-share",
  });
  const adopt = { hotspot: "hs", profile: "hsprof", interface: "bridge-hs", network: "10.5.48.0/22", pool: "hs-pool" };
  const adopted = only("sharing");
  const { services } = scriptsOf("7.22", { ...adopted, guests: { ...adopted.guests, adopt, ports: [] } });
  expect(services).toContain("out-interface=bridge-hs");
});

test("a hosted site's PPPoE asks the agent through the tunnel", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  const values = { ...sampleHostedValues, services: sampleServices };
  router.import(scriptsOf("7.22", values).setUp);
  expect(router.import(scriptsOf("7.22", values).services)).toBe("done");
  const row = rowOf(router, "/radius", "ppp-radius");
  expect([row.address, row["src-address"]]).toEqual(["10.89.0.1", "10.89.0.2"]);
});

test("names of interfaces are text, whatever they hold", () => {
  const { pppoe } = sampleServices.chosen;
  if (pppoe === null) throw new Error("the sample has it");
  const hostile = 'a" ; /system/reboot; :put "$x';
  const values = withServices({
    pppoe: { ...pppoe, interfaces: [hostile] },
    fairUplink: { uplink: hostile, downKbps: 100, upKbps: 100 },
  });
  expect(checkValues(values)).toHaveProperty("values");
  const router = routerOf("7.22", values);
  expect(router.import(scriptsOf("7.22", values).services)).toBe("done");
  expect(router.rows("/interface/pppoe-server/server").map((row) => row.get("interface"))).toEqual([hostile]);
});

test.each([
  ["services.pppoe.network", { network: "10.5.50.0/24" }],
  ["services.pppoe.network", { network: "8.8.8.0/24" }],
  ["services.pppoe.network", { network: "10.89.0.0/20" }],
  ["services.pppoe.network", { network: "10.90.16.0/20" }],
  ["services.pppoe.network", { network: "10.64.0.0/30" }],
  ["services.pppoe.interfaces", { interfaces: ["ether3"] }],
  ["services.pppoe.interfaces", { interfaces: ["ether4", "ether4"] }],
  ["services.pppoe.ipv6.ipv6Prefix", { ipv6: { ipv6Prefix: "1:2:3/40", delegatedLength: 56 } }],
  ["services.pppoe.ipv6.delegatedLength", { ipv6: { ipv6Prefix: "2001:db8::/60", delegatedLength: 56 } }],
])("values that do not fit are named: %s (%j)", (field, change) => {
  const { pppoe } = sampleServices.chosen;
  if (pppoe === null) throw new Error("the sample has it");
  const checked = checkValues(withServices({ pppoe: { ...pppoe, ...change } }));
  expect("problems" in checked && checked.problems.map((problem) => problem.field)).toEqual([field]);
});

test("TLS and TCP carry one format, and SNMP has its secrets", () => {
  const { logging } = sampleServices.chosen;
  if (logging === null) throw new Error("the sample has it");
  const tls = checkValues(withServices({ logging: { ...logging, protocol: "tls" } }));
  expect(tls).toMatchObject({ problems: [{ field: "services.logging.format" }] });
  const bare = checkValues({ ...sampleServiceValues, services: { ...sampleServices, snmpSecrets: null } });
  expect(bare).toMatchObject({ problems: [{ field: "services.snmpSecrets" }] });
});
