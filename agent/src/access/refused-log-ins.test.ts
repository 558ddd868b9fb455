import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { EventOf, JournalEvent } from "@karibu/protocol/journal/record";
import { expect, test } from "vitest";
import type { LogInRequest } from "./access.ts";
import { createRefusedLogIns, refusedPerDayMax, refusedPerMinuteMax } from "./refused-log-ins.ts";
import { logInRequest } from "./test-site.ts";

const phone = "AA:BB:CC:DD:EE:01";
const minuteMs = 60_000;

function logOf() {
  const world = createSimulatedWorld();
  const written: EventOf<"log-in-refused">[] = [];
  const record = async (events: JournalEvent | readonly JournalEvent[]) => void written.push(events as never);
  const log = createRefusedLogIns(world.clock, { record }, (user) => user === "shop-12");
  const refuse = (request: Partial<LogInRequest> = {}, reason: Parameters<typeof log.note>[1] = "unknown-user") =>
    log.note(logInRequest("1234567890", "", { nas: "lobby", mac: phone, address: "10.5.50.9", ...request }), reason);
  return { world, written, log, refuse };
}

test("[RAD-04] a device that tries on and on makes one record a minute and reason, with the number of its tries", () => {
  const { world, written, refuse } = logOf();
  for (let second = 0; second < 120; second++) {
    refuse();
    if (second % 10 === 0) refuse({ user: "shop-12", service: "ppp" }, "wrong-password");
    world.advance(1000);
  }
  expect(written).toMatchObject([
    { user: "…890", mac: phone, address: "10.5.50.9", nas: "lobby", reason: "unknown-user", times: 60 },
    { user: "shop-12", service: "ppp", reason: "wrong-password", times: 6 },
    { reason: "unknown-user", times: 60 },
    { reason: "wrong-password", times: 6 },
  ]);
});

test("[RAD-04] what may be a code is not in the log, nor a one-time log-in; a router's own question for a new phone is no try", () => {
  const { world, written, refuse } = logOf();
  refuse({ user: "t-0123456789abcdef" }, "expired");
  refuse({ user: "77" }, "disabled");
  refuse({ user: phone });
  refuse({ user: phone }, "expired");
  world.advance(minuteMs);
  expect(written.map(({ user, reason }) => [user, reason])).toEqual([
    [phone, "expired"],
    ["…", "disabled"],
  ]);
});

test("[RAD-04] an attack from ever new devices costs a few records a minute and so many a day, and all its tries are counted", () => {
  const { world, written, refuse } = logOf();
  let tries = 0;
  for (let minute = 0; minute < 100; minute++) {
    for (let number = 0; number < 200; number++, tries++)
      refuse({ mac: `02:00:00:00:${minute}:${number}`, address: `10.6.${minute}.${number}` });
    world.advance(minuteMs);
    expect(written.length).toBeLessThanOrEqual(Math.min(refusedPerDayMax, (minute + 1) * (refusedPerMinuteMax + 1)));
  }
  expect(written).toHaveLength(refusedPerDayMax);
  expect(written.find(({ mac }) => mac === null)).toMatchObject({ user: "", address: null });
  world.advance(24 * 60 * minuteMs);
  refuse();
  world.advance(minuteMs);
  expect(written.reduce((sum, { times }) => sum + times, 0)).toBe(tries + 1);
});
