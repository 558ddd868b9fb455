import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { Fault } from "@karibu/protocol/fault";
import { expect, test } from "vitest";
import { turnLimits } from "../../access/guessing/turns.ts";
import { createTestSite, reportOf } from "../../access/test-site.ts";
import { createRadiusHandler } from "./handler.ts";
import { nasPeer, papRequest, readReply, secret, valuesOf } from "./test-radius-nas.ts";

const file = {
  plans: [{ name: "all" }],
  accounts: [{ username: "shop-12", password: "right", plan: "all" }],
  vouchers: [
    { code: "1234567890", plan: "all" },
    { code: "2345678901", plan: "all" },
  ],
};

function siteOf() {
  const world = createSimulatedWorld();
  const clients = [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: false }];
  const handler = createRadiusHandler(world, createTestSite(world, { file }).access, { clients });
  let lastId = 0;
  /** A phone types a code into the router's page. `number` makes its MAC and its address. */
  async function tryCode(user: string, number: number, everyMs = 50) {
    const octets = [number >> 8, number & 255];
    const mac = `02:00:00:00:${octets.map((octet) => octet.toString(16).padStart(2, "0")).join(":")}`;
    const more = [
      { name: "callingStationId", value: mac },
      { name: "framedIpAddress", value: `10.9.${octets.join(".")}` },
    ] as const;
    lastId = (lastId + 1) % 256;
    const packet = papRequest({ id: lastId, user, password: "", more });
    const answer = Promise.withResolvers<Buffer>();
    world.advance(everyMs);
    handler.handle("auth", packet, { ...nasPeer, port: 40_000 + number }, (reply) =>
      answer.resolve(Buffer.from(reply)),
    );
    const { code, attributes } = readReply(await answer.promise, packet);
    return code === 2 ? "accept" : String(valuesOf({ code, attributes } as never).replyMessage);
  }
  /** A subscriber's router dials by PPPoE, as it does by itself every few seconds. */
  async function dial(password: string, number = 1, service: "ppp" | "hotspot" = "ppp") {
    const ppp = [
      { name: "serviceType", value: 2 },
      { name: "framedProtocol", value: 1 },
    ] as const;
    const more = [
      { name: "callingStationId", value: `02:00:00:00:01:${String(number).padStart(2, "0")}` },
      ...(service === "ppp" ? ppp : []),
    ] as const;
    lastId = (lastId + 1) % 256;
    const packet = papRequest({ id: lastId, user: "shop-12", password, more });
    const answer = Promise.withResolvers<Buffer>();
    world.advance(50);
    handler.handle("auth", packet, { ...nasPeer, port: 30_000 + lastId }, (reply) =>
      answer.resolve(Buffer.from(reply)),
    );
    return readReply(await answer.promise, packet).code === 2 ? "accept" : "reject";
  }
  return { world, tryCode, dial };
}

test("[RAD-01] of guesses from ever new MACs and addresses twenty a second are looked at; who holds a grant is untouched", async () => {
  const { world, tryCode } = siteOf();
  const [holder, newcomer] = [60_001, 60_002];
  expect(await tryCode("1234567890", holder)).toBe("accept");
  const wrong = await tryCode("9999999999", 1);
  // At once: what a quiet time leaves free is gone.
  for (let number = 2; number <= turnLimits.burst + 1; number++) await tryCode(`99999${10_000 + number}`, number, 0);
  // Six seconds of a hundred guesses each: those that are answered as wrong were checked.
  const answers: string[] = [];
  for (let number = 300; number < 900; number++) answers.push(await tryCode(`88888${10_000 + number}`, number, 10));
  expect(answers.filter((answer) => answer === wrong).length).toBeLessThanOrEqual(6 * 20 + 20);
  expect(await tryCode("1234567890", holder)).toBe("accept");
  // The right code of a newcomer waits with the guesses, or it would tell the attacker that it is right.
  expect(await tryCode("2345678901", newcomer, 10)).not.toBe("accept");
  // Nobody guesses for a while: it works again.
  world.advance(60_000);
  expect(await tryCode("2345678901", newcomer)).toBe("accept");
});

test("[RAD-01] [RAD-10] a PPPoE password that is corrected after many wrong dials works with the next dial", async () => {
  const { world, dial } = siteOf();
  for (let tries = 0; tries < 25; tries++) {
    expect(await dial("wrong")).toBe("reject");
    world.advance(5000);
  }
  expect(await dial("right")).toBe("accept");
});

test("[RAD-01] [RAD-10] an hour of wrong dials: the corrected password works within ten seconds; a phone's form stays locked", async () => {
  const { world, dial } = siteOf();
  for (let tries = 0; tries < 720; tries++) {
    expect(await dial("wrong")).toBe("reject");
    world.advance(5000);
  }
  const outcomes = [await dial("right")];
  world.advance(10_000);
  outcomes.push(await dial("right"));
  expect(outcomes).toContain("accept");
  for (let tries = 0; tries < 9; tries++) expect(await dial("wrong", 2, "hotspot")).toBe("reject");
  expect(await dial("right", 2, "hotspot")).toBe("reject");
});

test("[RAD-01] [RAD-10] whoever dials without end has few passwords checked", async () => {
  const { world, dial } = siteOf();
  // Ten tries a second for a minute, the last one right: it is one of many that nobody looked at.
  for (let tries = 0; tries < 600; tries++) {
    expect(await dial("wrong")).toBe("reject");
    world.advance(50);
  }
  expect(await dial("right")).toBe("reject");
});

test("a router that makes up sessions does not fill the memory: a host has the sites of many providers in one process", async () => {
  const world = createSimulatedWorld();
  const { access, state } = createTestSite(world, { file });
  const named = (number: number) => ({
    sessionId: `made-up-${number}`,
    user: `nobody-${number}`,
    mac: null,
    address: null,
  });
  const begin = async (number: number) =>
    await (access.account(reportOf("start", named(number))) ?? Promise.resolve()).then(
      () => "counted",
      (error: Fault) => error.code,
    );
  let begun = 0;
  while (begun < 60_000 && (await begin(begun)) === "counted") begun++;
  expect(state.open.keys.size).toBeLessThanOrEqual(20_000);
  expect(await begin(begun)).toBe("sessions/full");
  // Those that it has count on, and where one ends another may begin.
  await access.account(reportOf("stop", { ...named(7), online: 60, output: 1000 }));
  expect(state.usage.size).toBe(0);
  expect(await begin(begun)).toBe("counted");
});
