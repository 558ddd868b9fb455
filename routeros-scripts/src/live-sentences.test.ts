/** Everything that the agent can say to a router for the hub's views and actions is in the command trees of all versions. */

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { pingSentence } from "@karibu/agent/router-control/access-points/ping-access-points";
import { changeSentence, planAction } from "@karibu/agent/router-control/action-plans";
import {
  readSentence,
  restoreOrderSentence,
  routerScripts,
  runSentence,
} from "@karibu/agent/router-control/back-ups/back-up-files";
import { connectionSentences } from "@karibu/agent/router-control/count-connections";
import { deadManSentences, removeSentence as removeDeadManRow } from "@karibu/agent/router-control/dead-man";
import { identityOperation, operationOf } from "@karibu/agent/router-control/operations";
import { sampleSentences } from "@karibu/agent/router-control/sample-figures";
import { systemMenus, viewMenus } from "@karibu/agent/router-control/view-columns";
import { menuOfView, printSentence, readVersion, sentencesOf } from "@karibu/agent/router-control/view-sentences";
import { logSentence } from "@karibu/agent/router-control/watch-log";
import {
  logOutStaffSentence,
  removeStaffSentence,
  staffSentence,
} from "@karibu/agent/router-log-ins/end-router-sessions";
import { giveBackSentence, keepSentence, usersSentence } from "@karibu/agent/takeover/kept-users";
import { activeSentence } from "@karibu/agent/takeover/old-sessions";
import { switchSentences } from "@karibu/agent/takeover/switch-sentences";
import { type RouterAction, routerActionSchema } from "@karibu/protocol/router/router-actions";
import { oldSystemViews, routerViews } from "@karibu/protocol/router/router-views";
import { describe, expect, test } from "vitest";
import { args, checkApi } from "../checker/rsc-check.mjs";
import { checkedVersions } from "./language/version-dialect.ts";
import { backUpScripts } from "./sections/router-back-ups.ts";

/** A name that somebody gave to break out of a sentence. */
const hostile = '=remove=*1 "; /system/reboot';
const row = { id: "*A", was: hostile };
const mac = "AA:BB:CC:DD:EE:01";
const user = {
  profile: "default",
  server: "all",
  macAddress: mac,
  limitUptimeSeconds: 3600,
  limitBytesTotal: 1_000_000,
  comment: hostile,
  disabled: false,
};
const profile = {
  rateLimit: "1M/2M",
  sharedUsers: 2,
  sessionTimeoutSeconds: 0,
  idleTimeoutSeconds: 0,
  keepaliveTimeoutSeconds: 60,
};

/** One of each kind with every field. */
const actions: readonly RouterAction[] = [
  { kind: "reboot" },
  { kind: "set-identity", identity: hostile },
  { kind: "repair-drift", finding: hostile },
  { kind: "upgrade-router", channel: "stable", version: "7.24.2" },
  { kind: "set-interface", ...row, disabled: true, comment: hostile, mtu: 1400 },
  { kind: "switch-service", service: "hotspot", enabled: false },
  { kind: "switch-service", service: "pppoe", enabled: true },
  { kind: "add-hotspot-user", name: hostile, password: "p", ...user },
  { kind: "set-hotspot-user", ...row, password: "p", ...user },
  { kind: "remove-hotspot-user", ...row },
  { kind: "reset-hotspot-user-counters", ...row },
  { kind: "add-user-profile", name: hostile, ...profile },
  { kind: "set-user-profile", ...row, ...profile },
  { kind: "remove-user-profile", ...row },
  { kind: "remove-host", ...row },
  { kind: "remove-cookie", ...row },
  { kind: "add-ip-binding", macAddress: mac, type: "bypassed", comment: hostile },
  { kind: "remove-ip-binding", ...row },
  { kind: "add-walled-garden-host", host: hostile, action: "allow", comment: hostile },
  { kind: "remove-walled-garden-host", ...row },
  { kind: "add-walled-garden-address", address: "192.0.2.1", comment: hostile },
  { kind: "remove-walled-garden-address", ...row },
  { kind: "make-lease-static", ...row },
  { kind: "set-lease", ...row, comment: hostile, blocked: true },
  { kind: "remove-lease", ...row },
  { kind: "remove-ppp-session", ...row },
  { kind: "remove-wifi-client", ...row, driver: "wifi" },
  { kind: "remove-wifi-client", ...row, driver: "wireless" },
  {
    kind: "import-settings",
    settings: [
      { kind: "add-user-profile", name: hostile, ...profile },
      { kind: "set-user-profile", ...row, ...profile },
      { kind: "add-ip-binding", macAddress: mac, type: "bypassed", comment: hostile },
      { kind: "add-walled-garden-host", host: hostile, action: "allow", comment: hostile },
      { kind: "add-walled-garden-address", address: "192.0.2.1", comment: hostile },
    ],
  },
];

/** What an action says: reads before and after, and the change itself. */
async function sentencesOfAction(action: RouterAction): Promise<string[][]> {
  const said: string[][] = [];
  const operation = operationOf(planAction(action));
  const ask = async (words: readonly string[]) => {
    said.push([...words]);
    return [{ ".id": "*A", name: hostile, "mac-address": hostile, disabled: String(action.kind !== "switch-service") }];
  };
  await operation.refuses(ask);
  said.push(...operation.sentences().map((words) => [...words]));
  await operation.readBack(ask, "*B");
  return said;
}

const interfaces = [
  { ".id": "*1", name: "ether1" },
  { ".id": "*2", name: "a,b" },
];
const user1 = { ".id": "*A", name: hostile, comment: hostile };
const fixed: readonly (readonly string[])[] = [
  ...sampleSentences,
  ...Object.values(connectionSentences),
  logSentence,
  pingSentence("192.168.88.2"),
  activeSentence,
  usersSentence,
  keepSentence(user1),
  giveBackSentence(user1),
  ...switchSentences("*A", hostile),
  deadManSentences.find,
  deadManSentences.rows,
  ...deadManSentences.arm,
  removeDeadManRow("*A"),
  ["/safe-mode/take", "=on-error=abort"],
  ["/safe-mode/release"],
  ["/safe-mode/unroll"],
  ["/system/reboot"],
  ...identityOperation(hostile).sentences(),
  ...[routerScripts.binary.script, routerScripts.export.script, routerScripts.clear, routerScripts.restore].map(
    runSentence,
  ),
  readSentence(routerScripts.binary.file, 0),
  restoreOrderSentence("a".repeat(32), "b".repeat(128)),
];
/** Only boards have it, and the trees are of a CHR. */
const boardOnly = "/system/routerboard/print";

test("[RTR-24] the agent knows the scripts and files of back-ups by the names that set-up gives them", () => {
  const { save, export: exported, clear, restore } = backUpScripts;
  expect(routerScripts.binary).toEqual({ script: save.name, file: save.file, done: save.done });
  expect(routerScripts.export).toEqual({ script: exported.name, file: exported.file, done: exported.done });
  expect([routerScripts.clear, routerScripts.restore]).toEqual([clear.name, restore.name]);
  expect(restoreOrderSentence("t", "m")).toContain(`=list=${restore.orders}`);
});

test("every kind of action is here", () => {
  const kinds = routerActionSchema.def.options.map((option) => [...option.def.shape.kind.def.values][0]);
  expect([...new Set(actions.map(({ kind }) => kind))]).toEqual(kinds);
  for (const action of actions) expect(routerActionSchema.safeParse(action).success, action.kind).toBe(true);
});

describe.each(checkedVersions)("RouterOS %s", (version) => {
  test("[RTR-07] [RTR-20] every sentence of the views and the actions is in its command tree", async () => {
    const views = [...routerViews, ...oldSystemViews].flatMap((view) =>
      sentencesOf(view, interfaces, readVersion(version)),
    );
    const system = systemMenus.map(({ menu }) => [`${menu}/print`]).filter(([command]) => command !== boardOnly);
    const orders = (await Promise.all(actions.map(sentencesOfAction))).flat();
    for (const words of [...views, ...system, ...fixed, ...orders]) {
      expect(checkApi(words, version), words.join(" ")).toEqual([]);
      const hasProplist = words.some((word) => word.startsWith("=.proplist="));
      if (hasProplist) expect(args(words[0] ?? "", version), words[0]).toContain("proplist");
    }
    // The checker would have seen it.
    expect(checkApi(["/ip/hotspot/user/set", "=.id=*A", "=pasword=p"], version)).not.toEqual([]);
    expect(checkApi([boardOnly], version)).not.toEqual([]);
  });
});

test.each(checkedVersions)(
  "[TEN-13] RouterOS %s closes a person's log-in by the one word that it has for that",
  (version) => {
    const is720 = Number(version.split(".")[1]) >= 20;
    const ends = is720 ? removeStaffSentence("*1") : logOutStaffSentence("*1");
    const other = is720 ? logOutStaffSentence("*1") : removeStaffSentence("*1");
    for (const words of [staffSentence, ends]) expect(checkApi(words, version), words[0]).toEqual([]);
    expect(checkApi(other, version)).not.toEqual([]);
  },
);

test("[RTR-20] an id comes once in a change, its name never: what a row is called can't say which row it is", async () => {
  for (const action of actions) {
    const plan = planAction(action);
    if (!("view" in plan) || plan.kind === "switch") continue;
    const words = changeSentence(plan);
    expect(words.filter((word) => /^=(\.id|numbers)=/.test(word))).toEqual(plan.id === null ? [] : [`=${plan.by}=*A`]);
    expect(words.slice(1).every((word) => word.startsWith("="))).toBe(true);
    expect(words[0]).toMatch(/^(\/[a-z0-9-]+)+$/);
    expect(printSentence(menuOfView(plan.view))[0]).toMatch(/\/print$/);
  }
});

test("the columns are RouterOS' own, and none of them is a secret", () => {
  const file = new URL("../checker/schema/values-7.22.3.json.gz", import.meta.url);
  const { menus: known } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { menus: Record<string, object> };
  const menus = Object.values(viewMenus).flat();
  const strange = menus.flatMap(({ menu, columns }) => {
    const names = known[menu];
    return names === undefined
      ? []
      : columns.filter((name) => name !== ".id" && !(name in names)).map((name) => `${menu} ${name}`);
  });
  expect(strange).toEqual([]);
  const all = [
    ...menus.flatMap(({ columns }) => columns),
    ...systemMenus.flatMap(({ columns }) => Object.keys(columns)),
  ];
  const secrets = all.filter((name) =>
    /^(password|passphrase|.*secret.*|.*-key|contents|source|script|t?otp.*|.*community.*|on-.*)$/.test(name),
  );
  expect(secrets).toEqual([]);
});
