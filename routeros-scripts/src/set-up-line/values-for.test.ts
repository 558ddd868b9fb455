import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import { expect, test } from "vitest";
import { overlap } from "../values/ipv4.ts";
import { checkValues } from "../values/script-values.ts";
import { goodFacts } from "./test-facts.ts";
import { containerChoices, hostedChoices, testInput, testTunnel } from "./test-hub.ts";
import { uplinkPorts, type ValuesInput, valuesFor } from "./values-for.ts";

const choices = { ...containerChoices(), guestPorts: ["ether2", "wifi1"] };
const input: ValuesInput = { ...testInput, facts: goodFacts, choices };
const facts = (changes: Partial<RouterFacts>) => ({ facts: { ...goodFacts, ...changes } });

function valuesOf(changes: Partial<ValuesInput> = {}) {
  const given = valuesFor({ ...input, ...changes });
  if ("problems" in given) throw new Error(JSON.stringify(given.problems));
  return given.values;
}
function problemsOf(changes: Partial<ValuesInput>) {
  const given = valuesFor({ ...input, ...changes });
  return "problems" in given ? given.problems.map(({ field, problem }) => `${field}: ${problem}`) : [];
}

test("the values are valid, and the same for the same input", () => {
  const values = valuesOf();
  expect(checkValues(values)).toEqual({ values });
  expect(valuesOf()).toEqual(values);
  expect(values).toMatchObject({
    agent: {
      place: "container",
      disk: "usb1",
      imageFile: "usb1/karibu-agent.tar",
      agentAddress: "172.31.255.2",
      memoryMiB: 256,
    },
    guests: {
      network: "10.5.48.0/22",
      routerAddress: "10.5.48.1",
      poolFrom: "10.5.48.10",
      poolTo: "10.5.51.250",
      ports: ["ether2", "wifi1"],
    },
    radius: { second: { address: "10.89.0.1" } },
  });
});

test("guests and agent get networks that this router does not use, by address or by route", () => {
  const used = ["10.5.48.1/20", "172.31.255.1/24"].map((address) => ({ address, interface: "ether9" }));
  const routes = [...goodFacts.routes, { network: "10.5.64.0/18", gateway: "10.1.1.1" }];
  const { guests, agent } = valuesOf(facts({ addresses: [...goodFacts.addresses, ...used], routes }));
  for (const network of ["10.5.48.0/20", "10.5.64.0/18"]) expect(overlap(guests.network, network)).toBe(false);
  expect(agent.place === "container" && agent.routerAddress).toBe("172.30.255.1");
});

test("a router that was set up before keeps its networks: its own addresses are no clash", () => {
  const ours = [
    { address: "10.20.0.1/22", interface: "karibu-guest" },
    { address: "172.31.255.5/30", interface: "karibu-agent" },
    { address: "10.89.0.2/16", interface: "karibu-hub" },
  ];
  const routes = [...goodFacts.routes, { network: "10.20.0.0/22", gateway: "karibu-guest" }];
  const { guests, agent } = valuesOf(facts({ addresses: [...goodFacts.addresses, ...ours], routes }));
  expect([guests.network, agent.agentAddress]).toEqual(["10.20.0.0/22", "172.31.255.6"]);
});

test.each([
  [
    "a guest network that an address uses",
    { choices: { ...choices, guestNetwork: "192.168.88.0/24" } },
    ["guestNetwork: address-clash"],
  ],
  [
    "a guest network that a wider route contains",
    {
      ...facts({ routes: [{ network: "10.0.0.0/8", gateway: "10.1.1.1" }] }),
      choices: { ...choices, guestNetwork: "10.7.0.0/22" },
      tunnel: null,
    },
    ["guestNetwork: address-clash"],
  ],
  [
    "a tunnel in a network that is in use",
    facts({ addresses: [{ address: "10.89.3.1/24", interface: "ether2" }] }),
    ["tunnel.network: address-clash"],
  ],
  ["a public guest network", { choices: { ...choices, guestNetwork: "8.8.8.0/24" } }, ["guestNetwork: null"]],
  ["a guest network without room", { choices: { ...choices, guestNetwork: "10.5.48.0/30" } }, ["guestNetwork: null"]],
  [
    "a guest network that is none",
    { choices: { ...choices, guestNetwork: '10.5.48.0/22"; x' } },
    ["guestNetwork: null"],
  ],
  ["the installer's own port without a yes", { choices: { ...choices, guestPorts: ["ether5"] } }, ["guestPorts: null"]],
  [
    "the port to the internet",
    { choices: { ...choices, guestPorts: ["ether1"], moveInstallersPort: true } },
    ["guestPorts: null"],
  ],
  ["a port that the router lacks", { choices: { ...choices, guestPorts: ["ether77"] } }, ["guestPorts: null"]],
  ["a disk that the router lacks", { choices: { ...choices, disk: "usb9" } }, ["disk: no-disk"]],
  [
    "a hosted site at a hub that hosts none",
    { choices: hostedChoices(), hub: { ...testInput.hub, hostedAgent: null } },
    ["place: null", "guestPorts: null"],
  ],
  [
    "a hosted site without a tunnel",
    { choices: { ...hostedChoices(), guestPorts: [] }, tunnel: null },
    ["place: null"],
  ],
  [
    "a hotspot that is not there",
    { choices: { ...choices, guestPorts: [], adoptHotspot: "x" } },
    ["adoptHotspot: null"],
  ],
  [
    "ports beside an adopted hotspot",
    { choices: { ...choices, adoptHotspot: "x" } },
    ["guestPorts: null", "adoptHotspot: null"],
  ],
] as [string, Partial<ValuesInput>, string[]][])("refused: %s", (_what, changes, wanted) => {
  expect(problemsOf(changes)).toEqual(wanted);
});

test("the installer's own port moves after a yes", () => {
  expect(valuesOf({ choices: { ...choices, guestPorts: ["ether5"], moveInstallersPort: true } }).guests.ports).toEqual([
    "ether5",
  ]);
});

test.each([
  ["192.168.1.1", ["ether1"]],
  ["ether1", ["ether1"]],
  ["192.168.1.1%ether1", ["ether1"]],
  ["bridge", ["bridge", "ether2", "ether5", "wifi1"]],
  ["10.99.0.1", []],
])("a default gateway of %s is reached through %j", (gateway, ports) => {
  expect(uplinkPorts({ ...goodFacts, routes: [{ network: "0.0.0.0/0", gateway }] })).toEqual(ports);
});

test("an adopted hotspot keeps its network, address and pool, and no port or Wi-Fi changes", () => {
  const hotspot = { name: 'hs "1"', interface: "br $[x]", pool: "pool1", profile: "prof;1", network: "10.20.0.0/16" };
  const given = valuesOf({
    ...facts({
      hotspots: [hotspot],
      addresses: [...goodFacts.addresses, { address: "10.20.3.1/16", interface: "br $[x]" }],
    }),
    choices: { ...choices, guestPorts: [], adoptHotspot: 'hs "1"', ssid: "x" },
  });
  expect(given.guests).toMatchObject({
    network: "10.20.0.0/16",
    routerAddress: "10.20.3.1",
    ports: [],
    wifi: [],
    adopt: { hotspot: 'hs "1"', profile: "prof;1", interface: "br $[x]", network: "10.20.0.0/16", pool: "pool1" },
  });
});

test("the open Wi-Fi is only on the chosen Wi-Fi ports", () => {
  const wifi = [
    { name: "wifi1", ssid: "a", driver: "wifi" as const },
    { name: "wlan9", ssid: "b", driver: "wireless" as const },
  ];
  expect(valuesOf({ ...facts({ wifi }), choices: { ...choices, ssid: "Guests" } }).guests.wifi).toEqual([
    { name: "wifi1", driver: "wifi" },
  ]);
  expect(valuesOf({ choices: { ...choices, ssid: null } }).guests.wifi).toEqual([]);
});

test("a hosted site: the agent is at the hub's end of the tunnel, and no second RADIUS server is asked", () => {
  const { agent, radius, tunnel } = valuesOf({ choices: { ...hostedChoices(), guestPorts: ["ether2"] } });
  expect([agent, radius.second, tunnel]).toEqual([
    { place: "hosted", agentAddress: "10.89.0.1", httpPort: 8080 },
    null,
    testTunnel,
  ]);
});
