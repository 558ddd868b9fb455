/**
 * The drill of `docs/operate-hub.md`, step by step: a hub backs itself up, goes on, and is killed; the operator restores its newest back-up on
 * another machine. Its sites sell all the while. Hub, sites and the command line are processes of their own; M-Pesa is simulated.
 */
import { join } from "node:path";
import { engineSuite, useFreshServer } from "@karibu/cloud/ground/db/test-databases";
import { afterEach, expect, test } from "vitest";
import { ask, patiently, planBytes, seller } from "./test-restore-drill.ts";
import { cashCents, mpesaCents, openDrill, owner, sellOn } from "./test-restore-drill-hub.ts";

const staff = { email: "otieno@provider.test", password: "otienos-password" };
const gone = { name: "Otieno", pin: "593827" };

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

engineSuite("a hub that is killed and restored", (engine) => {
  const machines = { old: useFreshServer(engine), empty: useFreshServer(engine) };

  test("[BEY-29] [SYS-09] NO-THEFT: sites sell all the while: right to the shilling and to the voucher, and nothing revoked lives", async () => {
    const drill = await openDrill(machines, endings);
    const { call, buy, pay, useBought, letIn, makeBatch, readAll } = drill;
    const [one, other, third] = [
      await drill.openSite("one"),
      await drill.openSite("other"),
      await drill.openSite("third"),
    ];
    const sites = [one, other];
    const withFloats = sites.map(({ siteId }) => ({ siteId, floatCents: 10_000_000 }));
    for (const person of [seller, gone]) await call("POST", "/sellers", { ...person, sites: withFloats });
    const old = [await makeBatch(one, 60), await makeBatch(other, 60)] as const;
    const token = await call("POST", "/tokens", { name: "till", scopes: ["plans.read"], password: owner.password });
    const { userId } = await call("POST", "/users", {
      ...staff,
      name: "Otieno",
      role: "manager",
      yourPassword: owner.password,
    });
    for (const site of sites) await patiently("it has its codes", () => drill.isServing(site));
    const plansBy = (secret: string) => ask("GET", `${drill.url}/api/v1/plans`, { token: secret });
    expect((await plansBy(token.token)).status).toBe(200);
    expect((await one.sell(drill.plans.cash, gone)).status).toBe(201);
    for (const [index, site] of sites.entries()) {
      // One code of each is not sold: it is switched off later.
      site.pool.push(...(old[index]?.codes ?? []).slice(1));
      site.trade(drill.plans.cash);
    }

    // Before the back-up: begun; paid and not begun; two prompts that nobody has answered.
    const begunBefore = await buy(one, "0722000101");
    pay(begunBefore);
    await useBought(one, begunBefore);
    const waiting = await buy(other, "0722000102");
    pay(waiting);
    await letIn(other, waiting);
    const paidAfter = await buy(one, "0722000103");
    const paidInTheDark = await buy(other, "0722000104");
    await sellOn(...sites);
    await drill.backUp();

    // After it: all of this the restored hub does not know.
    const lostBatch = await makeBatch(one, 8);
    await patiently("the site has the codes", () => drill.isServing(one));
    const [lostBegun = "", begunInTheDark = "", begunLater = "", lostOff = ""] = lostBatch.codes;
    await one.begin(lostBegun);
    pay(paidAfter);
    await useBought(one, paidAfter);
    const [lostSale, lostUnbegun] = [await buy(one, "0722000105"), await buy(other, "0722000106")];
    const lostReceipt = pay(lostSale);
    pay(lostUnbegun);
    await useBought(one, lostSale);
    await letIn(other, lostUnbegun);
    const [open, cancelled] = [await buy(one, "0722000107"), await buy(other, "0722000108")];
    drill.cancel(cancelled);
    const offOf = (made: { vouchers: { voucherId: string; code: string }[] }, code: string) =>
      call("POST", `/vouchers/${made.vouchers.find((each) => each.code === code)?.voucherId}/disable`);
    const oldOff = old[0].codes[0] as string;
    await offOf(old[0], oldOff);
    await offOf(lostBatch, lostOff);
    await call("POST", `/tokens/${token.tokenId}/revoke`);
    await call("PATCH", `/users/${userId}`, { active: false });
    const { items: sellers } = await call("GET", "/sellers");
    const goneId = sellers.find(({ name }: { name: string }) => name === gone.name).sellerId;
    await call("POST", `/sellers/${goneId}/disable`);
    await third.kill();
    await call("POST", `/sites/${third.siteId}/revoke`);
    for (const site of sites) await patiently("it has heard of it", () => drill.isServing(site));
    expect((await one.sell(drill.plans.cash, gone)).status).toBe(403);
    const targets = ["api_tokens", "users", "agents", "sellers"];
    await patiently("the store has it", async () => {
      const sent = await drill.sentRevocations();
      return targets.every((target) => sent.has(target));
    });
    await sellOn(...sites);

    await drill.kill();
    const openReceipt = pay(open);
    pay(paidInTheDark);
    await drill.daraja.delivered();
    await one.begin(begunInTheDark);
    await useBought(other, lostUnbegun);
    await sellOn(...sites);

    const said = await drill.restore();
    expect(said).toMatch(/^fetched: karibu-/m);
    expect(said).toMatch(/^revoked again: [1-9]/m);
    const restored = async () => (await call("GET", "/restores")).items[0];
    await patiently("both sites have given back", async () => (await restored()).sites.done === 2);
    await third.start();
    await sellOn(...sites);

    // Nothing that was revoked lives.
    expect((await plansBy(token.token)).status).toBe(401);
    expect((await drill.logIn(staff)).status).toBeGreaterThanOrEqual(400);
    await patiently("the device is refused", async () => (await third.status()).includes("revoked this device"));
    expect((await call("GET", `/sites/${third.siteId}`)).state).toBe("revoked");
    expect([await one.logIn(oldOff), await one.logIn(lostOff)]).toEqual(["reject", "reject"]);
    for (const site of sites) await patiently("it is in step", () => drill.isServing(site));
    for (const site of sites) expect((await site.sell(drill.plans.cash, gone)).status).toBe(403);

    // What the restore undid is listed.
    const undone = (await readAll("/restores/rows?")).map(({ kind, reason }) => `${kind} ${reason}`).sort();
    expect(undone).toEqual([
      ...["batch lost", "follow lost", "grant lost", "grant lost", "grant lost"],
      ...["voucher revoked-again", "voucher revoked-again"],
    ]);
    expect((await restored()).journalRecords).toBeGreaterThan(2);

    // The statement of these days proves the money. One payment belongs to a purchase that nobody holds: its customer has the receipt.
    await one.begin(begunLater);
    await useBought(other, waiting);
    await drill.importStatement();
    await useBought(other, paidInTheDark);
    let claimed = await one.claim(openReceipt, open.phone);
    await patiently("the receipt is found", async () => {
      claimed = await one.claim(openReceipt, open.phone, claimed.customer);
      return claimed.body?.kind === "settled" && claimed.body.purchase !== null;
    });
    const late = { id: claimed.body.purchase.purchaseId, phone: open.phone, customer: claimed.customer };
    await useBought(one, late);
    // Who shows a receipt again gets nothing twice.
    let again = await one.claim(lostReceipt, lostSale.phone);
    await patiently("the receipt is known", async () => {
      again = await one.claim(lostReceipt, lostSale.phone, again.customer);
      return again.body?.kind === "settled";
    });
    const name = again.body.purchase.logIn?.username;
    expect(name === undefined ? "reject" : await one.logIn(name, again.customer)).toBe("reject");

    for (const site of sites) await site.rest();
    for (const site of sites) await patiently("the hub has heard all of it", site.hubHasAll);
    const paid = [begunBefore, waiting, paidAfter, paidInTheDark, lostSale, lostUnbegun, late].map(({ id }) => id);
    const payments = async () => readAll("/payments?");
    const paidIds = async () =>
      (await payments()).filter(({ state }) => state === "paid").map((each) => String(each.id));
    await patiently("all are proved", async () => (await paidIds()).toSorted().join() === paid.toSorted().join());
    expect((await restored()).purchases).toEqual({ found: 3, open: 0, failed: 0 });

    // To the shilling: by M-Pesa's own list, and by what each site sold.
    const receipts = await readAll("/receipts?");
    expect(receipts.map(({ receipt, amountCents, state }) => `${receipt} ${amountCents} ${state}`).sort()).toEqual(
      drill.daraja
        .successes()
        .map(({ receipt, amount }) => `${receipt} ${amount * 100} booked`)
        .sort(),
    );
    for (const { siteId, sold } of sites) {
      const booked = await readAll(`/cash-sales?siteId=${siteId}&`);
      expect(booked.map(({ saleId }) => String(saleId)).sort()).toEqual(sold.map(({ saleId }) => saleId).sort());
    }
    const cash = sites.reduce((sum, { sold }) => sum + sold.length * cashCents, 0);
    const mpesa = drill.daraja.successes().reduce((sum, { amount }) => sum + amount * 100, 0);
    expect(mpesa).toBe(paid.length * mpesaCents);
    // A printed code is sold when it is begun.
    const begun = [...one.begun, ...other.begun].sort();
    const paper = begun.length * cashCents;
    const { float, revenue, clearing = 0, fees = 0, paper: printed, ...rest } = await drill.books();
    expect({ float, paper: printed, revenue, channel: clearing + fees }).toEqual({
      float: cash,
      paper,
      revenue: -cash - paper - mpesa,
      channel: mpesa,
    });
    expect(Object.values(rest).filter((cents) => cents !== 0)).toEqual([]);
    expect((await call("GET", "/ledger/trial-balance")).balanced).toBe(true);

    // To the voucher, and to the package.
    const vouchers = await readAll("/vouchers?");
    const codesOf = (is: string) => vouchers.filter(({ state }) => state === is).map(({ code }) => String(code));
    expect(codesOf("used").sort()).toEqual(begun);
    expect(codesOf("disabled").sort()).toEqual([oldOff, lostOff].sort());
    expect(vouchers).toHaveLength(128);
    const grants = await readAll("/grants?");
    const bought = grants.filter(({ paymentId }) => paymentId !== null);
    expect(bought.map(({ paymentId }) => String(paymentId)).sort()).toEqual(paid.toSorted());
    const used = grants.filter(({ startedAtMs }) => startedAtMs !== null).map(({ usedBytes }) => usedBytes);
    expect(new Set(used)).toEqual(new Set([planBytes]));
    expect((await call("GET", "/reports/double-use")).items).toEqual([]);
  }, 1_200_000);
});

engineSuite("a hub that is restored, and a site whose stick died with it", (engine) => {
  const machines = { old: useFreshServer(engine), empty: useFreshServer(engine) };

  test("[BEY-28] [BEY-29] what the back-up has is told; what the site did since is known to nobody, and the alarm says where and when", async () => {
    const drill = await openDrill(machines, endings);
    const { call, readAll } = drill;
    const site = await drill.openSite("one");
    await call("POST", "/sellers", { ...seller, sites: [{ siteId: site.siteId, floatCents: 10_000_000 }] });
    const [usedThen = "", usedSince = "", fresh = ""] = (await drill.makeBatch(site, 6)).codes;
    await patiently("it has its codes", () => drill.isServing(site));
    await site.begin(usedThen);
    const saleThen = await site.sell(drill.plans.cash);
    await site.begin(saleThen.body.code);
    await patiently("the hub has heard of it", site.hubHasAll);
    await drill.backUp();

    const lostBatch = await drill.makeBatch(site, 4);
    await patiently("it has the codes", () => drill.isServing(site));
    await site.begin(usedSince);
    await site.begin(lostBatch.codes[0] as string);
    const saleSince = await site.sell(drill.plans.cash);
    expect(saleSince.status).toBe(201);
    await patiently("the hub has heard of it", site.hubHasAll);
    await drill.kill();
    await site.kill();

    await drill.restore();
    // Tokens of before the restore are over, also those that a device has enrolled with: the new stick needs one of its own.
    const { enrolmentToken: enrolToken } = await call("POST", `/sites/${site.siteId}/enrolment-token`);
    await site.start({ data: join(drill.folder, "new stick"), enrolToken });
    await patiently("it serves again", () => drill.isServing(site));
    const lost = async () => (await readAll("/alarms?")).filter(({ kind }) => kind === "memory-lost");
    await patiently("the alarm is there", async () => (await lost()).length === 1);
    expect((await lost())[0]).toMatchObject({ siteId: site.siteId, fields: { cause: "empty" } });

    // Told: what the back-up has. Known to nobody: what came after it.
    await patiently("it is told", async () => !(await site.status()).includes("held until the hub has told"));
    expect([await site.logIn(usedThen), await site.logIn(saleThen.body.code)]).toEqual(["reject", "reject"]);
    await site.begin(usedSince);
    await site.begin(fresh);
    expect([await site.logIn(lostBatch.codes[1] as string), await site.logIn(saleSince.body.code)]).toEqual([
      "reject",
      "reject",
    ]);
    await patiently("the hub has heard of it", site.hubHasAll);
    expect((await readAll("/vouchers?")).filter(({ state }) => state === "used")).toHaveLength(3);
    expect((await readAll("/cash-sales?")).map(({ saleId }) => saleId)).toEqual([site.sold[0]?.saleId]);
    expect(await drill.books()).toMatchObject({ float: cashCents, paper: 3 * cashCents, revenue: -4 * cashCents });
    const [restored] = (await call("GET", "/restores")).items;
    expect(restored).toMatchObject({ rows: { taken: 0, kept: 0, gone: 0 } });
    expect(restored.backUpAtMs).toBeLessThan(restored.restoredAtMs);
  }, 900_000);
});
