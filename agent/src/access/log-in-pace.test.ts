import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createLogInPace, logInPace } from "./log-in-pace.ts";
import { createTestSite, logInRequest, reportOf } from "./test-site.ts";

const one = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };
const day = { name: "day", validitySeconds: 86_400, devices: 1 };
const file = {
  plans: [day, { ...day, name: "family", devices: 5 }],
  vouchers: [
    { code: "DAY1", plan: "day" },
    { code: "FAMILY1", plan: "family" },
  ],
  accounts: [{ username: "asha", password: "arctangent", plan: "day" }],
};

function siteOf() {
  const world = createSimulatedWorld();
  return { ...createTestSite(world, { file }), world };
}

type TestSite = ReturnType<typeof siteOf>;

let sessions = 0x80100000;

/** Rounds of a phone that is on for 200 ms; as the agent answers them. */
async function rounds({ world, access }: TestSite, count: number, requestOf: () => ReturnType<typeof logInRequest>) {
  const answers: string[] = [];
  for (let n = 0; n < count; n++) {
    const request = requestOf();
    const { user, mac, address } = request;
    const decision = access.logIn(request);
    answers.push(decision.kind === "accept" ? "accept" : decision.reason);
    if (decision.kind === "accept") {
      const sessionId = (sessions++).toString(16);
      const about = {
        user,
        mac,
        address,
        sessionId,
        grantId: decision.grantId,
        ...(request.service === "ppp" ? { service: "pppoe" as const } : {}),
      };
      await access.account(reportOf("start", about));
      await access.account(reportOf("stop", about));
    }
    world.advance(200);
  }
  return answers;
}

const accepted = (answers: readonly string[]): number => answers.filter((answer) => answer === "accept").length;

test("a guest who logs in and out in a loop is told to wait, and writes no more than a few records a minute", async () => {
  const site = siteOf();
  const answers = await rounds(site, 5000, () => logInRequest("DAY1", "", one));
  expect(new Set(answers)).toEqual(new Set(["accept", "one-moment"]));
  // 1000 seconds.
  expect(accepted(answers)).toBeLessThanOrEqual(logInPace.burst + 1000 / 30 + 1);
  expect(site.log.records.length).toBeLessThan(500);
});

test("who must wait reads for how long, is let in then, and made no wrong try", async () => {
  const site = siteOf();
  await rounds(site, 122, () => logInRequest("DAY1", "", one));
  const decision = site.access.logIn(logInRequest("DAY1", "", one));
  expect(decision).toMatchObject({
    reason: "one-moment",
    message: "One moment, please. Please try again in a few seconds. (6 s)",
  });
  for (let n = 0; n < 50; n++) site.access.logIn(logInRequest("DAY1", "", one));
  site.world.advance(6000);
  expect(site.access.logIn(logInRequest("DAY1", "", one)).kind).toBe("accept");
  expect(site.guard.lockedForSeconds(one)).toBe(0);
  // Others wait for nobody.
  expect(site.access.logIn(logInRequest("FAMILY1", "", { mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" })).kind).toBe(
    "accept",
  );
});

test("the same holds for the portal's log-ins, for what the router's cookie repeats, and for a MAC alone", async () => {
  const site = siteOf();
  const redeemed = await site.portalAccess.redeem("DAY1", { token: "0".repeat(32), ...one });
  if (redeemed.kind !== "redeemed") throw new Error(redeemed.reason);
  const issue = () => site.portalAccess.issueLogIn(redeemed.grantId, { token: "0".repeat(32), ...one });
  const byToken = await rounds(site, 122, () => {
    const { username, password } = issue();
    return logInRequest(username, password, one);
  });
  expect(accepted(byToken)).toBe(logInPace.burst);
  const { username: spent } = issue();
  site.world.advance(30_000);
  expect(await rounds(site, 2, () => logInRequest(spent, spent, one))).toEqual(["accept", "one-moment"]);
  site.world.advance(30_000);
  expect(await rounds(site, 2, () => logInRequest(one.mac, "", one))).toEqual(["accept", "one-moment"]);
});

test("each phone of a family has log-ins of its own", async () => {
  const site = siteOf();
  let n = 0;
  const phone = () => ({ mac: `AA:BB:CC:DD:EE:1${n++ % 5}`, address: `10.5.50.2${n % 5}` });
  expect(accepted(await rounds(site, 99, () => logInRequest("FAMILY1", "", phone())))).toBeGreaterThanOrEqual(99);
});

test("a subscriber's line that flaps for minutes dials again and again, and waits half a minute at most when it holds", async () => {
  const site = siteOf();
  const dial = () => logInRequest("asha", "arctangent", { ...one, service: "ppp", address: null });
  let dials = 0;
  for (; accepted(await rounds(site, 1, dial)) === 1; dials++) site.world.advance(4800);
  expect(dials * 5).toBeGreaterThan(300);
  site.world.advance(30_000);
  expect(site.access.logIn(dial()).kind).toBe("accept");
});

test("who was refused for another reason is told that one, however often it asks", () => {
  const { world, access } = siteOf();
  expect(access.logIn(logInRequest("DAY1", "", one)).kind).toBe("accept");
  world.advance(86_400_000);
  for (let n = 0; n < 100; n++)
    expect(access.logIn(logInRequest("DAY1", "", one))).toMatchObject({ reason: "expired" });
});

test("another MAC for each round is no way round", async () => {
  const site = siteOf();
  let n = 0x100000;
  const phone = () => ({
    mac: `AA:BB:CC:${(n++)
      .toString(16)
      .toUpperCase()
      .replace(/(..)(..)(..)/, "$1:$2:$3")}`,
    address: "10.5.50.10",
  });
  const answers = await rounds(site, 1000, () => logInRequest("DAY1", "", phone()));
  expect(accepted(answers)).toBeLessThanOrEqual(logInPace.burst + 200 / 30 + 1);
});

test("a hundred dial again at once with one account that lets a hundred in, and none waits", () => {
  const pace = createLogInPace();
  for (let power = 0; power < 10; power++) {
    for (let n = 0; n < 100; n++) {
      expect(pace.waitSeconds("a.school", 100, 0)).toBe(0);
      pace.began("a.school", 0);
    }
  }
});

test("who is let in a thousand times, and begins no session, waits for nobody: that writes nothing", () => {
  const { access } = siteOf();
  for (let n = 0; n < 1000; n++) expect(access.logIn(logInRequest("DAY1", "", one)).kind).toBe("accept");
});
