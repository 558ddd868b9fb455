import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { useLosingDatabase } from "../../ground/http/test-losing-database.ts";
import { askerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import * as policy from "./batch-policy.ts";
import { lockBatch } from "./batches.ts";

engineSuite("vouchers of customers", (engine) => {
  const database = useLosingDatabase(engine);
  const hub = useHub(engine, { database });
  let provider: TestProvider;
  let [siteId, planId, batchId] = ["", "", ""];

  const call = askerOf(hub, () => provider.token);
  const texts = async () => {
    const { items } = (await call("GET", "/messages?limit=100")).body;
    const read = items.map(({ id }: { id: string }) => call("GET", `/messages/${id}`));
    return (await Promise.all(read)).map(({ body }) => String(body.text ?? ""));
  };
  const makeBatch = async (quantity: number) =>
    (await call("POST", "/vouchers/batches", { planId, siteId, quantity })).body.batchId as string;
  const give = (name: string, phone: string, sendSms = false) =>
    call("POST", `/vouchers/batches/${batchId}/give`, { name, phone, sendSms });

  beforeAll(async () => {
    provider = await hub.makeProvider("Owned");
    siteId = (await call("POST", "/sites", { name: "Market" })).body.site.siteId;
    planId = (await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {} })).body.planId;
    batchId = await makeBatch(6);
  }, 60_000);

  test("[VOU-10] a voucher is given by name and phone, and its code is sent by SMS; who has the number already is that customer", async () => {
    const sender = { kind: "advanta", name: "A", apiKey: "k", partnerId: "1", shortcode: "KARIBU" };
    await call("POST", "/message-senders", { ...sender, baseUrl: "https://sms.example.com" });
    const given = await give("Achieng Otieno", "0712345678", true);
    expect(given).toMatchObject({ status: 201, body: { owner: { name: "Achieng Otieno" } } });
    const { code } = given.body.voucher;
    expect((await texts()).some((text) => text.replaceAll("-", "").includes(code))).toBe(true);
    const again = await give("A. Otieno", "+254 712 345 678");
    expect(again.body.owner.customerId).toBe(given.body.owner.customerId);
    expect(again.body.voucher.voucherId).not.toBe(given.body.voucher.voucherId);
    const path = `/customers/${given.body.owner.customerId}/vouchers`;
    expect((await call("GET", path)).body.items).toHaveLength(2);
    expect(await give("Nobody", "12")).toMatchObject({ status: 400, body: { field: "phone" } });
  });

  test("[VOU-10] [VOU-13] [SYS-16] a customer has one voucher of a request whose answer was lost, however often it comes", async () => {
    const free = await makeBatch(3);
    const { customerId } = (await call("POST", "/customers", { name: "Once", phone: "0714000777" })).body;
    const owned = async () => (await call("GET", `/customers/${customerId}/vouchers`)).body.items.length;
    const orders = [
      [`/vouchers/batches/${free}/give`, { name: "Once", phone: "0714000777" }],
      ["/vouchers", { planId, siteId, customerId }],
    ] as const;
    for (const [at, [path, body]] of orders.entries()) {
      const send = () =>
        hub.call("POST", `/api/v1${path}`, {
          token: provider.token,
          headers: { "Idempotency-Key": "sent-twice" },
          body: { ...body, sendSms: false },
        });
      database.loseNewsOfMore(
        provider.providerId,
        async (tx) => (await tx.selectFrom("voucher_owners").select("serial").execute()).length,
      );
      expect([path, (await send()).status]).toEqual([path, 503]);
      expect((await send()).status, path).toBe(201);
      expect([path, await owned()]).toEqual([path, at + 1]);
    }
  });

  test("[VOU-13] [SYS-16] no code stays behind that nobody has, where the process dies that makes one", async () => {
    const { customerId } = (await call("POST", "/customers", { name: "Left", phone: "0714000888" })).body;
    const batches = async () => (await call("GET", "/vouchers/batches?limit=100")).body.items;
    const before = (await batches()).length;
    const send = () =>
      hub.call("POST", "/api/v1/vouchers", {
        token: provider.token,
        headers: { "Idempotency-Key": "dies" },
        body: { planId, siteId, customerId, sendSms: false },
      });
    database.loseNewsOfMore(
      provider.providerId,
      async (tx) => (await tx.selectFrom("voucher_batches").select("batchId").execute()).length,
    );
    expect((await send()).status).toBe(503);
    const made = await send();
    expect(made.status, made.text).toBe(201);
    hub.moveClock(61_000);
    await expect
      .poll(async () => (await batches()).map(({ state }: { state: string }) => state))
      .not.toContain("making");
    expect(await batches()).toHaveLength(before + 1);
    hub.moveClock(-61_000);
  });

  test("[VOU-13] a voucher is made for a customer at once, however many batches there are: each of so many steps would be left to a job, and the answer be that it is not ready", async () => {
    await makeBatch(1);
    const { customerId } = (await call("POST", "/customers", { name: "Late", phone: "0714000666" })).body;
    const steps = vi.spyOn(policy, "stepsAgainst").mockReturnValueOnce(1_000_000);
    try {
      const made = await call("POST", "/vouchers", { planId, siteId, customerId, sendSms: false });
      expect(made.status, made.text).toBe(201);
    } finally {
      steps.mockRestore();
    }
  });

  test("[VOU-13] one request makes one voucher for a customer and sends it; its validity counts from now where that is asked; nothing is made for nobody", async () => {
    const { planId: short } = (
      await call("POST", "/plans", { name: "Ten minutes", priceCents: 500, terms: { validitySeconds: 600 } })
    ).body;
    const { customerId } = (await call("POST", "/customers", { name: "Baraka", phone: "0714000555" })).body;
    const made = await call("POST", "/vouchers", { planId: short, siteId, customerId });
    expect(made).toMatchObject({
      status: 201,
      body: {
        owner: { customerId, name: "Baraka" },
        voucher: { planName: "Ten minutes", priceCents: 500, state: "active" },
      },
    });
    expect((await texts()).some((text) => text.replaceAll("-", "").includes(made.body.voucher.code))).toBe(true);

    const nowMs = hub.world.clock.wall().atMs;
    const order = { planId: short, siteId, customerId, autoActivate: true, sendSms: false };
    const { voucher } = (await call("POST", "/vouchers", order)).body;
    const { terms, expiresAtMs } = (await call("GET", `/vouchers/batches/${voucher.batchId}`)).body;
    expect(expiresAtMs - nowMs).toBeGreaterThanOrEqual(600_000);
    expect(expiresAtMs - nowMs).toBeLessThan(660_000);
    expect(terms).toMatchObject({ validitySeconds: 600, validUntilMs: expiresAtMs });
    hub.moveClock(660_000);
    expect((await call("GET", `/vouchers/${voucher.voucherId}`)).body.state).toBe("expired");
    expect((await call("GET", `/vouchers/${made.body.voucher.voucherId}`)).body.state).toBe("active");
    hub.moveClock(-660_000);

    const batches = async () => (await call("GET", "/vouchers/batches?limit=100")).body.items.length;
    const before = await batches();
    const { customerId: mute } = (await call("POST", "/customers", { name: "No phone" })).body;
    for (const [wrong, field] of [
      [{ planId: short, siteId }, "phone"],
      [{ planId: short, siteId, customerId: mute }, "customerId"],
      [{ planId, siteId, customerId, autoActivate: true }, "autoActivate"],
    ] as const)
      expect((await call("POST", "/vouchers", wrong)).body, field).toMatchObject({ field });
    expect(await batches()).toBe(before);
  });

  test("[VOU-10] [CUS-17] a code that went to a customer is on no paper and is given to nobody else, also when they are erased", async () => {
    const batch = await makeBatch(4);
    const next = async (name: string, phone: string) =>
      (await call("POST", `/vouchers/batches/${batch}/give`, { name, phone, sendSms: false })).body;
    const first = await next("Anna", "0713000001");
    expect(first.voucher.serial ?? Number(first.voucher.voucherId.split(".").at(-1))).toBe(0);
    const codes = async () =>
      (await call("GET", `/vouchers/batches/${batch}/codes`)).text.trim().split("\r\n").slice(1);
    const states = async () => (await codes()).map((line) => line.split(",")[4]);
    expect(await states()).toEqual(["given", "active", "active", "active"]);
    const path = `/customers/${first.owner.customerId}`;
    const erased = await call("POST", `${path}/erase`, { nameText: "Anna" });
    expect(erased.status, erased.text).toBe(200);
    expect((await call("GET", `/vouchers/${first.voucher.voucherId}/owner`)).body.owner).toBeNull();
    expect(await states()).toEqual(["given", "active", "active", "active"]);
    expect((await next("Ben", "0713000002")).voucher.voucherId).not.toBe(first.voucher.voucherId);
    // Papers are sold from the first on: who is given a printed one gets the last.
    await hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.updateTable("voucher_batches").set({ printedAtMs: 1 }).where("batchId", "=", batch).execute(),
      );
    expect((await next("Chao", "0713000003")).voucher.voucherId).toBe(`${batch}.3`);
  });

  test("[VOU-03] a transferred voucher has its new owner alone; a disabled one is not given", async () => {
    const { voucher, owner } = (await give("Juma", "0711000111")).body;
    const path = `/vouchers/${voucher.voucherId}`;
    const to = { name: "Neema", phone: "0711000222" };
    const moved = (await call("POST", `${path}/transfer`, to)).body;
    expect(moved.owner.name).toBe("Neema");
    expect((await call("GET", `${path}/owner`)).body.owner).toEqual(moved.owner);
    expect((await call("GET", `/customers/${owner.customerId}/vouchers`)).body.items).toEqual([]);
    const customers = await Promise.all(
      ["0711000333", "0711000444", "0711000555"].map((phone) =>
        call("POST", `${path}/transfer`, { name: "One", phone }),
      ),
    );
    expect(customers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const rows = await hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx
          .selectFrom("voucher_owners")
          .selectAll()
          .where("batchId", "=", batchId)
          .where("serial", "=", voucher.serial)
          .execute(),
      );
    expect(rows).toHaveLength(1);
    const { items } = (
      await call("GET", `/audit?action=${encodeURIComponent("POST /api/v1/vouchers/{voucherId}/transfer")}`)
    ).body;
    expect(items).toHaveLength(4);

    await call("POST", `${path}/disable`);
    expect(await call("POST", `${path}/transfer`, to)).toMatchObject({ status: 409, body: { code: "voucher-over" } });
    expect(await call("POST", `${path}/transfer`, { sendSms: false })).toMatchObject({
      status: 400,
      body: { field: "phone" },
    });
    batchId = await makeBatch(2);
    for (const [at, phone] of ["0711000666", "0711000888"].entries())
      expect((await give(`Last ${at}`, phone)).status).toBe(201);
    expect(await give("Late", "0711000777")).toMatchObject({ status: 409, body: { code: "batch-empty" } });
  });

  test("[VOU-03] a code is not given while a colleague switches it off: neither the next one of a batch, nor one by itself", async () => {
    if (engine === "embedded") return; // one transaction at a time
    const { providerId } = provider;
    const whileOff = async (batch: string, off: (tx: Tx) => Promise<unknown>, path: string) => {
      let answer: ReturnType<typeof call> | undefined;
      const lock = (tx: Tx) => lockBatch(tx, batch).then(() => off(tx));
      await whileHeld(hub.database(), providerId, lock, async () => {
        answer = call("POST", path, { name: "Dead code", phone: "0711000999", sendSms: false });
        await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBeGreaterThanOrEqual(1);
      });
      return answer;
    };
    const first = await makeBatch(2);
    const batchOff = (tx: Tx) =>
      tx.updateTable("voucher_batches").set({ active: false }).where("batchId", "=", first).execute();
    const given = await whileOff(first, batchOff, `/vouchers/batches/${first}/give`);
    expect(given).toMatchObject({ status: 409, body: { code: "batch-empty" } });
    const second = await makeBatch(2);
    const row = { providerId, batchId: second, serial: 0, state: "disabled", atMs: 1 } as const;
    const voucherOff = (tx: Tx) => tx.insertInto("voucher_exceptions").values(row).execute();
    const moved = await whileOff(second, voucherOff, `/vouchers/${second}.0/transfer`);
    expect(moved).toMatchObject({ status: 409, body: { code: "voucher-over" } });
  });

  test("[VOU-03] many given at once are different ones; who may not see unused codes gives none", async () => {
    batchId = await makeBatch(8);
    const all = await Promise.all([1, 2, 3, 4, 5].map((n) => give(`Customer ${n}`, `07220001${10 + n}`)));
    expect(new Set(all.map(({ body }) => body.voucher.voucherId)).size).toBe(5);
    const role = await call("POST", "/roles", {
      name: "Desk",
      permissions: ["vouchers.read", "vouchers.manage", "customers.read"],
    });
    const person = { email: "desk@owned.test", name: "Desk", role: role.body.role, password: "some-long-password" };
    expect((await call("POST", "/users", person)).status).toBe(201);
    const token = await hub.logIn(person.email, person.password);
    const to = { name: "Mine", phone: "0733000111" };
    const refused = { status: 403, body: { code: "codes-not-allowed" } };
    expect(await call("POST", `/vouchers/batches/${batchId}/give`, to, token)).toMatchObject(refused);
    expect(await call("POST", `/vouchers/${batchId}.7/transfer`, to, token)).toMatchObject(refused);
  });

  test("[VOU-18] a batch with PINs is made, printed and told with them; who may not see unused codes sees none", async () => {
    const order = { planId, siteId, quantity: 3, pinDigits: 6 };
    // An agent of before PINs would take the code alone.
    const protocol = (spoken: number | null) =>
      hub.database().asPlatform("test", (tx) =>
        sql`insert into site_links (provider_id, site_id, protocol) select provider_id, site_id, ${spoken} from sites where site_id = ${siteId}
            on conflict (provider_id, site_id) do update set protocol = excluded.protocol`.execute(tx),
      );
    await protocol(2);
    expect(await call("POST", "/vouchers/batches", order)).toMatchObject({
      status: 409,
      body: { code: "pins-need-newer-agent", field: "pinDigits" },
    });
    expect((await call("POST", "/vouchers/batches", { planId, siteId, quantity: 1 })).status).toBe(201);
    await protocol(3);
    const made = (await call("POST", "/vouchers/batches", order)).body;
    expect(made.pinDigits).toBe(6);
    const { items } = (await call("GET", `/vouchers?batchId=${made.batchId}`)).body;
    expect(items.map(({ pin }: { pin: string }) => /^\d{6}$/.test(pin))).toEqual([true, true, true]);
    const csv = (await call("GET", `/vouchers/batches/${made.batchId}/codes`)).text;
    expect(csv).toContain(`state,pin\r\n${items[0].code},Hour`);
    expect(csv).toContain(`active,${items[0].pin}\r\n`);
    const person = { email: "reads@owned.test", name: "Reads", role: "support", password: "some-long-password" };
    await call("POST", "/users", person);
    const token = await hub.logIn(person.email, person.password);
    const seen = (await call("GET", `/vouchers?batchId=${made.batchId}`, undefined, token)).body.items;
    expect(seen.map(({ pin }: { pin: string | null }) => pin)).toEqual([null, null, null]);
    batchId = made.batchId;
    const given = await give("With PIN", "0799000111", true);
    expect((await texts()).some((text) => text.includes(`check number ${given.body.voucher.pin}`))).toBe(true);
  });
});
