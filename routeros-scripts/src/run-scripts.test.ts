import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { PowerCut, SimulatedRouter } from "@karibu/lab/routeros-scripting/simulated-router";
import { isLongRun } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { checkedVersions } from "./language/version-dialect.ts";
import { renderVersion } from "./test-render.ts";
import { sampleHostedValues, sampleServices, sampleValues } from "./values/sample-values.ts";
import type { ScriptValues } from "./values/script-values.ts";

const factoryOf = (version: string) => ({
  ...factoryConfiguration,
  "/system/resource": [{ version: `${version} (stable)` }],
});

test.each(checkedVersions)("[BEY-17] RouterOS %s: a second set-up changes nothing", (version) => {
  const { "setup.rsc": setUp, "repair.rsc": repair } = renderVersion(version);
  const router = new SimulatedRouter(factoryOf(version));
  expect(router.import(setUp)).toBe("done");
  const once = router.snapshot();
  expect(router.import(setUp)).toBe("done");
  expect(router.snapshot()).toEqual(once);
  expect(router.import(repair)).toBe("done");
  expect(router.snapshot()).toEqual(once);
});

test.each(checkedVersions)("[BEY-17] RouterOS %s: removal leaves the router as it was before set-up", (version) => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = renderVersion(version);
  const router = new SimulatedRouter(factoryOf(version));
  const before = router.snapshot();
  router.import(setUp);
  expect(JSON.stringify(router.snapshot())).toContain("karibu:");
  expect(router.import(remove)).toBe("done");
  expect(router.snapshot()).toEqual(before);
  expect(router.output.filter((line) => line.includes("could not"))).toEqual([]);
});

/** Every write in the long run. */
const step = isLongRun ? 1 : 7;

test("a set-up that fails at any write keeps what it did, and the next set-up completes it", () => {
  const { "setup.rsc": setUp } = renderVersion("7.22");
  const whole = new SimulatedRouter(factoryConfiguration);
  whole.import(setUp);
  let stopped = 0;
  for (let write = 1; write <= whole.writes; write += step) {
    const router = new SimulatedRouter(factoryConfiguration, write);
    if (router.import(setUp) === "stopped") stopped += 1;
    router.import(setUp);
    expect(router.snapshot(), `failed at write ${write}`).toEqual(whole.snapshot());
  }
  expect(stopped).toBeGreaterThan(50 / step);
});

test("if a set-up fails at any write, no port is in the guest bridge before the hotspot and the firewall protect it", () => {
  const { "setup.rsc": setUp } = renderVersion("7.22");
  const whole = new SimulatedRouter(factoryConfiguration);
  whole.import(setUp);
  for (let write = 1; write <= whole.writes; write += step) {
    const router = new SimulatedRouter(factoryConfiguration, write);
    router.import(setUp);
    const open = router.rows("/interface/bridge/port").filter((row) => row.get("bridge") === "karibu-guest");
    const protection = [
      router.rows("/ip/hotspot").find((row) => row.get("interface") === "karibu-guest"),
      router.rows("/ip/firewall/filter").find((row) => row.get("comment") === "karibu:guest-private"),
    ];
    if (open.length > 0) expect(protection, `stopped at write ${write}`).not.toContain(undefined);
  }
});

test("if the power fails at any write of a removal, no port is in the guest bridge without the hotspot", () => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = renderVersion("7.22");
  const whole = new SimulatedRouter(factoryConfiguration);
  whole.import(setUp);
  const uncut = whole.copy();
  uncut.import(remove);
  expect(uncut.rows("/ip/hotspot")).toEqual([]);
  for (let write = 1; write <= uncut.writes; write += step) {
    const router = whole.copy();
    router.powerCutAtWrite = write;
    expect(() => router.import(remove)).toThrow(PowerCut);
    const open = router.rows("/interface/bridge/port").filter((row) => row.get("bridge") === "karibu-guest");
    if (router.rows("/ip/hotspot").length === 0) expect(open, `cut at write ${write}`).toEqual([]);
  }
});

/** The owner's Wi-Fi has a password, and is in the owner's bridge. */
const withWifi = {
  ...factoryConfiguration,
  "/interface/bridge/port": [
    ...(factoryConfiguration["/interface/bridge/port"] ?? []),
    { interface: "wifi1", bridge: "bridge", comment: "defconf" },
  ],
  "/interface/wifi": [
    { name: "wifi1", "configuration.ssid": "Home", "security.authentication-types": "wpa2-psk", disabled: "no" },
  ],
};
const withOpenWifi: ScriptValues = {
  ...sampleValues,
  guests: { ...sampleValues.guests, ssid: "Guests", wifi: [{ name: "wifi1", driver: "wifi" }] },
};
/** Whether the Wi-Fi asks for no password, and where it leads then: the guests' bridge, and whether a hotspot is there. */
function openWifiOf(router: SimulatedRouter) {
  const wifi = router.rows("/interface/wifi")[0];
  if ((wifi?.get("security.authentication-types") ?? "") !== "") return null;
  const port = router.rows("/interface/bridge/port").find((row) => row.get("interface") === "wifi1");
  const hasHotspot = router.rows("/ip/hotspot").some((row) => row.get("interface") === "karibu-guest");
  return { bridge: port?.get("bridge"), hasHotspot };
}
const guarded = { bridge: "karibu-guest", hasHotspot: true };

test("if a set-up fails at any write, no Wi-Fi without a password leads into the owner's network", () => {
  const { "setup.rsc": setUp } = renderVersion("7.22", withOpenWifi);
  const whole = new SimulatedRouter(withWifi);
  expect(openWifiOf(whole)).toBe(null);
  whole.import(setUp);
  expect(openWifiOf(whole)).toEqual(guarded);
  for (let write = 1; write <= whole.writes; write += 1) {
    const router = new SimulatedRouter(withWifi, write);
    router.import(setUp);
    expect([null, guarded], `stopped at write ${write}`).toContainEqual(openWifiOf(router));
  }
});

test("if the power fails at any write of a removal, no Wi-Fi without a password leads into the owner's network", () => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = renderVersion("7.22", withOpenWifi);
  const before = new SimulatedRouter(withWifi).snapshot();
  const whole = new SimulatedRouter(withWifi);
  whole.import(setUp);
  const uncut = whole.copy();
  uncut.import(remove);
  expect(uncut.snapshot()).toEqual(before);
  for (let write = 1; write <= uncut.writes; write += 1) {
    const router = whole.copy();
    router.powerCutAtWrite = write;
    expect(() => router.import(remove)).toThrow(PowerCut);
    expect([null, guarded], `cut at write ${write}`).toContainEqual(openWifiOf(router));
  }
});

test("a removal after a set-up that failed at any write leaves the router as it was", () => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = renderVersion("7.22");
  const untouched = new SimulatedRouter(factoryConfiguration).snapshot();
  const whole = new SimulatedRouter(factoryConfiguration);
  whole.import(setUp);
  for (let write = 1; write <= whole.writes; write += step) {
    const router = new SimulatedRouter(factoryConfiguration, write);
    router.import(setUp);
    router.import(remove);
    expect(router.snapshot(), `failed at write ${write}`).toEqual(untouched);
  }
});

test("[BEY-17] a hosted site: a second set-up changes nothing, and removal leaves the router as it was", () => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = renderVersion("7.22", sampleHostedValues);
  const router = new SimulatedRouter(factoryConfiguration);
  const before = router.snapshot();
  router.import(setUp);
  const once = router.snapshot();
  router.import(setUp);
  expect(router.snapshot()).toEqual(once);
  router.import(remove);
  expect(router.snapshot()).toEqual(before);
});

test.each(checkedVersions)(
  "[BEY-17] RouterOS %s: an interface of the agent that has another name keeps it, and port and container follow",
  (version) => {
    const { "setup.rsc": setUp, "repair.rsc": repair } = renderVersion(version);
    const router = new SimulatedRouter(factoryOf(version));
    router.import(setUp);
    const veth = router.rows("/interface/veth")[0];
    veth?.set("name", "veth7");
    for (const script of [setUp, repair]) {
      expect(router.import(script)).toBe("done");
      expect(router.rows("/interface/veth").map((row) => row.get("name"))).toEqual(["veth7"]);
      const port = router.rows("/interface/bridge/port").find((row) => row.get("comment") === "karibu:agent-port");
      const container = router.rows("/container").find((row) => row.get("comment") === "karibu:agent");
      expect([port?.get("interface"), container?.get("interface")]).toEqual(["veth7", "veth7"]);
    }
  },
);

test("[BEY-17] repair restores what was deleted or changed, and the place of rules above fasttrack", () => {
  const { "setup.rsc": setUp, "repair.rsc": repair } = renderVersion("7.22");
  const router = new SimulatedRouter(factoryConfiguration);
  router.import(setUp);
  const good = router.snapshot();
  const rules = router.rows("/ip/firewall/filter");
  const rule = rules.find((row) => row.get("comment") === "karibu:guest-known-out");
  router.configuration.replaceRows("/ip/firewall/filter", [
    ...rules.filter((row) => row !== rule),
    ...(rule ? [rule] : []),
  ]);
  router.configuration.replaceRows("/radius", []);
  router.rows("/ip/pool")[0]?.set("ranges", "10.0.0.1-10.0.0.2");
  expect(router.import(repair)).toBe("done");
  const { "/radius": radius, ...rest } = router.snapshot();
  expect(rest).toEqual({ ...good, "/radius": undefined });
  expect(radius).toHaveLength(3);
});

test("our firewall rules and RADIUS rows stand above those of the owner, fasttrack included", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  router.import(renderVersion("7.22")["setup.rsc"]);
  const comments = router.rows("/ip/firewall/filter").map((row) => row.get("comment") ?? "");
  const fasttrack = comments.indexOf("defconf: fasttrack");
  const lastOfOurs = comments.findLastIndex((comment) => comment.startsWith("karibu:"));
  expect(lastOfOurs).toBeLessThan(comments.indexOf("defconf: drop all not from LAN"));
  expect(fasttrack).toBe(comments.length - 1);
  expect(router.rows("/radius").map((row) => row.get("comment"))).toEqual([
    "karibu:agent-radius",
    "karibu:hub-radius",
    "the owner's",
    // Disabled: it keeps a secret, and asks nobody.
    "karibu:back-up-key",
  ]);
});

test("the order of our rules stays: rules that accept stand before rules that drop", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  const { "setup.rsc": setUp } = renderVersion("7.22");
  const order = () =>
    router
      .rows("/ip/firewall/filter")
      .map((row) => row.get("comment") ?? "")
      .filter((comment) => comment.startsWith("karibu:"));
  router.import(setUp);
  const first = order();
  router.import(setUp);
  expect(order()).toEqual(first);
  expect(first.indexOf("karibu:agent-api")).toBeLessThan(first.indexOf("karibu:agent-rest"));
  expect(first.indexOf("karibu:guest-portal")).toBeLessThan(first.indexOf("karibu:guest-private"));
});

/** A CCR, a CHR, or a router reset without defaults. */
const withoutFirewall = { ...factoryConfiguration, "/ip/firewall/filter": [], "/ip/firewall/nat": [], "/radius": [] };
const { snmp: askers } = sampleServices.chosen;
if (askers === null) throw new Error("the sample has it");
const second = { address: "192.168.88.2", agentRouterAddress: "192.168.88.1", radiusSecret: "secret-of-the-second" };
const askedFrom = (...addresses: string[]) => ({
  ...sampleValues,
  services: { ...sampleServices, chosen: { ...sampleServices.chosen, snmp: { addresses } } },
});

test.each<[string, ScriptValues, ScriptValues]>([
  ["a further router", sampleValues, { ...sampleValues, furtherRouters: [second] }],
  ["a second address that asks by SNMP", askedFrom("192.168.88.10"), askedFrom("192.168.88.10", "192.168.88.11")],
  ["a second RADIUS server", { ...sampleValues, radius: { ...sampleValues.radius, second: null } }, sampleValues],
])(
  "on a router without rules of its owner, what %s adds later stands where a set-up at once puts it",
  (_, before, after) => {
    const order = (router: SimulatedRouter) =>
      router.rows("/ip/firewall/filter").map((row) => row.get("comment") ?? "");
    const set = (router: SimulatedRouter, values: ScriptValues, first: "setup.rsc" | "repair.rsc" = "setup.rsc") => {
      const scripts = renderVersion("7.22", values);
      for (const name of [first, "services.rsc"] as const)
        expect([router.import(scripts[name] ?? ""), router.failure]).toEqual(["done", ""]);
      return order(router);
    };
    const atOnce = set(new SimulatedRouter(withoutFirewall), after);
    for (const again of ["setup.rsc", "repair.rsc"] as const) {
      const router = new SimulatedRouter(withoutFirewall);
      expect(set(router, before)).not.toEqual(atOnce);
      expect(set(router, after, again), again).toEqual(atOnce);
      expect(set(router, after, again), again).toEqual(atOnce);
    }
  },
);

test.each(checkedVersions)("RouterOS %s: removal removes from every menu in which set-up adds something", (version) => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = renderVersion(version);
  const added = new Set([...setUp.matchAll(/(\/[a-z0-9/-]+)\/add /g)].map((match) => match[1]));
  const removed = new Set([...remove.matchAll(/(\/[a-z0-9/-]+)\/remove /g)].map((match) => match[1]));
  expect([...added].filter((menu) => !removed.has(menu))).toEqual([]);
});

test("every object that set-up adds has its tag", () => {
  const withoutTag = renderVersion("7.22")
    ["setup.rsc"].split("\n")
    .filter((line) => /\/add /.test(line) && !/comment="karibu:|name=karibu-|name=\$/.test(line));
  expect(withoutTag).toEqual([]);
});

test("a script for another version of RouterOS changes nothing", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  const before = router.snapshot();
  expect(router.import(renderVersion("7.24")["setup.rsc"])).toBe("stopped");
  expect(router.snapshot()).toEqual(before);
});

test("verification changes nothing, finds nothing missing after set-up, and names what is missing", () => {
  const { "setup.rsc": setUp, "verify.rsc": verify } = renderVersion("7.22");
  const router = new SimulatedRouter(factoryConfiguration);
  router.import(setUp);
  const before = router.snapshot();
  expect(router.import(verify)).toBe("done");
  expect(router.snapshot()).toEqual(before);
  expect(router.output.filter((line) => line.startsWith("MISSING"))).toEqual([]);
  router.configuration.replaceRows("/ip/pool", []);
  router.import(verify);
  expect(router.output.filter((line) => line.startsWith("MISSING"))).toEqual([
    "MISSING  The guests' network: guest-pool. Import setup.rsc again.",
  ]);
});

test("[RTR-17] verification names a script that has another text than set-up gave it: it runs with rights of its own", () => {
  const { "setup.rsc": setUp, "verify.rsc": verify } = renderVersion("7.22");
  const router = new SimulatedRouter(factoryConfiguration);
  router.import(setUp);
  router.import(verify);
  const said = () => router.output.filter((line) => /^(ok|CHANGED) +The scripts/.test(line));
  expect(said()).toEqual(["ok       The scripts on this router have the text that set-up gave them"]);
  const script = router.rows("/system/script").find((row) => row.get("name") === "karibu-rotate-secrets");
  script?.set("source", "/user/add name=x group=full password=x");
  router.import(verify);
  expect(said().at(-1)).toMatch(/^CHANGED .*: rotate-secrets\. .*import repair\.rsc/i);
});

test("the preflight changes nothing and says what to do", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  const before = router.snapshot();
  expect(router.import(renderVersion("7.22")["preflight.rsc"])).toBe("done");
  expect(router.snapshot()).toEqual(before);
  expect(router.output.join("\n")).toContain("Enter: /system/device-mode/update mode=advanced container=yes");
});

test("set-up names a port that the board lacks, leaves it out and configures the rest", () => {
  const router = new SimulatedRouter({ ...factoryConfiguration, "/interface": [{ name: "ether3" }] });
  expect(router.import(renderVersion("7.22")["setup.rsc"])).toBe("done");
  expect(router.output).toContain("karibu: this router has no port wifi1; left out");
  router.import(renderVersion("7.22")["verify.rsc"]);
  expect(router.output.filter((line) => line.startsWith("MISSING"))).toEqual([
    "MISSING  The guests' ports: guest-port-wifi1. Import setup.rsc again.",
  ]);
});

test("removal puts a port back into its old bridge, with its comment", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  const ports = () =>
    router
      .rows("/interface/bridge/port")
      .map((row) => `${row.get("interface")} ${row.get("bridge")} ${row.get("comment")}`);
  router.import(renderVersion("7.22")["setup.rsc"]);
  expect(ports()).toContain("ether3 karibu-guest karibu:guest-port-ether3");
  router.import(renderVersion("7.22")["remove.rsc"]);
  expect(ports()).toEqual(["ether2 bridge defconf", "ether3 bridge defconf"]);
});
