import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSettings } from "@karibu/agent/start/settings";
import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { SimulatedRouter } from "@karibu/lab/routeros-scripting/simulated-router";
import { expect, test } from "vitest";
import { args, checkScript } from "../checker/rsc-check.mjs";
import { checkedVersions, dialectOf } from "./language/version-dialect.ts";
import { renderScripts } from "./render-scripts.ts";
import { agentEnvironment } from "./sections/agent-container.ts";
import { renderVersion, testDialect } from "./test-render.ts";
import { sampleFlashValues, sampleHostedValues, sampleValues } from "./values/sample-values.ts";
import { checkValues, type ScriptValues } from "./values/script-values.ts";

const repository = join(import.meta.dirname, "..", "..");

const findings = (text: string, version: string) => checkScript(text, version, { values: version === "7.22" });

/** A site without hub, tunnel and second RADIUS server. */
const standaloneValues: ScriptValues = {
  ...sampleValues,
  hub: null,
  tunnel: null,
  radius: { ...sampleValues.radius, second: null },
  guests: { ...sampleValues.guests, captiveApiUrl: null, openHosts: [], ports: [] },
};

test.each(checkedVersions)(
  "[BEY-35] RouterOS %s: the command tree has every menu, command and argument of every script",
  (version) => {
    for (const values of [sampleValues, standaloneValues, sampleHostedValues, sampleFlashValues]) {
      for (const [name, text] of Object.entries(renderVersion(version, values))) {
        if (name.endsWith(".rsc")) expect(findings(text, version), name).toEqual([]);
      }
    }
  },
);

test.each(checkedVersions)(
  "RouterOS %s: a container starts on boot and after it ended, and RouterOS or netwatch watches its health",
  (version) => {
    const router = new SimulatedRouter({ ...factoryConfiguration, "/system/resource": [{ version }] });
    router.import(renderVersion(version)["setup.rsc"]);
    const container = router.rows("/container")[0];
    expect(container?.get("start-on-boot")).toBe("yes");
    const known = new Set(args("/container/add", version));
    expect(container?.has("restart-policy") || container?.has("auto-restart-interval")).toBe(
      known.has("restart-policy") || known.has("auto-restart-interval"),
    );
    const watched = router.rows("/tool/netwatch").some((row) => row.get("comment") === "karibu:agent-watch");
    expect(container?.has("stop-on-unhealthy")).toBe(known.has("stop-on-unhealthy"));
    expect(watched).toBe(!known.has("stop-on-unhealthy"));
    expect(router.rows("/system/scheduler").map((row) => row.get("name"))).toEqual([
      "karibu-dead-man",
      "karibu-agent-boot",
      "karibu-agent-minute",
    ]);
  },
);

test("the checker finds errors: a script for 7.24 fails the check for 7.18, and the reverse", () => {
  expect(findings(renderVersion("7.24")["setup.rsc"], "7.18.2")).not.toEqual([]);
  expect(findings(renderVersion("7.18.2")["setup.rsc"], "7.24")).not.toEqual([]);
});

test("the agent accepts the environment of its container", () => {
  for (const values of [sampleValues, standaloneValues]) {
    if (values.agent.place !== "container") throw new Error("the agent is in a container here");
    expect(parseSettings(agentEnvironment(values, values.agent))).not.toHaveProperty("problems");
  }
});

test("[RTR-24] the agent's account has least rights, works only from its address, and the API accepts only this address", () => {
  for (const [values, from] of [
    [sampleValues, "172.31.255.2"],
    [sampleHostedValues, "10.89.0.1"],
  ] as const) {
    const router = new SimulatedRouter(factoryConfiguration);
    router.import(renderVersion("7.22", values)["setup.rsc"]);
    const row = (menu: string, name: string) => router.rows(menu).find((one) => one.get("name") === name);
    expect(row("/user/group", "karibu-agent")?.get("policy")).toBe("api,read,write,test,reboot");
    expect(row("/user", "karibu-agent")?.get("address")).toBe(from);
    expect(row("/ip/service", "api")?.get("address")).toBe(`${from}/32`);
    const open = router.rows("/ip/firewall/filter").filter((one) => one.get("dst-port") === "8728");
    expect(open.map((one) => one.get("src-address"))).toEqual([from]);
  }
});

/** Rules of ours in the forward chain for what comes in there, in their order: what they do, and where to. */
function forwardsFrom(values: typeof sampleValues, inInterface: string): string[] {
  const hotspots = { "/ip/hotspot": [{ name: "hs" }], "/ip/hotspot/profile": [{ name: "hsprof" }] };
  const router = new SimulatedRouter({ ...factoryConfiguration, ...hotspots });
  const outcome = router.import(renderVersion("7.22", values)["setup.rsc"]);
  expect([outcome, router.output.at(-1)]).toEqual(["done", expect.any(String)]);
  const rules = router.rows("/ip/firewall/filter");
  return rules
    .filter((rule) => rule.get("chain") === "forward" && rule.get("in-interface") === inInterface)
    .map((rule) => {
      const words = ["connection-state", "dst-address", "dst-port", "dst-address-list", "out-interface"];
      return [rule.get("action"), ...words.map((word) => rule.get(word))].filter((word) => word).join(" ");
    });
}

test("[RTR-24] what comes by the tunnel goes no further than the router, and its agent reaches no private network but the hub's", () => {
  const known = "accept established,related";
  for (const values of [sampleValues, sampleHostedValues])
    expect(forwardsFrom(values, "karibu-hub")).toEqual([known, "drop"]);
  const drop = "drop karibu-private";
  expect(forwardsFrom(sampleValues, "karibu-agent")).toEqual([known, "accept 10.89.0.0/24 karibu-hub", drop]);
  expect(forwardsFrom(standaloneValues, "karibu-agent")).toEqual([known, drop]);
  const hub = { url: "https://192.168.7.2:8443", enrolToken: "sample-enrol-token" };
  expect(forwardsFrom({ ...standaloneValues, hub }, "karibu-agent")).toEqual([known, "accept 192.168.7.2 8443", drop]);
});

test("guests reach nothing behind the tunnel but the portal, at an adopted hotspot too", () => {
  const adopt = { hotspot: "hs", profile: "hsprof", interface: "bridge-hs", network: "10.5.48.0/22", pool: "hs-pool" };
  const adopted = { ...sampleHostedValues, guests: { ...sampleHostedValues.guests, adopt, ports: [] } };
  const known = "accept established,related";
  const portal = "accept 10.89.0.1 8080";
  expect(forwardsFrom(adopted, "bridge-hs")).toEqual([known, portal, "drop karibu-hub"]);
  expect(forwardsFrom(sampleHostedValues, "karibu-guest")).toEqual([
    known,
    portal,
    "drop karibu-private",
    "drop karibu-hub",
  ]);
});

test("there is no update-image.rsc for a hosted site, or without an image", () => {
  expect(renderVersion("7.22", sampleHostedValues)).not.toHaveProperty(["update-image.rsc"]);
  expect(renderScripts(sampleValues, testDialect("7.22"))).not.toHaveProperty(["update-image.rsc"]);
});

test("[RTR-15] the router creates the private key of the tunnel: no script contains it", () => {
  for (const text of Object.values(renderVersion("7.22"))) expect(text).not.toContain("private-key");
});

test("a router of a hosted site asks the agent through the tunnel and has no container", () => {
  const router = new SimulatedRouter(factoryConfiguration);
  expect(router.import(renderVersion("7.22", sampleHostedValues)["setup.rsc"])).toBe("done");
  const agent = router.rows("/radius").find((row) => row.get("comment") === "karibu:agent-radius");
  expect([agent?.get("address"), agent?.get("src-address")]).toEqual(["10.89.0.1", "10.89.0.2"]);
  expect(router.rows("/container")).toEqual([]);
  expect(renderVersion("7.22", sampleHostedValues)["login.html"]).toContain("http://10.89.0.1:8080/?mac=");
});

test("remove.rsc is the same for every site and contains no secrets", () => {
  const remove = renderVersion("7.22")["remove.rsc"];
  expect(renderVersion("7.22", standaloneValues)["remove.rsc"]).toBe(remove);
  expect(remove).not.toMatch(/sample-/);
});

test("[BEY-23] without a captive API over https there is no DHCP option 114", () => {
  expect(renderVersion("7.22")["setup.rsc"]).toContain("code=114");
  expect(renderVersion("7.22", standaloneValues)["setup.rsc"]).not.toContain("code=114");
});

test("[POR-04] phones' probes are never open without log-in", () => {
  const open = renderVersion("7.22")
    ["setup.rsc"].split("\n")
    .filter((line) => line.includes("walled-garden"));
  expect(open.join("\n")).not.toMatch(/apple|gstatic|google|msft|firefox|miui/);
});

test("set-up and repair go to the router as files, whose size has no limit there; every other script fits what the API takes as one", () => {
  const whole = ["setup.rsc", "repair.rsc"];
  for (const version of checkedVersions) {
    for (const [name, text] of Object.entries(renderVersion(version))) {
      expect(Buffer.byteLength(text), name).toBeLessThan(whole.includes(name) ? 100_000 : 60_000);
    }
  }
});

test("the log-in page is below 2 KB and gives the portal the device, the wanted page and the error", () => {
  const page = renderVersion("7.22")["login.html"];
  expect(Buffer.byteLength(page)).toBeLessThan(2048);
  for (const variable of ["mac-esc", "ip", "link-login-only", "link-orig-esc", "error-orig"]) {
    expect(page).toContain(`$(${variable})`);
  }
  expect(page).toContain('<form action="$(link-login-only)" method="post">');
});

test("newer patch releases use the dialect of the checked release; other versions are refused by name", () => {
  expect(dialectOf("7.24.4")).toMatchObject({ dialect: { checked: "7.24" } });
  expect(dialectOf("7.20.1")).toEqual({ problem: "version: RouterOS 7.20.1 is too old; update it to 7.20.8 or newer" });
  for (const version of ["6.49.21", "7.17.2", "7.25", "7", "", "7.22; x"])
    expect(dialectOf(version)).toHaveProperty("problem");
});

test("[RTR-26] the values in the installer's guide are valid, and it names every supported version", () => {
  const guide = readFileSync(join(repository, "docs", "install-router.md"), "utf8");
  const values = JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(guide)?.[1] ?? "");
  expect(checkValues(values)).toEqual({ values: sampleValues });
  for (const version of checkedVersions) expect(guide).toContain(version);
});

test("[RTR-26] the commands in the installer's guide exist, from 7.19 on", () => {
  const guide = readFileSync(join(repository, "docs", "install-router.md"), "utf8");
  const commands = [...guide.matchAll(/^ *```routeros\n([\s\S]*?)^ *```/gm)].map((match) => match[1] ?? "");
  expect(commands.length).toBeGreaterThan(8);
  for (const version of checkedVersions.slice(1)) expect(checkScript(commands.join("\n"), version)).toEqual([]);
});
