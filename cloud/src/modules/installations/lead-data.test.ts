/** The data of who only asked for a line. */
import { beforeAll, expect, test } from "vitest";
import { askerOf, queryOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";

hubSuite("who asked for a line", (hub) => {
  let token = "";
  let ownerEmail = "";
  let providerId = "";
  let siteId = "";
  let planId = "";
  const call = askerOf(hub, () => token);
  const query = queryOf(hub, () => providerId);
  const lead = async (name: string, phone?: string) => {
    const order = {
      name,
      placeNote: `Behind ${name}`,
      latitude: -1.28,
      longitude: 36.82,
      note: "Barks",
      source: "Fair",
    };
    const made = await call("POST", "/installations", { ...order, ...(phone === undefined ? {} : { phone }) });
    expect(made.status, made.text).toBe(201);
    return `/installations/${made.body.installationId}`;
  };
  const customer = async (name: string, phone: string) => {
    const made = await call("POST", "/customers", { name, phone });
    expect(made.status, made.text).toBe(201);
    return { path: `/customers/${made.body.customerId}` };
  };
  const buy = async (phone: string) => call("POST", "/payments/purchase", { siteId, planId, phone, pay: "cash" });

  beforeAll(async () => {
    ({ token, providerId, ownerEmail } = await hub.makeProvider("Mwangaza"));
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    const terms = { validitySeconds: 86_400 };
    planId = (await call("POST", "/plans", { name: "A day", priceCents: 5000, terms })).body.planId;
  }, 120_000);

  test("[CUS-17] who only asked for a line is one file: the job, and what was bought with the same number; a customer's is refused", async () => {
    const path = await lead("Nafula", "0711000201");
    await lead("Somebody else", "0711000202");
    expect((await buy("0711000201")).status).toBeLessThan(300);
    const answer = await call("GET", `${path}/personal-data`);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const file = JSON.parse(answer.text);
    expect(file).toMatchObject({ installationId: path.split("/")[2], phone: "254711000201", cut: [] });
    expect(file.tables.installations).toMatchObject([{ name: "Nafula", note: "Barks", place_note: "Behind Nafula" }]);
    expect(file.tables.purchases).toHaveLength(1);
    for (const word of ["Somebody", "_sealed", "_hash"])
      expect([word, answer.text.includes(word)]).toEqual([word, false]);
    expect((await call("GET", "/audit?limit=1")).body.items[0]).toMatchObject({ action: "personal-data-exported" });
    await customer("Otieno", "0711000203");
    const his = await lead("Otieno at home", "0711000203");
    for (const [method, to, body] of [
      ["GET", "personal-data", undefined],
      ["GET", "erasure", undefined],
      ["POST", "erase", { nameText: "Otieno at home" }],
    ] as const) {
      const refused = await call(method, `${his}/${to}`, body);
      expect([to, refused.status, refused.body.code]).toEqual([to, 409, "lead-is-customer"]);
    }
  });

  test("[CUS-17] whose number a customer had before is that customer still: what they bought is not erased round them", async () => {
    const { path: his } = await customer("Kamau", "0711000221");
    const path = await lead("Kamau at home", "0711000221");
    expect((await buy("0711000221")).status).toBeLessThan(300);
    hub.moveClock(2 * 86_400_000);
    token = await hub.logIn(ownerEmail, ownerPassword);
    expect((await call("PATCH", his, { phone: "0711000222" })).status).toBe(200);
    for (const [method, to, body] of [
      ["GET", "personal-data", undefined],
      ["GET", "erasure", undefined],
      ["POST", "erase", { nameText: "Kamau at home" }],
    ] as const) {
      const refused = await call(method, `${path}/${to}`, body);
      expect([to, refused.status, refused.body.code]).toEqual([to, 409, "lead-is-customer"]);
    }
    // Who asked for a line with it after the customer had given it up is somebody else.
    hub.moveClock(1000);
    const newer = await lead("Wairimu", "0711000221");
    expect((await call("GET", `${newer}/erasure`)).body).toMatchObject({ name: "Wairimu", refused: null });
  });

  test("[CUS-17] erased as its preview said, with a number and without one; once more is as once; others stay", async () => {
    await query(`insert into stock_kinds (provider_id, kind_id, name, has_serials, unit, active, created_at_ms)
        values ('${providerId}', 'cable', 'Cable', false, 'metre', true, 1)`);
    for (const phone of ["0711000211", undefined]) {
      const name = phone === undefined ? "Wekesa" : "Barasa";
      const path = await lead(name, phone);
      // What was used there is noted with what the house was called then.
      const number = `(select number from installations where installation_id = '${path.split("/")[2]}')`;
      await query(`insert into stock_movements (provider_id, movement_id, kind_id, quantity, from_place, to_place, why, note, who, at_ms)
          values ('${providerId}', '${name}', 'cable', 1, 'van:u', 'sold', 'used', '#' || ${number} || ' Called otherwise', 'Staff', 1)`);
      const preview = await call("GET", `${path}/erasure`);
      expect(preview.body).toMatchObject({ name, erased: false, refused: null, counts: { installations: 1 } });
      expect((await call("POST", `${path}/erase`, { nameText: "Another" })).body.code).toBe("name-differs");
      const done = await call("POST", `${path}/erase`, { nameText: name });
      expect([done.status, done.body.counts]).toEqual([200, preview.body.counts]);
      expect((await call("GET", path)).body).toMatchObject({
        name: "–",
        state: "cancelled",
        phone: null,
        latitude: null,
      });
      expect((await call("POST", `${path}/erase`, { nameText: "–" })).body.counts).toEqual({});
      expect(await query(`select 1 from audit where detail::text like '%${name}%'`)).toEqual([]);
      expect(await query("select 1 from stock_movements where note is not null")).toEqual([]);
    }
    expect(await query("select 1 from installations where name = 'Somebody else'")).toHaveLength(1);
  });

  test("[CUS-17] it is the owner's alone, and refused while equipment is noted at the house", async () => {
    const user = { name: "Mary", email: "mary@provider.test", role: "manager", password: "marys-long-password" };
    expect((await call("POST", "/users", user)).status).toBe(201);
    const manager = await hub.logIn(user.email, user.password);
    const path = await lead("Chebet");
    for (const to of ["personal-data", "erasure"])
      expect([to, (await call("GET", `${path}/${to}`, undefined, manager)).status]).toEqual([to, 403]);
    expect((await call("POST", `${path}/erase`, { nameText: "Chebet" }, manager)).status).toBe(403);
    await query(`insert into stock_kinds (provider_id, kind_id, name, has_serials, unit, active, created_at_ms)
        values ('${providerId}', 'k', 'Radio', true, 'piece', true, 1)`);
    await query(`insert into stock_items (provider_id, item_id, kind_id, serial, serial_key, place, holding, received_at_ms, changed_at_ms)
        values ('${providerId}', 'i', 'k', 'S1', 'S1', 'job:${path.split("/")[2]}', 'lent', 1, 1)`);
    expect((await call("GET", `${path}/erasure`)).body.refused).toBe("lead-has-equipment");
    const refused = await call("POST", `${path}/erase`, { nameText: "Chebet" });
    expect([refused.status, refused.body.code]).toEqual([409, "lead-has-equipment"]);
  });

  test("[CUS-17] after a restore, which brings them back, they are erased again", async () => {
    const path = await lead("Nafula", "0711000231");
    const id = path.split("/")[2];
    const rows = () =>
      query(`select name, place_note, phone_hash, state from installations where installation_id = '${id}'`);
    const [before] = await query<{ phoneHash: string }>(
      `select phone_hash from installations where installation_id = '${id}'`,
    );
    expect((await call("POST", `${path}/erase`, { nameText: "Nafula" })).status).toBe(200);
    const erased = await rows();
    expect(erased).toEqual([{ name: "–", placeNote: null, phoneHash: null, state: "cancelled" }]);
    await hub.database().alone("write", async (run) => {
      await run(`update installations set name = 'Nafula', place_note = 'The well', state = 'lead', phone_hash = '${before?.phoneHash}'
          where installation_id = '${id}'`);
      await run(
        `select karibu_erase_again(provider_id, erasure_id) from person_erasures where customer_id = 'lead:${id}'`,
      );
    });
    expect(await rows()).toEqual(erased);
  });
});
