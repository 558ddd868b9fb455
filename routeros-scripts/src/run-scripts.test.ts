import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { PowerCut, SimulatedRouter } from "@karibu/lab/routeros-scripting/simulated-router";
import { expect, test } from "vitest";
import { checkedVersions, type Dialect, dialectOf } from "./language/version-dialect.ts";
import { renderScripts } from "./render-scripts.ts";
import { sampleHostedValues, sampleValues } from "./values/sample-values.ts";

function dialect(version: string): Dialect {
  const spoken = dialectOf(version);
  if ("problem" in spoken) throw new Error(spoken.problem);
  return spoken.dialect;
}
const factoryOf = (version: string) => ({
  ...factoryConfiguration,
  "/system/resource": [{ version: `${version} (stable)` }],
});
const scriptsOf = (version: string) => renderScripts(sampleValues, dialect(version));

test.each(checkedVersions)("[BEY-17] RouterOS %s: set-up twice is set-up once", (version) => {
  const { "setup.rsc": setUp, "repair.rsc": repair } = scriptsOf(version);
  const router = new SimulatedRouter(factoryOf(version));
  expect(router.import(setUp)).toBe("done");
  const once = router.snapshot();
  expect(router.import(setUp)).toBe("done");
  expect(router.snapshot()).toEqual(once);
  expect(router.import(repair)).toBe("done");
  expect(router.snapshot()).toEqual(once);
});

test.each(checkedVersions)("[BEY-17] RouterOS %s: removal leaves the router as it was before set-up", (version) => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = scriptsOf(version);
  const router = new SimulatedRouter(factoryOf(version));
  const before = router.snapshot();
  router.import(setUp);
  expect(JSON.stringify(router.snapshot())).toContain("karibu:");
  expect(router.import(remove)).toBe("done");
  expect(router.snapshot()).toEqual(before);
  expect(router.output.filter((line) => line.includes("could not"))).toEqual([]);
});

test("a set-up that fails at any line keeps what went before, and the next one mends it", () => {
  const { "setup.rsc": setUp } = scriptsOf("7.22");
  const whole = new SimulatedRouter(factoryConfiguration);
  whole.import(setUp);
  let stopped = 0;
  for (let write = 1; write <= whole.writes; write += 1) {
    const router = new SimulatedRouter(factoryConfiguration, write);
    if (router.import(setUp) === "stopped") stopped += 1;
    router.import(setUp);
    expect(router.snapshot(), `failed at write ${write}`).toEqual(whole.snapshot());
  }
  expect(stopped).toBeGreaterThan(50);
});

test("wherever a set-up stops, no port is the guests' before the hotspot guards them", () => {
  const { "setup.rsc": setUp } = scriptsOf("7.22");
  const whole = new SimulatedRouter(factoryConfiguration);
  whole.import(setUp);
  for (let write = 1; write <= whole.writes; write += 1) {
    const router = new SimulatedRouter(factoryConfiguration, write);
    router.import(setUp);
    const open = router.rows("/interface/bridge/port").filter((row) => row.get("bridge") === "karibu-guest");
    const guards = [
      router.rows("/ip/hotspot").find((row) => row.get("interface") === "karibu-guest"),
      router.rows("/ip/firewall/filter").find((row) => row.get("comment") === "karibu:guest-private"),
    ];
    if (open.length > 0) expect(guards, `stopped at write ${write}`).not.toContain(undefined);
  }
});

test("wherever the power cuts a removal off, no port is the guests' without the hotspot", () => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = scriptsOf("7.22");
  const whole = new SimulatedRouter(factoryConfiguration);
  whole.import(setUp);
  const uncut = whole.copy();
  uncut.import(remove);
  expect(uncut.rows("/ip/hotspot")).toEqual([]);
  for (let write = 1; write <= uncut.writes; write += 1) {
    const router = whole.copy();
    router.powerCutAtWrite = write;
    expect(() => router.import(remove)).toThrow(PowerCut);
    const open = router.rows("/interface/bridge/port").filter((row) => row.get("bridge") === "karibu-guest");
    if (router.rows("/ip/hotspot").length === 0) expect(open, `cut at write ${write}`).toEqual([]);
  }
});

test("a removal after a set-up that failed half-way leaves the router as it was", () => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = scriptsOf("7.22");
  const untouched = new SimulatedRouter(factoryConfiguration).snapshot();
  const whole = new SimulatedRouter(factoryConfiguration);
  whole.import(setUp);
  for (let write = 1; write <= whole.writes; write += 1) {
    const router = new SimulatedRouter(factoryConfiguration, write);
    router.import(setUp);
    router.import(remove);
    expect(router.snapshot(), `failed at write ${write}`).toEqual(untouched);
  }
});

test("[BEY-17] a hosted site's set-up, twice, is removed without a trace", () => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = renderScripts(sampleHostedValues, dialect("7.22"));
  const router = new SimulatedRouter(factoryConfiguration);
  const before = router.snapshot();
  router.import(setUp);
  const once = router.snapshot();
  router.import(setUp);
  expect(router.snapshot()).toEqual(once);
  router.import(remove);
  expect(router.snapshot()).toEqual(before);
});

test("[BEY-17] repair brings back what somebody deleted or changed, and its place above fasttrack", () => {
  const { "setup.rsc": setUp, "repair.rsc": repair } = scriptsOf("7.22");
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
  expect(radius).toHaveLength(2);
});

test("guests' rules and the agent's stand above the router's own, fasttrack among them", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  router.import(scriptsOf("7.22")["setup.rsc"]);
  const comments = router.rows("/ip/firewall/filter").map((row) => row.get("comment") ?? "");
  const fasttrack = comments.indexOf("defconf: fasttrack");
  const lastOfOurs = comments.findLastIndex((comment) => comment.startsWith("karibu:"));
  expect(lastOfOurs).toBeLessThan(comments.indexOf("defconf: drop all not from LAN"));
  expect(fasttrack).toBe(comments.length - 1);
  expect(router.rows("/radius").map((row) => row.get("comment"))).toEqual([
    "karibu:agent-radius",
    "karibu:hub-radius",
    "the owner's",
  ]);
});

test("the rules for one direction never swap: what is accepted stands before what is dropped", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  const { "setup.rsc": setUp } = scriptsOf("7.22");
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

test.each(checkedVersions)("RouterOS %s: removal names every menu in which set-up adds something", (version) => {
  const { "setup.rsc": setUp, "remove.rsc": remove } = scriptsOf(version);
  const added = new Set([...setUp.matchAll(/(\/[a-z0-9/-]+)\/add /g)].map((match) => match[1]));
  const removed = new Set([...remove.matchAll(/(\/[a-z0-9/-]+)\/remove /g)].map((match) => match[1]));
  expect([...added].filter((menu) => !removed.has(menu))).toEqual([]);
});

test("every object that set-up adds carries its tag", () => {
  const bare = scriptsOf("7.22")
    ["setup.rsc"].split("\n")
    .filter((line) => /\/add /.test(line) && !/comment="karibu:|name=karibu-|name=\$/.test(line));
  expect(bare).toEqual([]);
});

test("a script for another version of RouterOS changes nothing", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  const before = router.snapshot();
  expect(router.import(scriptsOf("7.24")["setup.rsc"])).toBe("stopped");
  expect(router.snapshot()).toEqual(before);
});

test("verification changes nothing, finds nothing missing after set-up, and names what is", () => {
  const { "setup.rsc": setUp, "verify.rsc": verify } = scriptsOf("7.22");
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

test("the preflight changes nothing and says what to do", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  const before = router.snapshot();
  expect(router.import(scriptsOf("7.22")["preflight.rsc"])).toBe("done");
  expect(router.snapshot()).toEqual(before);
  expect(router.output.join("\n")).toContain("Enter: /system/device-mode/update mode=advanced container=yes");
});

test("a port that the board lacks is named and left out, and the rest is set up", () => {
  const router = new SimulatedRouter({ ...factoryConfiguration, "/interface": [{ name: "ether3" }] });
  expect(router.import(scriptsOf("7.22")["setup.rsc"])).toBe("done");
  expect(router.output).toContain("karibu: this router has no port wifi1; left out");
  router.import(scriptsOf("7.22")["verify.rsc"]);
  expect(router.output.filter((line) => line.startsWith("MISSING"))).toEqual([
    "MISSING  The guests' ports: guest-port-wifi1. Import setup.rsc again.",
  ]);
});

test("an owner's port goes back to its bridge, with its comment", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  const ports = () =>
    router
      .rows("/interface/bridge/port")
      .map((row) => `${row.get("interface")} ${row.get("bridge")} ${row.get("comment")}`);
  router.import(scriptsOf("7.22")["setup.rsc"]);
  expect(ports()).toContain("ether3 karibu-guest karibu:guest-port-ether3");
  router.import(scriptsOf("7.22")["remove.rsc"]);
  expect(ports()).toEqual(["ether2 bridge defconf", "ether3 bridge defconf"]);
});
