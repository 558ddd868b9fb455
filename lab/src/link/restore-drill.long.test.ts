/**
 * The drill of `docs/operate-hub.md`, step by step: a hub backs itself up, goes on, and is killed; the operator restores its newest back-up on
 * another machine. Its sites sell all the while. Hub, sites and the command line are processes of their own; M-Pesa is simulated.
 */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hubAdmin, karibu, startHub } from "@karibu/cli/test-karibu";
import { isAbsent, oneEngine, realWorld, useFreshServer } from "@karibu/cloud/ground/db/test-databases";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { revocationsIn } from "@karibu/cloud/operations/back-ups/repeat-revocations";
import { createFolderStore } from "@karibu/cloud/operations/back-ups/stores/folder-store";
import { freeTcpPort } from "@karibu/tools/start/free-ports";
import { afterEach, describe, expect, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { statementCsv } from "../daraja/statement.ts";
import { startDaraja } from "../money/payments-hub.ts";
import { ask, type Bought, openTownSite, patiently, planBytes, seller, type TownSite } from "./test-restore-drill.ts";

const masterKey = Buffer.alloc(32, 7);
const owner = { email: "owner@provider.test", password: "the-owner-password" };
const staff = { email: "otieno@provider.test", password: "otienos-password" };
const gone = { name: "Otieno", pin: "593827" };
const [cashCents, mpesaCents] = [2000, 7000];

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

interface Server {
  url(): string | null;
}

/** A hub as a process with a store for its back-ups, one provider that sells through M-Pesa, and a machine beside it that is empty. */
async function openDrill(machines: { readonly old: Server; readonly empty: Server }) {
  const folder = await mkdtemp(join(tmpdir(), "karibu-restore-drill-"));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  const store = join(folder, "store");
  await mkdir(store);
  const daraja = await startDaraja({ promptMs: 3_600_000, confirmsPush: () => "never" });
  endings.push(() => daraja.stop());
  const port = await freeTcpPort();
  const url = `http://127.0.0.1:${port}`;
  const settingsOf = (machine: keyof typeof machines) => {
    const databaseUrl = machines[machine].url();
    return {
      ...{
        PORT: String(port),
        KARIBU_PUBLIC_URL: url,
        KARIBU_DATA: join(folder, machine),
        DARAJA_BASE_URL: daraja.url,
      },
      ...{ KARIBU_BACKUP_FOLDER: store, KARIBU_MASTER_KEY: masterKey.toString("base64") },
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    };
  };
  let hub: Awaited<ReturnType<typeof startHub>> | null = null;
  const tokens = { owner: "", admin: "" };
  const call = async (method: string, path: string, body?: object, by: keyof typeof tokens = "owner") => {
    const answer = await ask(method, `${url}/api/v1${path}`, {
      token: tokens[by],
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const logIn = async (who: { readonly email: string; readonly password: string }) =>
    ask("POST", `${url}/api/v1/login`, { body: who });
  const start = async (machine: keyof typeof machines) => {
    hub = await startHub(join(folder, machine), settingsOf(machine));
    const { KARIBU_ADMIN_EMAIL: email, KARIBU_ADMIN_PASSWORD: password } = hubAdmin;
    tokens.admin = (await logIn({ email, password })).body.token;
  };
  const kill = async () => {
    await hub?.kill();
    hub = null;
  };
  endings.push(kill);
  await start("old");
  const provider = { name: "Wanjiru Networks", ownerEmail: owner.email, ownerPassword: owner.password };
  await call("POST", "/providers", { ...provider, currency: "KES" }, "admin");
  const asOwner = async () => {
    tokens.owner = (await logIn(owner)).body.token;
  };
  await asOwner();
  await call("PATCH", "/settings", { sellerSalesPerDay: 10_000 });
  await call("PATCH", "/money-settings", { unverifiedCentsMax: 10_000_000, smsAfterPayment: false });
  const { business: _, ...keys } = sampleApp;
  const channel = await call("POST", "/channels", { kind: "mpesa-paybill", environment: "sandbox", ...keys });
  const planOf = async (name: string, priceCents: number): Promise<string> =>
    (await call("POST", "/plans", { name, priceCents, terms: { dataBytes: planBytes } })).planId;
  const plans = { cash: await planOf("Ten MB", cashCents), mpesa: await planOf("Ten MB more", mpesaCents) };

  const openSite = async (name: string): Promise<TownSite> => {
    const { site, enrolmentToken: enrolToken } = await call("POST", "/sites", { name });
    await call("PUT", `/sites/${site.siteId}/channel`, { channelId: channel.id });
    const opened = await openTownSite({ siteId: site.siteId, enrolToken, hubUrl: url, data: join(folder, name) });
    endings.push(opened.stop);
    await opened.start();
    await patiently(`${name} serves`, () => isServing(opened));
    return opened;
  };
  /** It is connected, and has applied all that the hub has for it. */
  const isServing = async ({ siteId }: TownSite): Promise<boolean> => {
    if ((await call("GET", `/sites/${siteId}`)).state !== "online") return false;
    const { feed } = await call("GET", `/sites/${siteId}/link`);
    return feed.length > 0 && feed.every(({ behind }: { behind: number }) => behind === 0);
  };
  const makeBatch = async ({ siteId }: TownSite, quantity: number) => {
    const { batchId } = await call("POST", "/vouchers/batches", { planId: plans.cash, quantity, siteId });
    await patiently("codes", async () => (await call("GET", `/vouchers/batches/${batchId}`)).state === "ready");
    const { items } = await call("GET", `/vouchers?batchId=${batchId}&limit=100`);
    const vouchers = items as { voucherId: string; code: string }[];
    return { batchId: batchId as string, vouchers, codes: vouchers.map(({ code }) => code) };
  };
  const readAll = async (path: string): Promise<Record<string, unknown>[]> => {
    const all: Record<string, unknown>[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await call("GET", `${path}limit=100${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
      all.push(...page.items);
      cursor = page.nextCursor;
    }
    return all;
  };
  const msisdnOf = (phone: string) => `254${phone.slice(1)}`;
  const hasPrompt = (phone: string) =>
    daraja.prompts().some(({ msisdn, result }) => msisdn === msisdnOf(phone) && result === null);
  const buy = async (site: TownSite, phone: string): Promise<Bought> => {
    const bought = await site.buy(plans.mpesa, phone);
    await patiently("the prompt is on the phone", async () => hasPrompt(phone));
    return bought;
  };
  /** @returns the receipt */
  const pay = ({ phone }: Bought): string => {
    const result = daraja.act(msisdnOf(phone), { kind: "pay", pin: "1234" });
    if (result === null || result === "ignored" || result.receipt === null) throw new Error("no prompt was paid");
    return result.receipt;
  };
  const cancel = ({ phone }: Bought) => daraja.act(msisdnOf(phone), { kind: "cancel" });
  /** The site's page lets who paid in. @returns the name to log in with */
  const letIn = async (site: TownSite, bought: Bought): Promise<string> => {
    let name = "";
    await patiently("the page lets the customer in", async () => {
      const view = await site.view(bought);
      name = view?.logIn?.kind === "post" ? view.logIn.username : "";
      return name !== "";
    });
    return name;
  };
  const useBought = async (site: TownSite, bought: Bought) =>
    site.useBought(await letIn(site, bought), bought.customer);

  /** The hub backs itself up, and proves it. */
  const backUp = async (): Promise<void> => {
    let backupId = "";
    await patiently("a back-up may be taken", async () => {
      const asked = await ask("POST", `${url}/api/v1/platform/backups`, { token: tokens.admin });
      backupId = asked.body?.backupId ?? "";
      return asked.status < 300;
    });
    const state = async () => (await call("GET", `/platform/backups/${backupId}`, undefined, "admin")).state;
    await patiently("it is proved", async () => (await state()) === "proved");
  };
  /** What is in the store of what was revoked: of which tables. */
  const sentRevocations = async (): Promise<Set<string>> => {
    const tag = (await readdir(store)).map((name) => /^revoked-([0-9a-f]{8})-/.exec(name)?.[1]).find(Boolean);
    if (tag === undefined) return new Set();
    const envelope = createEnvelope(realWorld().random, [masterKey]);
    const { revocations } = await revocationsIn(createFolderStore(store), envelope)(tag, 0);
    return new Set(revocations.map(({ target }) => target));
  };
  /** The operator, on the empty machine, as the page says. */
  const restore = async () => {
    const restored = await karibu(settingsOf("empty"), "restore", "--from-store", "newest");
    expect(restored.code, restored.complaints).toBe(0);
    const examined = await karibu(settingsOf("empty"), "doctor", "--hub");
    expect(examined.text + examined.complaints).not.toMatch(/WRONG/);
    await start("empty");
    await asOwner();
    return restored.text;
  };
  const importStatement = async () => {
    const csv = statementCsv("portal", daraja.successes(), daraja.organisation, { shortcode: sampleApp.shortcode });
    expect((await call("POST", "/reconciliation/statements", { channelId: channel.id, csv })).failures).toEqual([]);
  };
  const books = async (): Promise<Record<string, number>> => {
    const { items } = await call("GET", "/ledger/accounts");
    const sums: Record<string, number> = {};
    for (const { account, balanceCents } of items as { account: string; balanceCents: number }[]) {
      const [name = ""] = account.split(":");
      sums[name] = (sums[name] ?? 0) + balanceCents;
    }
    return sums;
  };
  const lists = { readAll, books, importStatement, sentRevocations };
  const acts = { buy, pay, cancel, letIn, useBought, makeBatch, openSite, isServing };
  return { folder, url, plans, tokens, daraja, call, logIn, kill, backUp, restore, ...lists, ...acts };
}

/** Each of the sites sells some more. */
async function sellOn(...sites: readonly TownSite[]): Promise<void> {
  const enough = new Map(sites.map((site) => [site, site.rounds() + 2]));
  await patiently("they sell on", async () => sites.every((site) => site.rounds() >= (enough.get(site) ?? 0)));
}

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("a hub that is killed and restored", () => {
    const machines = { old: useFreshServer(engine), empty: useFreshServer(engine) };

    test("[BEY-29] [SYS-09] NO-THEFT: sites sell all the while: right to the shilling and to the voucher, and nothing revoked lives", async () => {
      const drill = await openDrill(machines);
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
      const { float, revenue, clearing = 0, fees = 0, ...rest } = await drill.books();
      expect({ float, revenue, channel: clearing + fees }).toEqual({
        float: cash,
        revenue: -cash - mpesa,
        channel: mpesa,
      });
      expect(Object.values(rest).filter((cents) => cents !== 0)).toEqual([]);
      expect((await call("GET", "/ledger/trial-balance")).balanced).toBe(true);

      // To the voucher, and to the package.
      const begun = [...one.begun, ...other.begun].sort();
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

  describe.skipIf(isAbsent(engine))("a hub that is restored, and a site whose stick died with it", () => {
    const machines = { old: useFreshServer(engine), empty: useFreshServer(engine) };

    test("[BEY-28] [BEY-29] what the back-up has is told; what the site did since is known to nobody, and the alarm says where and when", async () => {
      const drill = await openDrill(machines);
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
      await site.start({ data: join(drill.folder, "new stick") });
      const readmissions = `/sites/${site.siteId}/readmissions`;
      await patiently("it waits for a tap", async () => (await call("GET", readmissions)).waiting.length === 1);
      expect(await site.logIn(fresh)).toBe("reject");
      const [{ readmissionId }] = (await call("GET", readmissions)).waiting;
      await call("POST", `${readmissions}/${readmissionId}/confirm`);
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
      expect(await drill.books()).toMatchObject({ float: cashCents, revenue: -cashCents });
      const [restored] = (await call("GET", "/restores")).items;
      expect(restored).toMatchObject({ rows: { taken: 0, kept: 0, gone: 0 } });
      expect(restored.backUpAtMs).toBeLessThan(restored.restoredAtMs);
    }, 900_000);
  });
});
