import { expect, test } from "vitest";
import { sampleValues } from "./sample-values.ts";
import { checkValues, type ScriptValues } from "./script-values.ts";

test("the sample values are valid", () => {
  expect(checkValues(sampleValues)).toEqual({ values: sampleValues });
});

const { radius, guests, agent, tunnel, time, api } = sampleValues;
const invalid: [string, unknown][] = [
  ["site.name", { ...sampleValues, site: { id: "a", name: "" } }],
  ["site.name", { ...sampleValues, site: { id: "a", name: "a\u0000b" } }],
  ["hub.url", { ...sampleValues, hub: { url: "ftp://hub", enrolToken: "12345678" } }],
  ["agent.disk", { ...sampleValues, agent: { ...agent, disk: "usb1; /system/reset" } }],
  ["agent.imageFile", { ...sampleValues, agent: { ...agent, imageFile: "../x" } }],
  // A router's own flash has no room for the image as it is.
  ["agent.imageFile", { ...sampleValues, agent: { ...agent, disk: null } }],
  ["agent.memoryMiB", { ...sampleValues, agent: { ...agent, memoryMiB: 32 } }],
  ["agent.agentAddress", { ...sampleValues, agent: { ...agent, agentAddress: "172.31.255.9" } }],
  ["agent.routerAddress", { ...sampleValues, agent: { ...agent, routerAddress: "172.31.255" } }],
  ["radius.secret", { ...sampleValues, radius: { ...radius, secret: "short" } }],
  ["radius.secret", { ...sampleValues, radius: { ...radius, secret: "with a\nline end in it" } }],
  [
    "radius.second.address",
    { ...sampleValues, radius: { ...radius, second: { address: "8.8.8.8", secret: "123456789012" } } },
  ],
  ["radius.second", { ...sampleValues, tunnel: null }],
  ["api.user", { ...sampleValues, api: { ...api, user: "admin" } }],
  ["api.port", { ...sampleValues, api: { ...api, port: 70_000 } }],
  ["guests.network", { ...sampleValues, guests: { ...guests, network: "10.5.48.1/22" } }],
  ["guests.poolTo", { ...sampleValues, guests: { ...guests, poolTo: "10.5.52.1" } }],
  ["guests.poolTo", { ...sampleValues, guests: { ...guests, poolTo: "10.5.48.9" } }],
  ["guests.routerAddress", { ...sampleValues, guests: { ...guests, routerAddress: "10.5.48.20" } }],
  ["guests.ports.0", { ...sampleValues, guests: { ...guests, ports: ["ether\n3"] } }],
  ["guests.dnsName", { ...sampleValues, guests: { ...guests, dnsName: "hotspot.local" } }],
  [
    "guests.captiveApiUrl",
    { ...sampleValues, guests: { ...guests, captiveApiUrl: "http://portal.example.net/captive" } },
  ],
  ["guests.openHosts.0", { ...sampleValues, guests: { ...guests, openHosts: ["*"] } }],
  ["time.servers", { ...sampleValues, time: { servers: ["10.89.0.1"] } }],
  ["time.servers", { ...sampleValues, time: { servers: [] } }],
  ["tunnel.hubPublicKey", { ...sampleValues, tunnel: { ...tunnel, hubPublicKey: "x" } }],
  ["tunnel.network", { ...sampleValues, tunnel: { ...tunnel, network: "0.0.0.0/0" } }],
  ["tunnel.network", { ...sampleValues, tunnel: { ...tunnel, network: "10.0.0.0/8" } }],
  ["tunnel.network", { ...sampleValues, tunnel: { ...tunnel, network: "10.90.4.0/24", address: "10.90.4.2" } }],
  ["tunnel.address", { ...sampleValues, tunnel: { ...tunnel, address: "10.89.1.2" } }],
  ["tunnel.address", { ...sampleValues, tunnel: { ...tunnel, address: "10.89.0.255" } }],
  ["agent.agentAddress", { ...sampleValues, agent: { ...agent, agentAddress: "172.31.255.3" } }],
  ["agent.routerAddress", { ...sampleValues, agent: { ...agent, routerAddress: "172.31.255.0" } }],
  ["agent.routerAddress", { ...sampleValues, agent: { ...agent, routerAddress: "8.8.8.9", agentAddress: "8.8.8.10" } }],
  [
    "agent.agentAddress",
    {
      ...sampleValues,
      agent: { place: "hosted", agentAddress: "10.89.0.2", httpPort: 80 },
      radius: { ...radius, second: null },
    },
  ],
  [
    "radius.second.address",
    { ...sampleValues, radius: { ...radius, second: { address: "10.89.0.2", secret: "123456789012" } } },
  ],
  ["guests.network", { ...sampleValues, guests: { ...guests, network: "172.16.0.0/12" } }],
  ["guests.network", { ...sampleValues, guests: { ...guests, network: "20.5.48.0/22" } }],
  ["guests.poolTo", { ...sampleValues, guests: { ...guests, poolTo: "10.5.51.255" } }],
  ["guests.routerAddress", { ...sampleValues, guests: { ...guests, routerAddress: "10.5.48.0" } }],
  ["guests.routerAddress", { ...sampleValues, guests: { ...guests, routerAddress: guests.poolFrom } }],
  ["guests.ports.2", { ...sampleValues, guests: { ...guests, ports: ["ether3", "wifi1", "ether3"] } }],
  ["guests.ports.0", { ...sampleValues, guests: { ...guests, ports: ["karibu-guest"] } }],
  ["guests.openHosts.1", { ...sampleValues, guests: { ...guests, openHosts: ["a.example", "A.example"] } }],
  ["guests.portalName", { ...sampleValues, guests: { ...guests, portalName: guests.dnsName } }],
  ["time.servers.1", { ...sampleValues, time: { servers: ["10.0.0.7", "10.0.0.7"] } }],
  ["internetProbe", { ...sampleValues, internetProbe: "192.168.1.1" }],
  ["tunnel", { ...sampleValues, tunnel: null, agent: { place: "hosted", agentAddress: "10.89.0.1", httpPort: 80 } }],
  ["agent.agentAddress", { ...sampleValues, agent: { place: "hosted", agentAddress: "10.91.0.1", httpPort: 80 } }],
  ["agent.place", { ...sampleValues, agent: { place: "moon" } }],
  ["", { ...sampleValues, colour: "blue" }],
];

test.each(invalid)("an invalid %s is named", (field, values) => {
  const checked = checkValues(values);
  expect("problems" in checked && checked.problems.map((problem) => problem.field)).toContain(field);
});

test("all conflicts between values are named at once", () => {
  const checked = checkValues({
    ...sampleValues,
    internetProbe: "10.0.0.1",
    guests: { ...guests, poolFrom: "10.5.52.1", ports: ["ether3", "ether3"] },
  });
  const fields = "problems" in checked ? checked.problems.map(({ field }) => field) : [];
  expect(fields).toEqual(expect.arrayContaining(["guests.poolFrom", "guests.ports.1", "internetProbe"]));
});

test("values without hub, tunnel, second RADIUS server and captive API are valid", () => {
  const standaloneValues: ScriptValues = {
    ...sampleValues,
    hub: null,
    tunnel: null,
    radius: { ...radius, second: null },
    guests: { ...guests, captiveApiUrl: null, openHosts: [], ports: [] },
    time,
  };
  expect(checkValues(standaloneValues)).toEqual({ values: standaloneValues });
});
