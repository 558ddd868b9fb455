import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSettings } from "@karibu/agent/start/settings";
import { expect, test } from "vitest";
import { args, checkScript } from "../checker/rsc-check.mjs";
import { factory } from "./paper-router/factory.ts";
import { PaperRouter } from "./paper-router/router.ts";
import { renderScripts } from "./render-scripts.ts";
import { sampleHostedValues, sampleImage, sampleValues } from "./sample-values.ts";
import { checkValues, type ScriptValues } from "./script-values.ts";
import { agentEnvironment } from "./sections/agent-container.ts";
import { checkedVersions, dialectOf } from "./version-dialect.ts";

const golden = join(import.meta.dirname, "..", "golden");
const repository = join(import.meta.dirname, "..", "..");

function render(version: string, values: ScriptValues = sampleValues) {
  const spoken = dialectOf(version);
  if ("problem" in spoken) throw new Error(spoken.problem);
  return renderScripts(values, spoken.dialect, sampleImage);
}
const findings = (text: string, version: string) => checkScript(text, version, { values: version === "7.22" });

const alone: ScriptValues = {
  ...sampleValues,
  hub: null,
  tunnel: null,
  radius: { ...sampleValues.radius, second: null },
  guests: { ...sampleValues.guests, captiveApiUrl: null, openHosts: [], ports: [] },
};

test.each(checkedVersions)(
  "RouterOS %s: the command tree knows every menu, command and argument of every script",
  (version) => {
    for (const values of [sampleValues, alone]) {
      for (const [name, text] of Object.entries(render(version, values))) {
        if (name.endsWith(".rsc")) expect(findings(text, version), name).toEqual([]);
      }
    }
  },
);

test.each(checkedVersions)(
  "RouterOS %s: the scripts are the golden ones (`npx vitest -u` after a wanted change)",
  async (version) => {
    const { "repair.rsc": repair, ...scripts } = render(version);
    const withoutWords = (text: string) => text.split("\n").slice(2, -2);
    expect(withoutWords(repair)).toEqual(withoutWords(scripts["setup.rsc"]));
    for (const [name, text] of Object.entries(scripts)) {
      await expect(text).toMatchFileSnapshot(join(golden, version, name.replace(/html$/, "html.txt")));
    }
  },
);

test.each(checkedVersions)(
  "RouterOS %s: a container starts on boot, again after its end, and where it may be watched, is",
  (version) => {
    const router = new PaperRouter({ ...factory, "/system/resource": [{ version }] });
    router.import(render(version)["setup.rsc"]);
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
      "karibu-agent-boot",
      "karibu-agent-minute",
    ]);
  },
);

test("the check is not blind: a script of 7.24 does not pass for 7.18, nor one of 7.18 for 7.24", () => {
  expect(findings(render("7.24")["setup.rsc"], "7.18.2")).not.toEqual([]);
  expect(findings(render("7.18.2")["setup.rsc"], "7.24")).not.toEqual([]);
});

test("what the container is told are settings that the agent knows and accepts", () => {
  for (const values of [sampleValues, alone]) {
    if (values.agent.place !== "container") throw new Error("the agent is in a container here");
    expect(parseSettings(agentEnvironment(values, values.agent))).not.toHaveProperty("problems");
  }
});

test("[RTR-24] the agent's account has least rights, from its own address alone, and the API listens to it alone", () => {
  for (const [values, from] of [
    [sampleValues, "172.31.255.2"],
    [sampleHostedValues, "10.90.0.1"],
  ] as const) {
    const router = new PaperRouter(factory);
    router.import(render("7.22", values)["setup.rsc"]);
    const row = (menu: string, name: string) => router.rows(menu).find((one) => one.get("name") === name);
    expect(row("/user/group", "karibu-agent")?.get("policy")).toBe("api,read,write,test,reboot");
    expect(row("/user", "karibu-agent")?.get("address")).toBe(from);
    expect(row("/ip/service", "api")?.get("address")).toBe(`${from}/32`);
    const open = router.rows("/ip/firewall/filter").filter((one) => one.get("dst-port") === "8728");
    expect(open.map((one) => one.get("src-address"))).toEqual([from]);
  }
});

test("a router without a container has no image to update, and without an image there is no script for it", () => {
  expect(render("7.22", sampleHostedValues)).not.toHaveProperty(["update-image.rsc"]);
  const spoken = dialectOf("7.22");
  expect("dialect" in spoken && renderScripts(sampleValues, spoken.dialect)).not.toHaveProperty(["update-image.rsc"]);
});

test("[RTR-15] the tunnel's private key is made by the router and is in no script", () => {
  for (const text of Object.values(render("7.22"))) expect(text).not.toContain("private-key");
});

test("a hosted site asks the agent through the tunnel and has nothing of a container", () => {
  const router = new PaperRouter(factory);
  expect(router.import(render("7.22", sampleHostedValues)["setup.rsc"])).toBe("done");
  const agent = router.rows("/radius").find((row) => row.get("comment") === "karibu:agent-radius");
  expect([agent?.get("address"), agent?.get("src-address")]).toEqual(["10.90.0.1", "10.90.0.2"]);
  expect(router.rows("/container")).toEqual([]);
  expect(render("7.22", sampleHostedValues)["login.html"]).toContain("http://10.90.0.1:8080/?mac=");
});

test("removal is the same for every site and holds none of its secrets", () => {
  const remove = render("7.22")["remove.rsc"];
  expect(render("7.22", alone)["remove.rsc"]).toBe(remove);
  expect(remove).not.toMatch(/sample-/);
});

test("[BEY-23] without a captive API over https there is no DHCP option 114", () => {
  expect(render("7.22")["setup.rsc"]).toContain("code=114");
  expect(render("7.22", alone)["setup.rsc"]).not.toContain("code=114");
});

test("[POR-04] phones' probes are never open without log-in", () => {
  const open = render("7.22")
    ["setup.rsc"].split("\n")
    .filter((line) => line.includes("walled-garden"));
  expect(open.join("\n")).not.toMatch(/apple|gstatic|google|msft|firefox|miui/);
});

test("no script is larger than what the router's API takes for one file", () => {
  for (const version of checkedVersions) {
    for (const [name, text] of Object.entries(render(version))) {
      expect(Buffer.byteLength(text), name).toBeLessThan(60_000);
    }
  }
});

test("the log-in page is below 2 KB and hands over with who, whereto and what went wrong", () => {
  const page = render("7.22")["login.html"];
  expect(Buffer.byteLength(page)).toBeLessThan(2048);
  for (const variable of ["mac-esc", "ip", "link-login-only", "link-orig-esc", "error-orig"]) {
    expect(page).toContain(`$(${variable})`);
  }
  expect(page).toContain('<form action="$(link-login-only)" method="post">');
});

test("version: patch releases speak like the checked one; others are refused by name", () => {
  expect(dialectOf("7.24.4")).toMatchObject({ dialect: { checked: "7.24" } });
  expect(dialectOf("7.20.1")).toEqual({ problem: "version: RouterOS 7.20.1 is too old; update it to 7.20.8 or newer" });
  for (const version of ["6.49.21", "7.17.2", "7.25", "7", "", "7.22; x"])
    expect(dialectOf(version)).toHaveProperty("problem");
});

test("[RTR-26] the values that the installer's guide shows are good ones, and the versions that it names are those", () => {
  const guide = readFileSync(join(repository, "docs", "install-router.md"), "utf8");
  const shown = JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(guide)?.[1] ?? "");
  expect(checkValues(shown)).toEqual({ values: sampleValues });
  for (const version of checkedVersions) expect(guide).toContain(version);
});

test("[RTR-26] the installer's guide names commands that exist, from 7.19 on", () => {
  const guide = readFileSync(join(repository, "docs", "install-router.md"), "utf8");
  const commands = [...guide.matchAll(/^ *```routeros\n([\s\S]*?)^ *```/gm)].map((match) => match[1] ?? "");
  expect(commands.length).toBeGreaterThan(8);
  for (const version of checkedVersions.slice(1)) expect(checkScript(commands.join("\n"), version)).toEqual([]);
});
