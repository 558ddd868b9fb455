/** What the helper lets through of a plan, and which ways it opens inside the tunnel. */
import { expect, test } from "vitest";
import { forwardingRules, operatorAddressOf } from "./forwarding.ts";
import { readPlan } from "./plan.ts";

const keyOf = (letter: string) => `${letter.repeat(42)}A=`;

test("[RTR-28] the rules open WinBox between two addresses for the seconds that are left, and close all else inside the tunnel", () => {
  const forwards = [
    { from: "10.90.0.2", to: "10.89.0.2", untilMs: 61_500 },
    { from: "10.90.0.3", to: "10.89.0.2", untilMs: 1_900 },
  ];
  const rules = forwardingRules("wg0", forwards, { nowMs: 1_000, hubPort: 8000 });
  expect(rules).toContain("elements = { 10.90.0.2 . 10.89.0.2 timeout 60s }");
  expect(rules).toContain('iifname "wg0" oifname "wg0" ip saddr . ip daddr @winbox tcp dport 8291 accept');
  expect(rules).toContain('    iifname "wg0" oifname "wg0" drop');
  const none = forwardingRules("wg0", [], { nowMs: 0, hubPort: 8000 });
  expect(none).not.toContain("elements");
  // What a container publishes is a door of the machine like any other.
  expect(none.match(/ct status dnat.*/g)).toEqual([
    "ct status dnat meta l4proto udp ct original proto-dst { 1812, 1813 } accept",
    "ct status dnat meta l4proto tcp ct original proto-dst { 80, 443, 2083, 8002, 8000 } accept",
  ]);
  expect([operatorAddressOf(0), operatorAddressOf(254)]).toEqual(["10.90.0.2", "10.90.1.0"]);
});

test("[RTR-28] the helper takes nothing from a plan but keys, addresses of the tunnel and times", () => {
  const plan = {
    privateKey: keyOf("P"),
    port: 51_820,
    peers: [{ publicKey: keyOf("A"), address: "10.90.0.2" }],
    forwards: [{ from: "10.90.0.2", to: "10.89.0.2", untilMs: 1 }],
  };
  expect(readPlan(JSON.stringify(plan))).toEqual(plan);
  const hostile: object[] = [
    { ...plan, postUp: "sh" },
    { ...plan, port: 0 },
    { ...plan, privateKey: `${keyOf("P")}\nPostUp = sh` },
  ];
  for (const one of hostile) expect(readPlan(JSON.stringify(one)), JSON.stringify(one)).toBeNull();
  expect(readPlan("{")).toBeNull();
});

test("[RTR-28] a peer or forward that is none is left out, and the others are applied: one row can't keep an ending from the interface", () => {
  const peer = { publicKey: keyOf("A"), address: "10.90.0.2" };
  const forward = { from: "10.90.0.2", to: "10.89.0.2", untilMs: 1 };
  const peers = [
    { publicKey: `${"z".repeat(42)}B=`, address: "10.89.0.3" }, // not as wg writes it: it refuses the whole file
    { publicKey: keyOf("B"), address: "0.0.0.0/0" },
    { publicKey: keyOf("C"), address: "10.90.0.2\n" },
    null,
    peer,
    { publicKey: keyOf("A"), address: "10.89.0.9" },
  ];
  const forwards = [
    { from: "10.90.0.2", to: "192.168.1.1", untilMs: 1 },
    { from: "10.89.0.3", to: "10.89.0.2", untilMs: 1 },
    { from: "10.90.0.2 }; include", to: "10.89.0.2", untilMs: 1 },
    { from: "10.90.0.256", to: "10.89.0.2", untilMs: 1 },
    forward,
  ];
  const plan = { privateKey: keyOf("P"), port: 51_820, peers, forwards };
  expect(readPlan(JSON.stringify(plan))).toEqual({ ...plan, peers: [peer], forwards: [forward] });
});
