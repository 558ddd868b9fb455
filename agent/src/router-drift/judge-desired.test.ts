import type { DesiredObject } from "@karibu/protocol/router/desired-router";
import { expect, test } from "vitest";
import { judgeDesired } from "./judge-desired.ts";

const taken = (object: Partial<DesiredObject>) => {
  const whole = {
    id: "x",
    menu: "/ip/firewall/filter",
    column: "comment",
    value: "karibu:x",
    is: {},
    ...object,
  } as const;
  return judgeDesired({ minor: "7.22", guestInterface: "karibu-guest", objects: [whole] }).objects.length === 1;
};
const filter = (is: Record<string, string>) => taken({ is });

test("[BEY-17] a hub that was broken into opens no router: rules that let others in are not taken", () => {
  expect(filter({ chain: "input", action: "accept" })).toBe(false);
  expect(
    filter({ chain: "input", action: "accept", "in-interface": "ether1", "src-address": "10.0.0.1", "dst-port": "22" }),
  ).toBe(false);
  expect(filter({ chain: "input", action: "accept", "in-interface": "karibu-hub", "src-address": "10.90.0.1" })).toBe(
    false,
  );
  expect(filter({ chain: "forward", action: "accept", "in-interface": "karibu-hub" })).toBe(false);
  expect(
    filter({
      chain: "forward",
      action: "accept",
      "in-interface": "karibu-hub",
      "dst-address": "192.168.88.0/24",
      protocol: "tcp",
      "dst-port": "80",
    }),
  ).toBe(false);
  expect(filter({ chain: "forward", action: "accept", "connection-state": "established,related" })).toBe(false);
  expect(filter({ chain: "forward", action: "fasttrack-connection", "in-interface": "karibu-guest" })).toBe(false);
  expect(filter({ chain: "output", action: "drop" })).toBe(false);
  expect(taken({ menu: "/ip/firewall/nat", is: { chain: "dstnat", action: "dst-nat" } })).toBe(false);
  expect(taken({ menu: "/ip/firewall/nat", is: { chain: "srcnat", action: "accept" } })).toBe(false);
  expect(taken({ menu: "/ip/dns/static", is: { name: "bank.example", address: "203.0.113.9" } })).toBe(false);
  expect(taken({ menu: "/radius", is: { address: "203.0.113.9" } })).toBe(false);
  expect(taken({ menu: "/ip/route", is: { "dst-address": "0.0.0.0/0", gateway: "karibu-hub" } })).toBe(false);
  expect(
    taken({ menu: "/interface/bridge/port", column: "interface", value: "ether1", is: { bridge: "bridge" } }),
  ).toBe(false);
});

test("guests of a hotspot that was there before keep their addresses on their way to the portal, and there alone", () => {
  const toPortal = { chain: "srcnat", action: "accept", protocol: "tcp", "dst-port": "80" };
  const takes = (address: string) => taken({ menu: "/ip/firewall/nat", is: { ...toPortal, "dst-address": address } });
  expect([takes("172.31.255.2"), takes("203.0.113.9")]).toEqual([true, false]);
});

test("[BEY-17] menus that are not named, rows of others, and line breaks are not taken", () => {
  expect(taken({ menu: "/system/script/run" })).toBe(false);
  expect(taken({ menu: "/ip/socks" })).toBe(false);
  expect(taken({ value: "defconf: drop" })).toBe(false);
  expect(taken({ menu: "/ip/pool", column: "name", value: "dhcp" })).toBe(false);
  expect(taken({ menu: "/ip/pool", is: { ranges: "10.0.0.1\n=comment=x" } })).toBe(false);
});
