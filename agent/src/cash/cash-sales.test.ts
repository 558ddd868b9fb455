import { createHook } from "node:async_hooks";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { cashSaleGrantId } from "@karibu/protocol/grant-id";
import { recalledPage } from "@karibu/protocol/journal/record";
import { expect, test } from "vitest";
import { createTestSite, foldOf, logInRequest } from "../access/test-site.ts";
import { addSpent } from "../state/spent-grants.ts";
import { restore, snapshotOf } from "../state/state-snapshot.ts";
import { hashPin } from "./pin.ts";

const file = {
  plans: [
    { name: "hour", validitySeconds: 3600, devices: 1, priceCents: 2000, currency: "KES" },
    { name: "day", validitySeconds: 86_400, priceCents: 5000 },
    { name: "not for cash" },
  ],
  sellers: [
    { name: "Main Counter", pin: "4821", floatCents: 5000 },
    { name: "Otieno", pin: "1357" },
  ],
};
const from = { mac: null, address: "10.5.50.40" };
const saleIds = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(32, "0"));

function siteOf() {
  const world = createSimulatedWorld();
  world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
  const site = createTestSite(world, { file });
  const sell = (index: number, rest: object = {}) =>
    site.cash.sell(
      { saleId: saleIds[index] as string, seller: "main counter", pin: "4821", planKey: "file hour", ...rest },
      { ...from, address: `10.5.50.${40 + index}` },
    );
  return { ...site, world, sell };
}

test("[BEY-19] a cash sale gives a code, is in the journal before its answer, and the code starts the time", async () => {
  const { sell, log, access, world, cash } = siteOf();
  expect(cash.plans().map(({ name }) => name)).toEqual(["hour", "day"]);
  const sold = await sell(0);
  expect(sold).toMatchObject({ kind: "sold", priceCents: 2000, currency: "KES", outCents: 2000, floatCents: 5000 });
  const code = sold.kind === "sold" ? sold.code : "";
  expect(log.records).toContainEqual(
    expect.objectContaining({ kind: "cash-sale", sellerId: "file.main counter", code }),
  );
  world.advance(86_400_000);
  expect(access.logIn(logInRequest(code, ""))).toMatchObject({ limits: { sessionSeconds: 3600 } });
  world.advance(3_600_000);
  expect(access.logIn(logInRequest(code, ""))).toMatchObject({ reason: "expired" });
});

test("[BEY-19] the same sale requested twice is one sale with one code, also after a power cut", async () => {
  const { sell, log, world, state } = siteOf();
  const [first, second] = await Promise.all([sell(0), sell(0)]);
  expect(second).toEqual(first);
  for (const kept of [foldOf(log.records), restore(JSON.parse(JSON.stringify(snapshotOf(state)))) ?? state]) {
    const again = createTestSite(world, { file, state: kept });
    const request = { saleId: saleIds[0] as string, seller: "Main Counter", pin: "4821", planKey: "file hour" };
    expect(await again.cash.sell(request, from)).toEqual(first);
    expect(kept.soldCents.get("file.main counter")).toBe(2000);
    const other = { ...request, seller: "Otieno", pin: "1357" };
    expect(await again.cash.sell(other, from)).toMatchObject({ reason: "bad-request" });
  }
});

test("[BEY-19] a page that the browser brought back sells no other package under a name that is taken: the code is of the first sale", async () => {
  const { sell, state, log, world } = siteOf();
  const first = await sell(0);
  expect(first).toMatchObject({ kind: "sold", planName: "hour" });
  expect(await sell(0, { planKey: "file day" })).toMatchObject({ kind: "refused", reason: "bad-request" });
  expect([...state.sales.values()].map(({ grant }) => grant.planName)).toEqual(["hour"]);
  expect(await sell(0)).toEqual(first);
  const again = createTestSite(world, { file, state: foldOf(log.records) });
  const request = { saleId: saleIds[0] as string, seller: "Main Counter", pin: "4821", planKey: "file day" };
  expect(await again.cash.sell(request, from)).toMatchObject({ reason: "bad-request" });
});

test("[BEY-19] a sale whose code was used up and is forgotten is not made again under its name", async () => {
  const { sell, state, log, world } = siteOf();
  addSpent(state.spent, cashSaleGrantId(saleIds[0] as string), "expired", world.clock.wall().atMs);
  expect(await sell(0)).toMatchObject({ reason: "bad-request" });
  expect(log.records.filter(({ kind }) => kind === "cash-sale")).toEqual([]);
  expect(await sell(1)).toMatchObject({ kind: "sold" });
});

test("[BEY-19] a site that just lost its memory makes no second sale of one that its hub knows: the seller presses again, and gets the first code", async () => {
  const before = siteOf();
  const first = await before.sell(0);
  const sales = before.log.records.flatMap((record) => (record.kind === "cash-sale" ? [record] : []));
  const { sell, recorder, log } = siteOf();
  await recorder.record({ kind: "memory-lost", cause: "empty" });
  expect(await sell(0)).toMatchObject({ reason: "not-written" });
  expect(log.records.filter(({ kind }) => kind === "cash-sale")).toEqual([]);
  const page = recalledPage.parse(JSON.parse(JSON.stringify({ spent: [], ended: [], grants: [], sales, sellers: [] })));
  await recorder.record({ kind: "recalled", recall: "the sales", page, done: true });
  expect(await sell(0)).toMatchObject({ kind: "sold", code: first.kind === "sold" ? first.code : "" });
  expect(await sell(1)).toMatchObject({ kind: "sold" });
});

test("[BEY-19] a site that lost its memory, and whose hub is away, sells again after a minute, also where its clock is set back", async () => {
  const { sell, recorder, world } = siteOf();
  await recorder.record({ kind: "memory-lost", cause: "empty" });
  world.advance(59_000);
  expect(await sell(0)).toMatchObject({ reason: "not-written" });
  world.advance(1000);
  expect(await sell(0)).toMatchObject({ kind: "sold" });
  world.setWall(Date.UTC(2026, 10, 19, 12), "synced");
  expect(await sell(1)).toMatchObject({ kind: "sold" });
});

test("[BEY-19] a seller sells up to the float, two sales at once included; one without a limit keeps selling", async () => {
  const { sell } = siteOf();
  const outcomes = await Promise.all([sell(0), sell(1), sell(2)]);
  expect(outcomes.map((one) => (one.kind === "sold" ? one.kind : one.reason))).toEqual([
    "sold",
    "sold",
    "float-used-up",
  ]);
  for (let index = 3; index < 8; index++) {
    expect(await sell(index, { seller: "Otieno", pin: "1357", planKey: "file day" })).toMatchObject({ kind: "sold" });
  }
});

test("[BEY-19] a seller of the site file who handed cash in, by `settledCents` after a restart, sells as much again", async () => {
  const { sell, log, world } = siteOf();
  for (const index of [0, 1]) expect(await sell(index)).toMatchObject({ kind: "sold" });
  expect(await sell(2)).toMatchObject({ reason: "float-used-up" });
  const [mainCounter, ...others] = file.sellers;
  const unwritten = { ...file, sellers: [{ ...mainCounter, settledCents: 4000 }, ...others] };
  const { cash } = createTestSite(world, { file: unwritten, state: foldOf(log.records) });
  const outcomes = [];
  for (const saleId of saleIds.slice(2, 5))
    outcomes.push(await cash.sell({ saleId, seller: "Main Counter", pin: "4821", planKey: "file hour" }, from));
  expect(outcomes).toMatchObject([{ outCents: 2000 }, { outCents: 4000 }, { reason: "float-used-up" }]);
});

test("[BEY-19] wrong PINs lock the seller for a time, raise an alarm, and do not reveal which names exist", async () => {
  const { sell, log, world } = siteOf();
  const reasons = async (seller: string) => {
    const all: string[] = [];
    for (let index = 0; index < 7; index++) {
      const outcome = await sell(index, { seller, pin: "0000" });
      all.push(outcome.kind === "refused" ? outcome.reason : outcome.kind);
    }
    return all;
  };
  const known = await reasons("Main Counter");
  expect(known).toEqual(["wrong-pin", "wrong-pin", "wrong-pin", "wrong-pin", "locked", "locked", "locked"]);
  expect(await reasons("Nobody")).toEqual(known);
  expect(await sell(9)).toMatchObject({ reason: "locked", retryAfterSeconds: 900 });
  expect(await sell(10, { seller: "Otieno", pin: "1357" })).toMatchObject({ kind: "sold" });
  expect(log.records.filter(({ kind }) => kind === "alarm")).toContainEqual(
    expect.objectContaining({ name: "seller-locked" }),
  );
  world.advance(900_000);
  expect(await sell(9)).toMatchObject({ kind: "sold" });
});

test("[BEY-19] the right PIN clears the wrong ones before it", async () => {
  const { sell } = siteOf();
  const typed: string[] = [];
  for (const [index, pin] of ["0000", "0000", "0000", "4821", "0000", "0000", "0000", "4821"].entries()) {
    const outcome = await sell(index, { pin });
    typed.push(outcome.kind === "refused" ? outcome.reason : outcome.kind);
  }
  const wrong = ["wrong-pin", "wrong-pin", "wrong-pin"];
  expect(typed).toEqual([...wrong, "sold", ...wrong, "sold"]);
});

test("[BEY-19] who tries a thousand names that are none makes the site forget no seller's wrong PINs, nor their lock", async () => {
  const { sell, cash } = siteOf();
  const other = async (round: number) => {
    for (let at = 0; at < 1100; at++)
      await cash.checkPin(`Guest ${round} ${at}`, "0000", { mac: null, address: `10.${round}.${at >> 8}.${at & 255}` });
  };
  for (let wrong = 0; wrong < 4; wrong++)
    expect(await sell(wrong, { pin: "0000" })).toMatchObject({ reason: "wrong-pin" });
  await other(1);
  expect(await sell(4, { pin: "0000" }), "the fifth").toMatchObject({ reason: "locked", retryAfterSeconds: 900 });
  await other(2);
  expect(await sell(5)).toMatchObject({ reason: "locked" });
});

test("[BEY-19] a seller of the hub sells by a row with a hashed PIN, and a hand-in frees the float", async () => {
  const { sell, put } = siteOf();
  const pinSalt = "00112233445566778899aabbccddeeff";
  const pinHash = (await hashPin("2468", pinSalt)).toString("hex");
  const body = { sellerId: "s1", name: "Achieng", pinHash, pinSalt, floatCents: 2000, settledCents: 0, active: true };
  put({ kind: "seller", key: "s1", body });
  const achieng = { seller: "achieng", pin: "2468" };
  expect(await sell(0, achieng)).toMatchObject({ kind: "sold", outCents: 2000 });
  expect(await sell(1, achieng)).toMatchObject({ reason: "float-used-up" });
  put({ kind: "seller", key: "s1", body: { ...body, settledCents: 2000 } });
  expect(await sell(1, achieng)).toMatchObject({ kind: "sold", outCents: 2000 });
  // Paid ahead: it may be sold on top of the limit, and no more than that.
  put({ kind: "seller", key: "s1", body: { ...body, floatCents: 0, settledCents: 6000 } });
  expect(await sell(3, achieng)).toMatchObject({ kind: "sold", outCents: 0 });
  expect(await sell(4, achieng)).toMatchObject({ reason: "float-used-up" });
  put({ kind: "seller", key: "s1", body: { ...body, settledCents: 9000, active: false } });
  expect(await sell(2, achieng)).toMatchObject({ reason: "wrong-pin" });
});

test("[BEY-19] a seller of the hub sells nothing that is priced in another currency than the provider's: the office could not take it in; the file's own may", async () => {
  const { sell, put, cash } = siteOf();
  const pinSalt = "00112233445566778899aabbccddeeff";
  const pinHash = (await hashPin("2468", pinSalt)).toString("hex");
  const body = { sellerId: "s1", name: "Achieng", pinHash, pinSalt, floatCents: null, settledCents: 0, active: true };
  put({ kind: "seller", key: "s1", body });
  const provider = { name: "Net", currency: "UGX", locale: "en", utcOffsetMinutes: 180, supportPhone: null };
  put({ kind: "provider", key: "provider", body: { ...provider, bridge: null } });
  expect(cash.plans()).toContainEqual(expect.objectContaining({ key: "file hour", currency: "KES" }));
  const achieng = { seller: "achieng", pin: "2468" };
  expect(await sell(0, achieng)).toMatchObject({ kind: "refused", reason: "other-currency" });
  expect(await sell(1, { ...achieng, planKey: "file day" })).toMatchObject({ kind: "sold", currency: "UGX" });
  expect(await sell(2)).toMatchObject({ kind: "sold", currency: "KES" });
});

test("[BEY-19] a sale that the hub disabled is worth nothing: unused its code is refused, in use it ends; enabled it counts again", async () => {
  const { sell, put, access, world } = siteOf();
  const codes: string[] = [];
  for (const index of [0, 1]) {
    const sold = await sell(index);
    codes.push(sold.kind === "sold" ? sold.code : "");
  }
  const [unused, used] = codes as [string, string];
  expect(access.logIn(logInRequest(used, ""))).toMatchObject({ limits: { sessionSeconds: 3600 } });
  const row = (index: number, body: object | null) =>
    put({ kind: "cash-sale", key: `c.${saleIds[index]}`, body } as Parameters<typeof put>[0]);
  for (const index of [0, 1]) row(index, { state: "disabled", atMs: world.clock.wall().atMs });
  expect(access.logIn(logInRequest(unused, ""))).toMatchObject({ reason: "disabled" });
  expect(access.logIn(logInRequest(used, ""))).toMatchObject({ reason: "revoked" });
  for (const index of [0, 1]) row(index, null);
  for (const code of codes) expect(access.logIn(logInRequest(code, ""))).toMatchObject({ limits: expect.anything() });
});

/** The provider's limit of a seller's day. */
function sellTwoADay(put: ReturnType<typeof siteOf>["put"]): void {
  const bridge = { seconds: 0, dataBytes: 0 };
  const provider = { name: "Net", currency: "KES", locale: "en", utcOffsetMinutes: 180, supportPhone: null, bridge };
  put({ kind: "provider", key: "provider", body: { ...provider, sellerSalesPerDay: 2 } } as Parameters<typeof put>[0]);
}

test("[BEY-19] a seller makes so many sales a day as the provider allows, two hundred where nobody said; the next day begins at zero", async () => {
  const { cash, world, put } = siteOf();
  let made = 0;
  const sell = (planKey = "file day") => {
    const saleId = (++made).toString(16).padStart(32, "0");
    const from = { mac: null, address: `10.5.${50 + Math.floor(made / 200)}.${made % 200}` };
    return cash.sell({ saleId, seller: "otieno", pin: "1357", planKey }, from);
  };
  for (let sale = 1; sale <= 200; sale++) expect(await sell()).toMatchObject({ kind: "sold" });
  expect(await sell()).toMatchObject({ reason: "day-limit" });
  world.advance(10 * 3_600_000); // past midnight in Nairobi
  expect(await sell()).toMatchObject({ kind: "sold" });
  sellTwoADay(put);
  expect(await sell()).toMatchObject({ kind: "sold" });
  expect(await sell()).toMatchObject({ reason: "day-limit" });
});

test("[BEY-19] a sale that a clock which was ahead wrote into the future hides no later sale: the day's number holds, today and tomorrow", async () => {
  const { sell, world, put } = siteOf();
  sellTwoADay(put);
  const otieno = { seller: "otieno", pin: "1357" };
  const nowMs = world.clock.wall().atMs;
  world.setWall(Date.UTC(2029, 0, 1), "estimated");
  expect(await sell(0, otieno)).toMatchObject({ kind: "sold" });
  world.setWall(nowMs, "synced");
  expect(await sell(1, otieno)).toMatchObject({ kind: "sold" });
  expect(await sell(2, otieno)).toMatchObject({ reason: "day-limit" });
  world.advance(86_400_000);
  expect(await sell(3, otieno)).toMatchObject({ kind: "sold" });
  expect(await sell(4, otieno)).toMatchObject({ kind: "sold" });
});

test("[BEY-19] a day that was full by a clock which was ahead keeps no seller from selling once the clock is right", async () => {
  const { sell, world, put } = siteOf();
  sellTwoADay(put);
  const otieno = { seller: "otieno", pin: "1357" };
  const nowMs = world.clock.wall().atMs;
  world.setWall(Date.UTC(2029, 0, 1), "estimated");
  for (const sale of [0, 1]) expect(await sell(sale, otieno)).toMatchObject({ kind: "sold" });
  expect(await sell(2, otieno)).toMatchObject({ reason: "day-limit" });
  world.setWall(nowMs, "synced");
  expect(await sell(3, otieno)).toMatchObject({ kind: "sold" });
  world.advance(86_400_000);
  for (const sale of [4, 5]) expect(await sell(sale, otieno)).toMatchObject({ kind: "sold" });
  expect(await sell(6, otieno)).toMatchObject({ reason: "day-limit" });
});

test("[BEY-19] the customer's number goes into the record as an MSISDN; one that is none sells nothing", async () => {
  const { sell, log } = siteOf();
  expect(await sell(0, { phone: "0722 000 444" })).toMatchObject({ kind: "sold" });
  expect(log.records).toContainEqual(expect.objectContaining({ kind: "cash-sale", phone: "254722000444" }));
  expect(await sell(1, { phone: "12" })).toMatchObject({ reason: "bad-phone" });
  expect(await sell(2, { phone: " " })).toMatchObject({ kind: "sold" });
  expect(log.records.filter(({ kind }) => kind === "cash-sale")).toHaveLength(2);
});

test("a sale that the disk refuses shows no code; the same request again is the same sale", async () => {
  const { sell, log, state } = siteOf();
  log.setMode("refuse");
  expect(await sell(0)).toMatchObject({ reason: "not-written" });
  log.setMode("quick");
  expect(await sell(0)).toMatchObject({ kind: "sold", outCents: 2000 });
  expect(state.sales.size).toBe(1);
  log.setMode("overflow");
  expect(await sell(1)).toMatchObject({ reason: "not-written" });
  expect(state.sales.size).toBe(1);
});

test("while the disk is known to refuse writes nothing is sold, and nothing has to be shown later", async () => {
  const { sell, log, state } = siteOf();
  log.setMode("refuse");
  for (const index of [0, 1, 1]) expect(await sell(index)).toMatchObject({ reason: "not-written" });
  expect(state.sales.size).toBe(1); // the one that found out
  log.setMode("quick");
  expect(await sell(1)).toMatchObject({ kind: "sold", outCents: 4000, earlier: [{ priceCents: 2000 }] });
});

test("[BEY-19] PINs that are tried all at once are counted one by one, for a seller of the hub too", async () => {
  const { sell, put } = siteOf();
  const pinSalt = "00112233445566778899aabbccddeeff";
  const pinHash = (await hashPin("2468", pinSalt)).toString("hex");
  const body = { sellerId: "s1", name: "Achieng", pinHash, pinSalt, floatCents: 9000, settledCents: 0, active: true };
  put({ kind: "seller", key: "s1", body });
  const tries = saleIds.map((_, index) => sell(index, { seller: "achieng", pin: index === 6 ? "2468" : "0000" }));
  const reasons = (await Promise.all(tries)).map((one) => (one.kind === "sold" ? one.kind : one.reason));
  expect(reasons).not.toContain("sold");
  expect(reasons.filter((reason) => reason === "wrong-pin")).toHaveLength(4);
  expect(await sell(0, { seller: "achieng", pin: "2468" })).toMatchObject({ reason: "locked" });
});

test("PINs of several sellers are hashed one after the other, so that one thread stays free for the journal", async () => {
  const { sell, put } = siteOf();
  const pinSalt = "00112233445566778899aabbccddeeff";
  const pinHash = (await hashPin("2468", pinSalt)).toString("hex");
  const names = ["Achieng", "Barasa", "Chebet", "Doreen"];
  for (const [index, name] of names.entries()) {
    const body = { sellerId: `s${index}`, name, pinHash, pinSalt, floatCents: 9000, settledCents: 0, active: true };
    put({ kind: "seller", key: body.sellerId, body });
  }
  let running = 0;
  let most = 0;
  const hashes = new Set<number>();
  const hook = createHook({
    init(id, type) {
      if (type !== "SCRYPTREQUEST") return;
      hashes.add(id);
      running += 1;
      most = Math.max(most, running);
    },
    before(id) {
      if (hashes.has(id)) running -= 1;
    },
  }).enable();
  const sold = await Promise.all(names.map((seller, index) => sell(index, { seller, pin: "2468" })));
  hook.disable();
  expect(sold.map(({ kind }) => kind)).toEqual(names.map(() => "sold"));
  expect(hashes.size).toBe(names.length);
  expect(most).toBe(1);
});

test("a sale that was written after its refusal is shown to its seller with the next one, until it was shown", async () => {
  const { sell, log } = siteOf();
  log.setMode("refuse");
  expect(await sell(0)).toMatchObject({ reason: "not-written" });
  log.setMode("quick");
  const next = await sell(1);
  expect(next).toMatchObject({ kind: "sold", outCents: 4000, earlier: [{ planName: "hour", priceCents: 2000 }] });
  expect(await sell(2)).toMatchObject({ reason: "float-used-up", earlier: [{ planName: "hour", priceCents: 2000 }] });
  expect(await sell(3, { seller: "Otieno", pin: "1357" })).toMatchObject({ kind: "sold", earlier: [] });
  const first = await sell(0);
  expect(first).toMatchObject({ kind: "sold", code: next.kind === "sold" ? next.earlier[0]?.code : "" });
  expect(await sell(1)).toMatchObject({ kind: "sold", earlier: [] });
});
