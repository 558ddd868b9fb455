import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { notBegun, plainBatch } from "@karibu/protocol/test-grants";
import { expect, test } from "vitest";
import { aboutGrant } from "../grants/site.ts";
import { turnLimits } from "./guessing/turns.ts";
import { createTestSite, foldOf, logInRequest, reportOf, type TestSiteOptions } from "./test-site.ts";

const file = {
  plans: [
    { name: "hour", validitySeconds: 3600, devices: 1 },
    { name: "gigabyte", dataBytes: 1_000_000_000, downKbps: 2000, upKbps: 1000, devices: 1 },
    { name: "all" },
  ],
  accounts: [{ username: "nemo", password: "arctangent", plan: "all" }],
  vouchers: [
    { code: "12345-67890", plan: "hour" },
    { code: "GIGA1", plan: "gigabyte" },
  ],
};
const batch = { ...plainBatch, prefix: "K", planName: "day", terms: { ...unlimitedTerms, validitySeconds: 86_400 } };
const codeOf = (serial: number) => encodeVoucherCode({ ...batch }, serial);

function siteOf(options: TestSiteOptions = {}) {
  const world = createSimulatedWorld();
  const site = createTestSite(world, { file, ...options });
  const logIn = (...args: Parameters<typeof logInRequest>) => site.access.logIn(logInRequest(...args));
  const outcome = (...args: Parameters<typeof logInRequest>) => {
    const decision = logIn(...args);
    return decision.kind === "accept" ? "accept" : decision.reason;
  };
  return { ...site, world, logIn, outcome };
}
const phone = { token: "ab12", mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };

test("[RAD-01] an account logs in with its password, and gets a reason when it is wrong", () => {
  const { logIn, outcome } = siteOf();
  expect(logIn("nemo", "arctangent")).toMatchObject({ kind: "accept", password: "arctangent" });
  expect(logIn("nemo", "wrong")).toMatchObject({
    reason: "wrong-password",
    message: expect.stringContaining("password"),
  });
  expect(outcome("nobody", "x")).toBe("unknown-user");
});

test("[VOU-09] a voucher logs in with the code, with nothing, and however it is typed; its end is fixed by the first use", async () => {
  const { logIn, log, world, recorder, state } = siteOf();
  expect(logIn("1234567890", "1234567890")).toMatchObject({ kind: "accept", limits: { sessionSeconds: 3600 } });
  world.advance(600_000);
  expect(logIn("12345 67890", "")).toMatchObject({ kind: "accept", limits: { sessionSeconds: 3000 } });
  await recorder.unwritten(aboutGrant([...state.grants.keys()][0] ?? ""));
  expect(logIn("12345-67890", "1234567890")).toMatchObject({ kind: "accept", durable: null });
  expect(logIn("1234567890", "other")).toMatchObject({ kind: "reject", reason: "wrong-password" });
  expect(log.kinds()).toEqual(["grant-started", "device-bound"]);
  world.advance(3_000_000);
  expect(logIn("1234567890", "")).toMatchObject({ kind: "reject", reason: "expired" });
});

test("the same voucher twice in flight starts once, and both answers wait for the disk", async () => {
  const { logIn, log } = siteOf();
  log.setMode("hold");
  const both = [logIn("1234567890", ""), logIn("1234567890", "")];
  let calls = 0;
  const answers = both.map(async (decision) => {
    if (decision.kind === "accept") await decision.durable;
    calls += 1;
  });
  await Promise.resolve();
  expect(calls).toBe(0);
  log.release();
  await Promise.all(answers);
  expect(log.kinds().filter((kind) => kind === "grant-started")).toHaveLength(1);
});

test("when the disk refuses the first use, nobody is let in, and the first who is let in begins it", async () => {
  const { logIn, log } = siteOf();
  const tryOnce = async () => {
    const decision = logIn("1234567890", "");
    if (decision.kind === "accept") await decision.durable;
    return decision.kind;
  };
  log.setMode("refuse");
  await expect(tryOnce()).rejects.toThrow("disk full");
  await expect(tryOnce()).rejects.toThrow("the disk refuses");
  log.setMode("quick");
  await expect(tryOnce()).resolves.toBe("accept");
  expect(log.kinds()).toEqual(["grant-started", "device-bound", "start-refused", "grant-started"]);
});

test("while the disk is known to refuse, a first use has not begun: its time runs from when it is let in", async () => {
  const { logIn, log, world, state } = siteOf();
  const enter = async (user: string) => {
    const decision = logIn(user, "");
    if (decision.kind === "accept") await decision.durable;
    return decision.kind === "accept" ? decision.limits : decision.reason;
  };
  log.setMode("refuse");
  await expect(enter("GIGA1")).rejects.toThrow("disk full"); // it found out
  await expect(enter("1234567890")).rejects.toThrow("the disk refuses");
  expect([state.grants.size, state.slots.size]).toEqual([0, 1]);
  world.advance(3_000_000);
  log.setMode("quick");
  await expect(enter("1234567890")).resolves.toMatchObject({ sessionSeconds: 3600 });
  expect(foldOf(log.records).grants).toEqual(state.grants);
});

test("when the journal can't even queue the first use, nothing crashes, nobody is let in and nothing is spent", async () => {
  const { logIn, log, portalAccess, state } = siteOf();
  const tryOnce = async (user: string) => {
    const decision = logIn(user, user);
    if (decision.kind === "accept") await decision.durable;
    return decision.kind;
  };
  log.setMode("overflow");
  await expect(tryOnce("1234567890")).rejects.toThrow("too much waits");
  expect(state.grants.size).toBe(0);
  log.setMode("quick");
  const redeemed = await portalAccess.redeem("1234567890", phone);
  const { username } = portalAccess.issueLogIn(redeemed.kind === "redeemed" ? redeemed.grantId : "", phone);
  log.setMode("overflow");
  await expect(tryOnce(username)).rejects.toThrow("too much waits");
  log.setMode("quick");
  await expect(tryOnce(username)).resolves.toBe("accept");
});

test("[RAD-14] what a session used is missing from the next accept", async () => {
  const { logIn, access } = siteOf();
  const first = logIn("GIGA1", "");
  expect(first).toMatchObject({ limits: { totalBytes: 1_000_000_000, downKbps: 2000, upKbps: 1000 } });
  const grantId = first.kind === "accept" ? first.grantId : "";
  await access.account(reportOf("start", { grantId }));
  await access.account(reportOf("stop", { grantId, input: 300_000_000, output: 600_000_000, online: 60 }));
  expect(logIn("GIGA1", "")).toMatchObject({ limits: { totalBytes: 100_000_000 } });
  await access.account(reportOf("start", { grantId, sessionId: "80100002" }));
  await access.account(reportOf("stop", { grantId, sessionId: "80100002", output: 100_000_000, online: 60 }));
  expect(logIn("GIGA1", "")).toMatchObject({ reason: "data-used" });
});

test("[BEY-03] any code of a followed batch is redeemed by its one row, exceptions are turned away", () => {
  const { outcome, logIn, put, world } = siteOf();
  expect(outcome(codeOf(7), "")).toBe("unknown-user");
  put({ kind: "batch", key: "b1", body: batch });
  world.advance(turnLimits.formMs);
  expect(logIn(codeOf(7).toLowerCase(), "")).toMatchObject({ kind: "accept", grantId: "v.b1.7" });
  put({ kind: "voucher", key: "b1/8", body: { state: "disabled", atMs: world.clock.wall().atMs } });
  put({ kind: "voucher", key: "b1/9", body: { state: "redeemed-elsewhere", atMs: world.clock.wall().atMs } });
  expect(outcome(codeOf(8), "")).toBe("disabled");
  expect(outcome(codeOf(9), "")).toBe("elsewhere");
});

test("[VOU-05] [VOU-14] a disabled voucher that runs is taken away; a batch past its date sells no more, what runs goes on", () => {
  const { outcome, put, world } = siteOf();
  put({ kind: "batch", key: "b1", body: batch });
  expect(outcome(codeOf(1), "")).toBe("accept");
  expect(outcome(codeOf(2), "")).toBe("accept");
  put({ kind: "batch", key: "b1", body: { ...batch, expiresAtMs: world.clock.wall().atMs } });
  put({ kind: "voucher", key: "b1/1", body: { state: "disabled", atMs: world.clock.wall().atMs } });
  expect(outcome(codeOf(1), "")).toBe("revoked");
  expect(outcome(codeOf(2), "")).toBe("accept");
  expect(outcome(codeOf(3), "")).toBe("expired");
});

test("[BEY-10] a code typed on a second phone takes the slot over; the first one's silent re-entry is turned away", async () => {
  const { outcome, access, state } = siteOf();
  const second = { mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" };
  expect(outcome("1234567890", "")).toBe("accept");
  await access.account(reportOf("start", { user: "1234567890" }));
  expect(outcome("1234567890", "", second)).toBe("accept");
  await access.account(reportOf("start", { user: "1234567890", sessionId: "80100002", ...second }));
  expect([...state.slots].flatMap(([, slots]) => slots)).toMatchObject([{ mac: "AA:BB:CC:DD:EE:02" }]);
  expect(outcome("AA:BB:CC:DD:EE:01", "")).toBe("unknown-user");
  expect(outcome("AA:BB:CC:DD:EE:02", "", second)).toBe("accept");
});

test("MAC authentication lets a device back in that holds a slot, and no device that only says so", () => {
  const { outcome } = siteOf();
  expect(outcome("AA:BB:CC:DD:EE:01", "")).toBe("unknown-user");
  outcome("1234567890", "");
  expect(outcome("AA:BB:CC:DD:EE:01", "")).toBe("accept");
  expect(outcome("aa-bb-cc-dd-ee-01", "aa-bb-cc-dd-ee-01")).toBe("accept");
  expect(outcome("AA:BB:CC:DD:EE:01", "", { mac: "AA:BB:CC:DD:EE:09" })).toBe("unknown-user");
  // Over L2TP the router sends the caller's IP address: nobody has seen a MAC.
  expect(outcome("AA:BB:CC:DD:EE:01", "AA:BB:CC:DD:EE:01", { mac: null, service: "ppp" })).toBe("unknown-user");
});

test("the password of an account that is named like a MAC is guessed no more often than another, and what the router asks by itself is no guess", () => {
  const mac = "AA:BB:CC:DD:EE:77";
  const accounts = [{ username: mac, password: "4821", plan: "all" }];
  const { outcome } = siteOf({ file: { ...file, accounts } });
  for (const asked of ["", mac])
    for (let each = 0; each < 20; each++) expect(outcome(mac, asked, { mac })).toBe("wrong-password");
  const answers = Array.from({ length: 20 }, (_, pin) => outcome(mac, `${1000 + pin}`, { mac }));
  expect(answers[0]).toBe("wrong-password");
  expect(answers.filter((answer) => answer === "wrong-password").length).toBeLessThanOrEqual(8);
  expect(outcome(mac, "4821", { mac })).not.toBe("accept");
});

test("[POR-03] a one-time log-in works once from its own host, and afterwards only for the same MAC", async () => {
  const { portalAccess, outcome, log } = siteOf();
  const redeemed = await portalAccess.redeem("12345-67890", phone);
  const grantId = redeemed.kind === "redeemed" ? redeemed.grantId : "";
  const { username, password } = portalAccess.issueLogIn(grantId, phone);
  expect(outcome(username, "guess")).toBe("wrong-password");
  expect(outcome(username, password, { address: "10.5.50.99" })).toBe("unknown-user");
  expect(outcome(username, password)).toBe("accept");
  expect(log.kinds()).toContain("token-spent");
  expect(outcome(username, password, { mac: "AA:BB:CC:DD:EE:02" })).toBe("unknown-user");
  expect(outcome(username, password)).toBe("accept");
});

test("[BEY-12] who comes back by the portal waits for no disk: the log-in gives nothing that the device does not have", async () => {
  const { portalAccess, logIn, log, recorder } = siteOf();
  const redeemed = await portalAccess.redeem("12345-67890", phone);
  const grantId = redeemed.kind === "redeemed" ? redeemed.grantId : "";
  const comeBack = (mac = phone.mac) => {
    const { username, password } = portalAccess.issueLogIn(grantId, { ...phone, mac });
    return logIn(username, password, { mac });
  };
  log.setMode("hold");
  expect(comeBack()).toMatchObject({ kind: "accept", durable: null });
  expect(log.kinds()).toContain("token-spent");
  log.release();
  await recorder.unwritten(aboutGrant(grantId));
  // Also under another MAC, or under the one that the router told too late for the portal: the place is the device's own.
  expect(comeBack("AA:BB:CC:DD:EE:0F")).toMatchObject({ kind: "accept", durable: null });
  expect(log.records.at(-1)).toMatchObject({ kind: "device-bound", mac: "AA:BB:CC:DD:EE:0F", replaces: null });
  log.release();
  await recorder.unwritten(aboutGrant(grantId));
  // Not before what the grant stands on is on disk.
  void recorder.record(
    { kind: "device-bound", grantId, device: "cd34", mac: null, replaces: null },
    { about: aboutGrant(grantId) },
  );
  expect(comeBack()).toMatchObject({ kind: "accept", durable: expect.any(Promise) });
  log.release();
  log.setMode("refuse");
  await recorder.record({ kind: "device-bound", grantId, device: "cd34", mac: null, replaces: null }).catch(() => {});
  const refused = comeBack();
  await expect(refused.kind === "accept" ? refused.durable : null).rejects.toThrow("the disk refuses");
});

test("[PAY-07] a spent token is good for re-entry after a power cut", async () => {
  const first = siteOf();
  const redeemed = await first.portalAccess.redeem("12345-67890", phone);
  const grantId = redeemed.kind === "redeemed" ? redeemed.grantId : "";
  const { username, password } = first.portalAccess.issueLogIn(grantId, phone);
  expect(first.outcome(username, password)).toBe("accept");
  const second = siteOf({ state: foldOf(first.log.records) });
  expect(second.outcome(username, password)).toBe("accept");
  second.world.advance(3_600_000);
  expect(second.outcome(username, password)).toBe("expired");
});

test("a one-time log-in is good for two minutes", async () => {
  const { portalAccess, outcome, world } = siteOf();
  const redeemed = await portalAccess.redeem("12345-67890", phone);
  const { username, password } = portalAccess.issueLogIn(redeemed.kind === "redeemed" ? redeemed.grantId : "", phone);
  world.advance(120_000);
  expect(outcome(username, password)).toBe("unknown-user");
});

test("guessing locks the device that guesses, not its neighbour, and raises an alarm", () => {
  const { outcome, log, world } = siteOf();
  for (let guess = 0; guess < 9; guess++, world.advance(turnLimits.formMs)) outcome(`99999${guess}`, "");
  expect(outcome("1234567890", "")).toBe("guessing");
  expect(outcome("1234567890", "", { mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" })).toBe("accept");
  expect(log.records).toContainEqual(expect.objectContaining({ kind: "alarm", name: "guessing" }));
});

test("a guessed code of twelve digits is a wrong try like any other, though a MAC can be written so", () => {
  const { outcome, world } = siteOf();
  const outcomes = Array.from({ length: 10 }, (_, guess) => {
    world.advance(turnLimits.formMs);
    return outcome(`99999999999${guess}`, "");
  });
  expect(outcomes).toEqual([...new Array(9).fill("unknown-user"), "guessing"]);
});

test("who is locked for guessing keeps what the device holds itself", () => {
  const { outcome } = siteOf();
  expect(outcome("1234567890", "")).toBe("accept");
  for (let guess = 0; guess < 9; guess++) outcome(`99999${guess}`, "");
  expect(outcome("GIGA1", "")).toBe("guessing");
  expect(outcome("1234567890", "")).toBe("accept");
});

test("[RAD-01] in the router's own form a host is wrong once in five seconds: a second try is not looked at, and is told when", () => {
  const { logIn, outcome, world } = siteOf();
  expect(outcome("999990", "")).toBe("unknown-user");
  expect(logIn("1234567890", "")).toMatchObject({
    reason: "one-moment",
    message: expect.stringMatching(/^One moment, please.*\(5 s\)$/),
  });
  expect(outcome("1234567890", "", { mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" })).toBe("accept");
  world.advance(turnLimits.formMs);
  expect(outcome("GIGA1", "")).toBe("accept");
});

test("a refusal speaks the site's language", () => {
  const { logIn, put } = siteOf();
  put({ kind: "provider", key: "provider", body: { name: "Baraka", locale: "sw" } });
  expect(logIn("nobody", "x")).toMatchObject({ message: expect.stringContaining("Hatuutambui") });
});

test("an account of the hub logs in by its row, and not when it is switched off", () => {
  const { outcome, put } = siteOf();
  const body = {
    accountId: "7",
    username: "mary",
    password: "p",
    planName: "home",
    terms: unlimitedTerms,
    active: true,
  };
  put({ kind: "account", key: "7", body });
  expect(outcome("mary", "p")).toBe("accept");
  put({ kind: "account", key: "7", body: { ...body, active: false } });
  expect(outcome("mary", "p")).toBe("disabled");
});

test("[PAY-06] a purchase whose grant has arrived is claimed by the phone, and starts when it goes online", async () => {
  const { portalAccess, outcome, put, world, state } = siteOf();
  expect(await portalAccess.claimPurchase("p1", phone)).toEqual({ kind: "wait" });
  const grant = {
    grantId: "g1",
    origin: "purchase" as const,
    planName: "hour",
    terms: { ...unlimitedTerms, validitySeconds: 3600 },
    ...notBegun,
    unverified: true,
  };
  put({ kind: "grant", key: "g1", body: { grant, purchaseId: "p1", phoneHash: null } });
  expect(await portalAccess.claimPurchase("p1", phone)).toEqual({ kind: "granted", grantId: "g1" });
  expect(portalAccess.view(phone)).toMatchObject({
    online: null,
    available: [{ grantId: "g1", secondsLeft: 3600, endsAtMs: null }],
  });
  world.advance(60_000);
  const { username, password } = portalAccess.issueLogIn("g1", phone);
  expect(outcome(username, password)).toBe("accept");
  expect(state.grants.get("g1")?.grant.endsAtMs).toBe(world.clock.wall().atMs + 3_600_000);
  put({
    kind: "grant",
    key: "g1",
    body: { grant: { ...grant, revokedAtMs: unixMs(1) }, purchaseId: "p1", phoneHash: null },
  });
  expect(outcome(username, password)).toBe("revoked");
});

test("the portal shows what is online and what is left of it, and nothing to a stranger", async () => {
  const { portalAccess, access, world } = siteOf();
  const redeemed = await portalAccess.redeem("giga1", phone);
  const grantId = redeemed.kind === "redeemed" ? redeemed.grantId : "";
  await access.account(reportOf("start", { grantId }));
  world.advance(60_000);
  access.account(reportOf("interim", { grantId, output: 250_000_000, online: 60 }));
  expect(portalAccess.view(phone)).toMatchObject({
    online: { planName: "gigabyte", bytesUsed: 250_000_000, bytesLeft: 750_000_000, downKbps: 2000 },
    available: [],
  });
  expect(portalAccess.view({ token: "zz", mac: "AA:BB:CC:DD:EE:05", address: "10.5.50.15" })).toEqual({
    online: null,
    onlineGrantId: null,
    available: [],
    codes: [],
    held: null,
    ended: null,
  });
  await access.account(reportOf("stop", { grantId, output: 300_000_000, online: 120 }));
  expect(portalAccess.view(phone)).toMatchObject({ online: null, available: [{ bytesLeft: 700_000_000 }] });
});

test("wrong codes at the portal lock the device for a time that it shows", async () => {
  const { portalAccess } = siteOf();
  let last = await portalAccess.redeem("00000", phone);
  expect(last).toEqual({ kind: "refused", reason: "unknown-user", retryAfterSeconds: null });
  for (let guess = 0; guess < 8; guess++) last = await portalAccess.redeem(`0000${guess}`, phone);
  expect(last).toMatchObject({ kind: "refused", reason: "guessing", retryAfterSeconds: 300 });
});
