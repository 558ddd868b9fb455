import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { type PingFigures, probeByIcmp } from "@karibu/lab/routeros-scripting/icmp-netwatch";
import { SimulatedRouter } from "@karibu/lab/routeros-scripting/simulated-router";
import { expect, test } from "vitest";
import { checkedVersions } from "../language/version-dialect.ts";
import { renderVersion } from "../test-render.ts";

const satellite: PingFigures = { averageMs: 700, maxMs: 2500, jitterMs: 1900, deviationMs: 600, lossPercent: 30 };
const slow: PingFigures = { averageMs: 300, maxMs: 320, jitterMs: 40, deviationMs: 10, lossPercent: 0 };
const cut: PingFigures = { averageMs: 0, maxMs: 0, jitterMs: 0, deviationMs: 0, lossPercent: 100 };

test.each(checkedVersions)(
  "RouterOS %s: a slow line is no line that is down: phones' probes are answered by the router only while no ping comes back",
  (version) => {
    const router = new SimulatedRouter({ ...factoryConfiguration, "/system/resource": [{ version }] });
    router.import(renderVersion(version)["setup.rsc"]);
    const answered = () =>
      router
        .rows("/ip/dns/static")
        .filter((row) => row.get("comment")?.startsWith("karibu:probe-"))
        .map((row) => row.get("disabled"));
    const [some = ""] = answered();
    expect(some).toBe("yes");
    for (const figures of [slow, satellite]) {
      probeByIcmp(router, figures);
      expect(new Set(answered())).toEqual(new Set(["yes"]));
    }
    probeByIcmp(router, cut);
    expect(new Set(answered())).toEqual(new Set(["no"]));
    probeByIcmp(router, satellite);
    expect(new Set(answered())).toEqual(new Set(["yes"]));
  },
);

test("every watch by ICMP says each threshold and its delay, when it is added and when it is set", () => {
  const lines = renderVersion("7.24")
    ["setup.rsc"].split("\n")
    .filter((line) => /\/tool\/netwatch\/(add|set) .*type=icmp/.test(line));
  expect(lines).toHaveLength(2);
  const said = [
    "thr-avg",
    "thr-max",
    "thr-jitter",
    "thr-stdev",
    "thr-loss-percent",
    "packet-interval",
    "startup-delay",
  ];
  for (const line of lines) expect(said.filter((name) => !line.includes(` ${name}=`))).toEqual([]);
});
