/** The desired state against what the agent takes of it, and every sentence of comparing and repairing against the command trees. */
import type { RouterRow } from "@karibu/agent/ground/live-router";
import { installSentence, upgradeOperation } from "@karibu/agent/router-control/upgrade-operation";
import { compareRouter } from "@karibu/agent/router-drift/compare-router";
import { judgeDesired } from "@karibu/agent/router-drift/judge-desired";
import { tableSentences } from "@karibu/agent/router-drift/read-tables";
import { repairPlan } from "@karibu/agent/router-drift/repair-plan";
import { upkeepSentences, uplinkSentences } from "@karibu/agent/routeros/inspect-upkeep";
import { desiredRouterSchema, wholeDesired } from "@karibu/protocol/router/desired-router";
import { describe, expect, test } from "vitest";
import { checkApi } from "../../checker/rsc-check.mjs";
import { checkedVersions } from "../language/version-dialect.ts";
import { setUpSections } from "../sections/set-up-sections.ts";
import { testDialect } from "../test-render.ts";
import { sampleHostedValues, sampleServices, sampleServiceValues, sampleValues } from "../values/sample-values.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { desiredState } from "./desired-state.ts";

const hostile = '=remove=*1 "; /system/reboot';
const adopted: ScriptValues = {
  ...sampleValues,
  guests: {
    ...sampleValues.guests,
    ports: [],
    adopt: { hotspot: "hs", profile: hostile, interface: "bridge", network: sampleValues.guests.network, pool: "p" },
  },
};
const kinds = {
  container: sampleValues,
  hosted: sampleHostedValues,
  adopted,
  serviced: sampleServiceValues,
  "two routers": {
    ...sampleServiceValues,
    furtherRouters: [
      { address: "192.168.88.2", agentRouterAddress: "192.168.88.1", radiusSecret: "secret-of-the-second" },
    ],
  },
  "small and serviced": { ...sampleServiceValues, services: { ...sampleServices, hasSmallMemory: true } },
} satisfies Record<string, ScriptValues>;

describe.each(checkedVersions)("RouterOS %s", (version) => {
  test.each(Object.entries(kinds))("[BEY-17] the agent takes all that the hub makes of a %s site", (_, values) => {
    const desired = desiredState(values, testDialect(version));
    expect(desiredRouterSchema.safeParse(desired).success).toBe(true);
    expect(judgeDesired(desired).objects).toEqual(wholeDesired(desired).objects);
  });

  test("[BEY-17] the row that keeps the key of the back-ups is off, and that is no difference", () => {
    const desired = desiredState(kinds.container, testDialect(version));
    const row = desired.objects.find(({ id }) => id === "back-up-key");
    expect(row).toMatchObject({ menu: "/radius", isOn: false });
    const tables = new Map([
      ["/radius", [{ ".id": "*1", comment: "karibu:back-up-key", disabled: "true", ...row?.is }]],
    ]);
    const told = compareRouter(desired, tables).filter(({ object }) => object === row);
    expect(told).toEqual([]);
  });

  test.each(Object.entries(kinds))(
    "[BEY-17] every sentence that compares or repairs a %s site is in its command tree",
    (_, values) => {
      const desired = wholeDesired(desiredState(values, testDialect(version)));
      const menus = [...new Set(desired.objects.map(({ menu }) => menu))];
      const said = menus.flatMap((menu) =>
        tableSentences(
          menu,
          desired.objects.filter((object) => object.menu === menu),
        ),
      );
      const tables = {
        empty: (): RouterRow[] => [],
        off: (menu: string): RouterRow[] =>
          desired.objects
            .filter((object) => object.menu === menu)
            .map(({ column, value }) => ({
              ".id": "*A",
              disabled: "true",
              ...(column === "" ? {} : { [column]: value }),
            })),
        changed: (menu: string): RouterRow[] => [
          { ".id": "*F", comment: hostile, action: "drop" },
          ...tables.off(menu).map((row) => ({ ...row, disabled: "false" })),
        ],
      };
      for (const rowsOf of Object.values(tables)) {
        const read = new Map(menus.map((menu) => [menu, rowsOf(menu)]));
        for (const difference of compareRouter(desired, read))
          said.push(...(repairPlan(difference, desired, read, () => ["=secret=s"])?.sentences ?? []));
      }
      expect(said.length).toBeGreaterThan(100);
      for (const words of said) {
        // The trees are of a machine without Wi-Fi of the old driver.
        expect(checkApi(words, version), words.join(" ")).toEqual([]);
        expect(words.slice(1).every((word) => /^[=?]/.test(word))).toBe(true);
        expect(words[0]).not.toMatch(
          /^\/(user|system\/script|system\/scheduler|container|import|tool\/fetch)\b.*\/(add|set|remove|run)/,
        );
      }
    },
  );

  test("[BEY-16] [RTR-30] every sentence of the router's care and of an upgrade is in its command tree", async () => {
    const said: (readonly string[])[] = [
      ...Object.values(upkeepSentences(hostile)),
      ...Object.values(uplinkSentences(hostile)),
    ];
    const upgrade = upgradeOperation({ channel: "stable", version: "7.24.2" });
    await upgrade.refuses(async (words) => {
      said.push(words);
      return [{ "latest-version": "7.24.2" }];
    });
    said.push(...upgrade.sentences(), installSentence);
    expect(said.map(([command]) => command)).toContain("/system/package/update/download");
    for (const words of said) {
      if (words[0]?.startsWith("/system/routerboard/") === true) continue; // boards alone have it
      expect(checkApi(words, version), words.join(" ")).toEqual([]);
    }
  });
});

test("[BEY-17] no secret leaves the hub with the desired state", () => {
  const text = JSON.stringify(desiredState(sampleValues, testDialect("7.22")));
  for (const secret of ["sample-radius-secret", "sample-api-password", "sample-enrol-token", "sample-second-secret"])
    expect(text).not.toContain(secret);
  expect(text.length).toBeLessThan(24_000);
});

test("[BEY-17] every object that set-up makes is in it, but for the container's own", () => {
  const desired = desiredState(sampleValues, testDialect("7.22"));
  const tags = setUpSections(sampleValues, testDialect("7.22"))
    .flatMap(({ steps }) => steps)
    .flatMap((step) =>
      step.kind === "object" && !step.menu.startsWith("/container") ? [`${step.menu} ${step.tag}`] : [],
    );
  const made = new Set(desired.objects.map(({ menu, id }) => `${menu} ${id}`));
  expect(tags.filter((tag) => !made.has(tag))).toEqual([]);
});

/** The rows of our scripts as the router shows them, from the very steps. */
function scriptRows(menu: string, text: string) {
  return setUpSections(sampleValues, testDialect("7.22"))
    .flatMap(({ steps }) => steps)
    .flatMap((step, index): RouterRow[] => {
      if (step.kind !== "object" || step.menu !== menu) return [];
      const {
        policy,
        interval,
        "start-time": startTime,
        "dont-require-permissions": free,
        [text]: source,
      } = step.properties;
      const isSet = (value: unknown) => value !== undefined;
      return [
        {
          ".id": `*${index}`,
          comment: `karibu:${step.tag}`,
          owner: "admin",
          disabled: "false",
          // In its own order, with its own ends of lines.
          policy: [...((policy ?? []) as string[])].reverse().join(","),
          ...(isSet(free) ? { "dont-require-permissions": "true" } : {}),
          ...(isSet(interval) ? { interval: String(interval) } : {}),
          ...(isSet(startTime) ? { "start-time": String(startTime) } : {}),
          [text]: String(source).replaceAll("\n", "\r\n"),
        },
      ];
    });
}

test("[BEY-17] a script or a schedule of ours whose text, rights, time or owner was changed is told, and a person mends it", () => {
  const desired = judgeDesired(desiredState(sampleValues, testDialect("7.22")));
  const own = new Map([
    ["/system/script", scriptRows("/system/script", "source")],
    ["/system/scheduler", scriptRows("/system/scheduler", "on-event")],
  ]);
  expect(own.get("/system/script")?.length).toBeGreaterThan(4);
  expect(compareRouter(desired, own)).toEqual([]);
  const changed = (menu: string, tag: string, to: RouterRow) => {
    const tables = new Map(own);
    tables.set(
      menu,
      (own.get(menu) ?? []).map((row) => (row.comment === `karibu:${tag}` ? { ...row, ...to } : row)),
    );
    return { tables, found: compareRouter(desired, tables) };
  };
  for (const [menu, tag, column, value] of [
    ["/system/script", "agent-start", "source", "/user/add name=ops group=full"],
    ["/system/script", "back-up-save", "policy", "read,write,policy,test,sensitive,ftp,reboot,password"],
    ["/system/script", "agent-start", "owner", "ops"],
    ["/system/scheduler", "agent-minute", "on-event", "/system/script/run other"],
    ["/system/scheduler", "agent-minute", "interval", "1d"],
  ] as const) {
    const { tables, found } = changed(menu, tag, { [column]: value });
    expect(found, column).toMatchObject([
      { key: `drift:${menu}:${tag}:changed`, kind: "changed", columns: [{ column }] },
    ]);
    for (const each of found) expect(repairPlan(each, desired, tables)).toBeNull();
  }
  // A router that does not show texts to its agent is not judged by them.
  expect(changed("/system/script", "agent-start", { source: "" }).found).toEqual([]);
});

test("[BEY-17] [RTR-19] a part beside the hotspot that nobody imported yet is one difference; once it is there, each of its objects counts", () => {
  const desired = judgeDesired(desiredState(sampleServiceValues, testDialect("7.22")));
  const ofServices = { ...desired, objects: desired.objects.filter(({ service }) => service !== undefined) };
  const menus = [...new Set(ofServices.objects.map(({ menu }) => menu))];
  const none = new Map(
    menus.map((menu): [string, RouterRow[]] => [menu, menu === "/ppp/aaa" || menu === "/snmp" ? [{}] : []]),
  );
  const told = compareRouter(ofServices, none).filter(({ kind }) => kind === "missing");
  expect(told.map(({ key }) => key)).toEqual(
    ["pppoe", "snmp", "logging", "fairUplink", "sharing", "staff"].map((each) => `drift:services:${each}:missing`),
  );
  for (const each of told) expect(repairPlan(each, ofServices, none)).toBeNull();
  const rule = ofServices.objects.find(({ id }) => id === "no-sharing");
  const mangle = [{ ".id": "*1", comment: "karibu:no-sharing", disabled: "true", ...rule?.is }];
  const some = compareRouter(ofServices, new Map([...none, ["/ip/firewall/mangle", mangle]]));
  expect(some.map(({ key }) => key)).toContain("drift:/ip/firewall/mangle:no-sharing:disabled");
  expect(some.map(({ key }) => key)).not.toContain("drift:services:sharing:missing");
});
