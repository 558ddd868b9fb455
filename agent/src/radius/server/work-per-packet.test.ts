/**
 * How much the agent does for a packet, with nothing left to chance: calls of its own functions, as V8 counts them one by one. Instructions would be the
 * better measure, but hardly a machine that is rented lets a test count them (`perf stat -e instructions:u`), and calls are the same everywhere.
 * Whoever adds to these numbers knows why, and raises the limit: a voucher of a site file is looked up in a table of hashes, five short calls instead of
 * none, because it takes 31 bytes of a router's memory instead of 82 (`grants/vouchers/voucher-lines.ts`). A log-in asks
 * how often sessions of its right began lately, and a Start counts it, five short calls, because a guest in a loop would wear out the flash (`access/log-in-pace.ts`).
 * A Start asks, by one call, whether the disk still has to sync what an earlier run of the agent wrote (`state/recorder.ts`).
 */

import { Session } from "node:inspector/promises";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { codes, statusTypes } from "@karibu/protocol/radius/codes";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { createTestSite } from "../../access/test-site.ts";
import { createRadiusHandler } from "./handler.ts";
import { nasPeer, papRequest, readReply, request, secret } from "./test-radius-nas.ts";

const people = 100;
const codeOf = (number: number) => String(10_000_000 + 4397 * number);
const macOf = (number: number) => `02:00:00:00:00:${number.toString(16).padStart(2, "0").toUpperCase()}`;
const file = {
  plans: [{ name: "day", validitySeconds: 86_400, downKbps: 2000, upKbps: 1000, devices: 1 }],
  vouchers: Array.from({ length: people }, (_, number) => ({ code: codeOf(number), plan: "day" })),
};

function placeOf(number: number): Attribute[] {
  return [
    { name: "callingStationId", value: macOf(number) },
    { name: "nasIdentifier", value: "lobby" },
  ];
}

function report(number: number, status: "start" | "interim" | "stop", id: number): Buffer {
  const used = { start: 0, interim: 300, stop: 600 }[status];
  return request(codes.accountingRequest, id, [
    { name: "acctStatusType", value: statusTypes[status] },
    { name: "acctSessionId", value: `8010${number.toString(16).padStart(4, "0")}` },
    { name: "userName", value: codeOf(number) },
    { name: "framedIpAddress", value: `10.5.0.${number + 1}` },
    ...placeOf(number),
    { name: "acctSessionTime", value: used },
    { name: "acctInputOctets", value: 1000 * used },
    { name: "acctOutputOctets", value: 9000 * used },
  ]);
}

/** Calls of functions of the agent and the protocol while the task runs. */
async function callsDuring(task: () => Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    await session.post("Profiler.takePreciseCoverage");
    await task();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const own = result.filter(
      ({ url }) => /\/(agent|protocol)\/src\//.test(url) && !/[/](test-[^/]*|[^/]*\.test)\.ts/.test(url),
    );
    return own.flatMap(({ functions }) => functions).reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0);
  } finally {
    session.disconnect();
  }
}

const logIn = (id: number) => (number: number) =>
  papRequest({ id, user: codeOf(number), password: codeOf(number), more: placeOf(number) });
const reportOf = (status: "start" | "interim" | "stop", id: number) => (number: number) => report(number, status, id);
/** The day of each guest. */
const steps = [
  { name: "first log-in", port: "auth", packetOf: logIn(1) },
  { name: "start", port: "acct", packetOf: reportOf("start", 2) },
  { name: "further log-in (PAP)", port: "auth", packetOf: logIn(3) },
  { name: "interim", port: "acct", packetOf: reportOf("interim", 4) },
  { name: "stop", port: "acct", packetOf: reportOf("stop", 5) },
] as const;

test.each(
  inLongRunAll(
    [
      ["further log-in (PAP)", 268],
      ["start", 383],
      ["interim", 262],
      ["stop", 421],
    ] as const,
    ([what]) => what === "stop",
  ),
)("[BEY-13] a %s takes at most %i calls", async (what, callsMax) => {
  const world = createSimulatedWorld(7);
  const site = createTestSite(world, { file });
  const clients = [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: false }];
  const handler = createRadiusHandler(world, site.nasDoor, { clients });
  let calls = 0;
  for (const { name, port, packetOf } of steps) {
    const packets = Array.from({ length: people }, (_, number) => packetOf(number));
    const replies: Buffer[] = [];
    const handle = async () => {
      for (const [number, packet] of packets.entries())
        handler.handle(port, packet, { ...nasPeer, port: 2000 + number }, (reply) => replies.push(Buffer.from(reply)));
      await new Promise((resolve) => setImmediate(resolve));
    };
    if (name === what) calls = await callsDuring(handle);
    else await handle();
    const good = port === "auth" ? codes.accessAccept : codes.accountingResponse;
    expect(packets.map((packet, number) => readReply(replies[number], packet).code)).toEqual(packets.map(() => good));
    world.advance(60_000);
  }
  // Of nothing counted, the limit would always hold.
  expect(calls / people).toBeGreaterThan(callsMax / 2);
  expect(calls / people).toBeLessThanOrEqual(callsMax);
});
