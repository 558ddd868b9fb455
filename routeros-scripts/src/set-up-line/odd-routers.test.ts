/** Routers as installers meet them in towns: lines that dial, VLANs, hundreds of customers, names that nobody would choose twice. */

import { homeRouter, liveHotspot, smallRouter } from "@karibu/lab/routeros-scripting/board-configurations";
import type { ConfigurationRows } from "@karibu/lab/routeros-scripting/configuration";
import { type BoardHardware, NewBoard } from "@karibu/lab/routeros-scripting/new-board";
import { ScriptError } from "@karibu/lab/routeros-scripting/result";
import { isLongRun } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { renderScripts } from "../render-scripts.ts";
import { testDialect } from "../test-render.ts";
import { sampleValues } from "../values/sample-values.ts";
import { containerChoices, hostedChoices, TestHub } from "./test-hub.ts";
import { installersPorts, uplinkPorts } from "./values-for.ts";

type Rows = ConfigurationRows[string];
const removeScript = renderScripts(sampleValues, testDialect("7.22"))["remove.rsc"];

function withRows(board: ConfigurationRows, more: Readonly<Record<string, Rows>>): ConfigurationRows {
  const menus = Object.entries(more).map(([menu, rows]) => [menu, [...(board[menu] ?? []), ...rows]]);
  return { ...board, ...Object.fromEntries(menus) };
}

/** The configuration without what changes by itself. */
function tree({ router }: NewBoard) {
  const { "/system/clock": _clock, ...menus } = router.snapshot();
  const lasting = (row: string) => row.replace(/ ?(run-count|minutes-left)=\d+/, "");
  return Object.fromEntries(Object.entries(menus).map(([menu, rows]) => [menu, rows.map(lasting)]));
}

/** What its first stage tells; nobody chooses. */
function factsOf(configuration: ConfigurationRows) {
  const hub = new TestHub();
  hub.choose = () => null;
  const board = new NewBoard(configuration, { web: hub.web });
  board.paste(hub.line);
  const [facts] = hub.facts;
  if (facts === undefined) throw new Error(board.router.output.join("\n"));
  return facts;
}

test("[RTR-14] the line to the internet dials through a VLAN: its cable is no guests' port, though no route names it; nor is a second line that is down", () => {
  const dialling = withRows(
    { ...homeRouter(), "/ip/route": [{ "dst-address": "0.0.0.0/0", gateway: "pppoe-out1", disabled: "no" }] },
    {
      "/interface": [
        { name: "vlan 35", type: "vlan", running: "true" },
        { name: "pppoe-out1", type: "pppoe-out", running: "true" },
        { name: "ether6", type: "ether", running: "false" },
        { name: "ether7", type: "ether", running: "true" },
        { name: "bond1", type: "bond", running: "true" },
      ],
      "/interface/vlan": [{ name: "vlan 35", interface: "ether1", "vlan-id": "35" }],
      "/interface/pppoe-client": [{ name: "pppoe-out1", interface: "vlan 35", disabled: "no" }],
      "/interface/bonding": [{ name: "bond1", slaves: "ether7" }],
      "/ip/dhcp-client": [
        { interface: "ether6", disabled: "no" },
        { interface: "ether4", disabled: "yes" },
      ],
    },
  );
  const facts = factsOf(dialling);
  expect(facts.carriers).toEqual([
    { name: "vlan 35", port: "ether1" },
    { name: "pppoe-out1", port: "vlan 35" },
    { name: "bond1", port: "ether7" },
  ]);
  expect(uplinkPorts(facts).toSorted()).toEqual(["ether1", "ether6", "pppoe-out1", "vlan 35"]);
});

test("[RTR-14] the installer's VLAN ends when its port moves: that port counts as his", () => {
  const facts = factsOf(
    withRows(
      { ...homeRouter(), "/interface/bridge/host": [] },
      {
        "/interface": [{ name: "office", type: "vlan", running: "true" }],
        "/interface/vlan": [{ name: "office", interface: "ether5", "vlan-id": "9" }],
        "/ip/arp": [{ address: "192.168.88.250", "mac-address": "02:00:00:00:00:05", interface: "office" }],
      },
    ),
  );
  expect([...installersPorts(facts)]).toEqual(expect.arrayContaining(["office", "ether5"]));
});

test("[RTR-14] hundreds of customers who dialled in hide neither the ports nor the way to the internet", () => {
  const many = Array.from({ length: 300 }, (_, index) => ({
    name: `<pppoe-c${index}>`,
    at: `10.9.${index >> 8}.${index & 255}`,
  }));
  const board = homeRouter();
  const facts = factsOf({
    ...board,
    "/interface": [
      ...many.map(({ name }) => ({ name, type: "pppoe-in", running: "true" })),
      ...(board["/interface"] ?? []),
    ],
    "/ip/address": [
      ...many.map(({ name }) => ({ address: "10.9.0.1/32", network: "10.9.0.1", interface: name, disabled: "no" })),
      ...(board["/ip/address"] ?? []),
    ],
    "/ip/route": [
      ...many.map(({ name, at }) => ({ "dst-address": `${at}/32`, gateway: name, disabled: "no" })),
      ...(board["/ip/route"] ?? []),
    ],
  });
  expect(facts.interfaces.map(({ name }) => name)).toContain("ether5");
  expect(uplinkPorts(facts)).toContain("ether1");
  expect([facts.addresses.length, facts.routes.length]).toEqual([18, 57]);
});

test("[RTR-14] a hotspot that is switched off is none: adopted, it would ask nobody to pay, and the set-up would be called well", () => {
  const board = liveHotspot({ identity: "Old" });
  const [running] = board["/ip/hotspot"] ?? [];
  const off = { ...running, name: "old", interface: "ether4", disabled: "yes" };
  expect(factsOf({ ...board, "/ip/hotspot": [off, { ...running }] }).hotspots.map(({ name }) => name)).toEqual([
    "hotspot1",
  ]);
  expect(factsOf({ ...board, "/ip/hotspot": [off] }).hotspots).toEqual([]);
});

test("[RTR-14] guests whom the wizard's rule masquerades everywhere keep their addresses on their way to the portal", () => {
  const rows = {
    "/ip/firewall/nat": [{ chain: "srcnat", action: "masquerade", comment: "masquerade hotspot network" }],
  };
  const hub = new TestHub();
  hub.choose = () => ({ ...containerChoices(), adoptHotspot: "hotspot1", guestPorts: [], ssid: null });
  const board = new NewBoard(withRows(liveHotspot({ identity: "Town" }), rows), { web: hub.web });
  board.paste(hub.line);
  expect(hub.steps.at(-1)).toBe("verified done");
  const nat = board.router.rows("/ip/firewall/nat");
  const [portal, wizards] = ["karibu:guest-portal-nat", "masquerade hotspot network"].map((comment) =>
    nat.findIndex((row) => row.get("comment") === comment),
  );
  expect(Object.fromEntries(nat[portal ?? -1] ?? [])).toMatchObject({ action: "accept", "dst-port": "80" });
  expect(portal).toBeLessThan(wizards ?? -1);
});

/** Each a text that somebody could type into Winbox. */
const hostile = [
  `"quoted"; /system/reset-configuration`,
  "$x [:put 1] \\ {y} %1 ?",
  "two\nlines\tand a tab",
  "🛜 mgeni café",
  `${"long ".repeat(38)}name`,
];

test.each(hostile)(
  "[RTR-14] the name %j stays one text wherever the router has it, and removal leaves it as it was",
  (name) => {
    const swap = (text: string) =>
      text
        .replaceAll("guests $[x]", name)
        .replaceAll("hotspot1", `h ${name}`.slice(0, 199))
        .replaceAll("hsprof1", name)
        .replaceAll("hs-pool-1", name);
    const configuration = JSON.parse(
      JSON.stringify(liveHotspot({ identity: name }), (_key, value) =>
        typeof value === "string" ? swap(value) : value,
      ),
    ) as ConfigurationRows;
    const hub = new TestHub();
    hub.siteName = name.replace(/[\n\t]/g, " ").slice(0, 120);
    hub.choose = () => ({ ...containerChoices(), adoptHotspot: `h ${name}`.slice(0, 199), guestPorts: [], ssid: null });
    const board = new NewBoard(configuration, { web: hub.web });
    const before = tree(board);
    expect([board.paste(hub.line), board.router.failure, hub.refused]).toEqual(["done", "", []]);
    expect(hub.steps.at(-1)).toBe("verified done");
    const once = tree(board);
    board.paste(hub.line);
    expect(tree(board)).toEqual(once);
    board.paste(removeScript);
    expect(tree(board)).toEqual(before);
  },
);

test.each(hostile.map((name) => name.replace(/[\n\t]/g, " ")))(
  "[RTR-14] a guests' port and its bridge called %j: it moves, and comes back with its comment",
  (name) => {
    const board = homeRouter();
    const rename = (rows: Rows | undefined, key: string, was: string, now: string) =>
      (rows ?? []).map((row) => (row[key] === was ? { ...row, [key]: now } : row));
    const configuration = {
      ...board,
      "/interface": rename(board["/interface"], "name", "ether3", name),
      "/interface/bridge/port": rename(board["/interface/bridge/port"], "interface", "ether3", name).map((row) => ({
        ...row,
        comment: `${name}\n"2"`,
        // A port of the owner's VLAN: in its own bridge it must not become a port of every other.
        pvid: "20",
        "frame-types": "admit-only-untagged-and-priority-tagged",
        horizon: "1",
      })),
    };
    const hub = new TestHub();
    hub.choose = () => ({ ...containerChoices(), guestPorts: [name], ssid: null });
    const made = new NewBoard(configuration, { web: hub.web });
    const before = tree(made);
    expect([made.paste(hub.line), made.router.failure, hub.refused]).toEqual(["done", "", []]);
    expect(
      made.router
        .rows("/interface/bridge/port")
        .find((row) => row.get("interface") === name)
        ?.get("bridge"),
    ).toBe("karibu-guest");
    made.paste(removeScript);
    expect(tree(made)).toEqual(before);
  },
);

test("[RTR-14] a guests' port whose own bridge is gone when set-up is removed ends in no bridge, and the removal says so", () => {
  const hub = new TestHub();
  hub.choose = () => ({ ...containerChoices(), guestPorts: ["ether3"], ssid: null });
  const board = new NewBoard(homeRouter(), { web: hub.web });
  board.paste(hub.line);
  const handle = board.handleCommand.bind(board);
  board.handleCommand = (menu, verb, rows, properties) => {
    if (properties.get("bridge") === "bridge") throw new ScriptError("input does not match any value of bridge");
    return handle(menu, verb, rows, properties);
  };
  board.paste(removeScript);
  expect(board.router.rows("/interface/bridge/port").map((row) => row.get("interface"))).not.toContain("ether3");
  expect(board.router.output.filter((line) => line.includes("could not restore"))).toHaveLength(1);
});

test("[RTR-14] a name that is too long to come whole can't be chosen: half a name would be another port", () => {
  const long = `port ${"x".repeat(200)}`;
  const facts = factsOf(withRows(homeRouter(), { "/interface": [{ name: long, type: "ether", running: "true" }] }));
  expect(facts.interfaces.some(({ name }) => name.startsWith("port x"))).toBe(false);
  expect(facts.interfaces).toHaveLength(8);
});

test.each([
  ["the hub is away from the tunnel on", /"step":"tunnel"/],
  ["the hub is away when the router says its last word", /"step":"verified","state":"done"/],
])("[RTR-14] %s: the router says it again when the hub is back, and the set-up ends", (_what, from) => {
  const hub = new TestHub();
  let isAway = false;
  const board = new NewBoard(homeRouter(), {
    web: (request) => {
      if (from.test(request.body)) isAway = true;
      return isAway ? null : hub.web(request);
    },
  });
  board.paste(hub.line);
  expect(hub.steps.at(-1)).not.toBe("verified done");
  board.passMinutes(3);
  isAway = false;
  const web = hub.web;
  board.hardware = { ...board.hardware, web };
  board.passMinutes(2);
  expect(hub.steps.at(-1)).toBe("verified done");
  expect([
    board.router.rows("/system/script").filter((row) => /^karibu:set-up/.test(row.get("comment") ?? "")),
    board.router.failure,
  ]).toEqual([[], ""]);
});

test.each([
  [
    "a hotspot that is adopted",
    liveHotspot(),
    () => ({ ...containerChoices(), adoptHotspot: "hotspot1", guestPorts: [], ssid: null }),
  ],
  ["a hosted site", smallRouter({ mode: "advanced" }), hostedChoices],
] as const)("wherever the power fails, %s ends with the same configuration", (_what, configuration, choose) => {
  const hubOf = () => {
    const hub = new TestHub();
    hub.choose = choose;
    return hub;
  };
  const around = (hub: TestHub): BoardHardware => ({ web: hub.web });
  const wholeHub = hubOf();
  const whole = new NewBoard(configuration, around(wholeHub));
  whole.paste(wholeHub.line);
  whole.passMinutes(1);
  const wanted = tree(whole);
  for (let write = 1; write <= whole.router.writes; write += isLongRun ? 3 : 11) {
    const hub = hubOf();
    const board = new NewBoard(configuration, { ...around(hub), shared: whole.router });
    board.router.powerCutAtWrite = write;
    board.paste(hub.line);
    board.passMinutes(2);
    if (hub.steps.at(-1) !== "verified done") board.paste(hub.line);
    expect(tree(board), `cut at write ${write}`).toEqual(wanted);
  }
});
