/** What a console sees, from a row and its facts alone. */
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import { judgeFacts } from "@karibu/routeros-scripts/set-up-line/judge-facts";
import { expect, test } from "vitest";
import { portsOf, refuseChoices, suggestChoices } from "./choices-policy.ts";
import type { SetUpRow } from "./set-up-rows.ts";
import { viewOf } from "./set-up-view.ts";
import { boardFacts } from "./test-set-up-router.ts";

const offer = { hasImage: true, canHost: true, hasRoom: true };
const port = (name: string, type = "ether") => ({ name, type, running: true, bridge: "", isInstallers: false });
const withPorts = (
  ports: readonly RouterFacts["interfaces"][number][],
  more: Partial<RouterFacts> = {},
): RouterFacts => ({
  ...boardFacts,
  interfaces: [...boardFacts.interfaces, ...ports],
  ...more,
});
const suggested = (facts: RouterFacts) =>
  suggestChoices(facts, judgeFacts(facts), { offer, template: null }).guestPorts;

test("[RTR-14] what the form begins with takes nothing that the owner uses: no VLAN and its port, no port with an address, no cable of the line that dials", () => {
  const facts = withPorts(
    [
      port("ether4"),
      port("ether6"),
      port("ether7"),
      port("ether8"),
      port("bond1", "bond"),
      port("office", "vlan"),
      port("pppoe-out1", "pppoe-out"),
    ],
    {
      addresses: [...boardFacts.addresses, { address: "10.4.0.1/24", interface: "ether4" }],
      routes: [{ network: "0.0.0.0/0", gateway: "pppoe-out1" }],
      carriers: [
        { name: "office", port: "ether6" },
        { name: "pppoe-out1", port: "ether7" },
        { name: "bond1", port: "ether8" },
      ],
    },
  );
  expect(suggested(facts)).toEqual(["ether3"]);
  const ports = portsOf(facts);
  expect(ports.filter(({ isUplink }) => isUplink).map(({ name }) => name)).toEqual(["ether7"]);
  // A VLAN may be the guests': that is how access points of other makers bring them. A cable of a bonding goes nowhere alone.
  const names = ports.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["office", "bond1", "ether4"]));
  expect(names).not.toContain("ether8");
});

test("[RTR-14] facts that were kept before routers told what carries what are read as ever", () => {
  const { carriers: _carriers, uplinks: _uplinks, ...old } = boardFacts;
  expect(suggested(old)).toEqual(["ether3"]);
});

test("[RTR-14] ports that are ticked beside a hotspot that is kept are refused, and not dropped unsaid", () => {
  const hotspots = [{ name: "hs1", interface: "ether4", pool: "p", profile: "x", network: "10.5.0.0/24" }];
  const facts = withPorts([port("ether4")], { hotspots });
  const judgement = judgeFacts(facts);
  const choices = suggestChoices(facts, judgement, { offer, template: null });
  const refusal = (guestPorts: string[], adoptHotspot: string | null) =>
    refuseChoices(facts, judgement, { choices: { ...choices, formatDisk: true, guestPorts, adoptHotspot }, offer })
      ?.code;
  expect(choices).toMatchObject({ adoptHotspot: "hs1", guestPorts: [] });
  expect(refusal([], "hs1")).toBe(undefined);
  expect(refusal(["ether3"], "hs1")).toBe("ports-of-hotspot");
  expect(refusal(["ether3"], null)).toBe(undefined);
});

test("[RTR-14] of two hotspots with one profile the form says that both change", () => {
  const hotspot = (name: string, profile: string) => ({
    name,
    profile,
    interface: name,
    pool: "p",
    network: "10.1.0.0/24",
  });
  const facts = {
    ...boardFacts,
    hotspots: [hotspot("a", "hsprof1"), hotspot("b", "hsprof1"), hotspot("c", "default")],
  };
  const row = { facts, factsAtMs: 1, claimedAtMs: 1, cancelledAtMs: null, steps: {} } as unknown as SetUpRow;
  const { router } = viewOf("s", { row, script: null, offer, connectedAtMs: null, nowMs: 2 });
  expect(router?.hotspots.map(({ name, withIt }) => [name, withIt])).toEqual([
    ["a", ["b"]],
    ["b", ["a"]],
    ["c", []],
  ]);
});

test("[RTR-14] reports that were lost while the hub was away leave no step undone when the router has proved the end", () => {
  const done = { state: "done", problem: null, detail: null, atMs: 9 } as const;
  const row = {
    facts: boardFacts,
    factsAtMs: 1,
    chosenAtMs: 2,
    claimedAtMs: 1,
    cancelledAtMs: null,
    tokenExpiresAtMs: 5,
    imageBytes: null,
    steps: {
      disk: { ...done, state: "failed", problem: "no-disk" },
      image: { ...done, state: "running" },
      verified: done,
    },
  } as unknown as SetUpRow;
  const choices = { place: "container" } as never;
  const view = viewOf("s", { row, script: { choices } as never, offer, connectedAtMs: null, nowMs: 10 });
  expect(view.steps.filter(({ state }) => state !== "done").map(({ step }) => step)).toEqual(["link"]);
  expect(view.state).toBe("running");
  expect(viewOf("s", { row, script: { choices } as never, offer, connectedAtMs: 3, nowMs: 10 }).state).toBe("done");
});
