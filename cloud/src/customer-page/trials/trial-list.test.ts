/** Free trials as the office reads them, by HTTP. */
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";

hubSuite("the list of trials", (hub) => {
  let token = "";
  let providerId = "";
  const call = (path: string, by = token) => hub.call("GET", `/api/v1${path}`, { token: by });
  const query = (text: string) => hub.database().asProvider(providerId, (tx) => sql.raw(text).execute(tx));
  const phones = async (filter = "") =>
    (await call(`/trials?${filter}`)).body.items.map(({ phone }: { phone: string | null }) => phone);

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Mwangaza"));
    const post = (path: string, body: object) => hub.call("POST", `/api/v1${path}`, { token, body });
    const { siteId } = (await post("/sites", { name: "Harbour" })).body.site;
    // Three tried: one bought with the number, one came back with a voucher on the same device, one never again.
    const grant = (n: number) => `f.trial.plan.${String(n).padStart(32, "0")}`;
    for (const n of [1, 2, 3]) {
      await query(`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          values ('${providerId}', '${grant(n)}', '${siteId}', 'purchase', 'To try', ${n}000, ${n}900, 'e', ${n}, 1)`);
      await query(`insert into sessions (provider_id, site_id, session_key, grant_id, mac, started_at_ms, received_at_ms, input_bytes, output_bytes)
          values ('${providerId}', '${siteId}', 'tried-${n}', '${grant(n)}', 'AA:BB:CC:00:00:0${n}', ${n}000, 1, 1, 1)`);
    }
    await query(`insert into trial_claims (provider_id, party, phone_masked, plan_id, site_id, grant_id, claimed_at_ms)
        values ('${providerId}', 'party-1', '2547***001', 'plan', '${siteId}', '${grant(1)}', 900),
          ('${providerId}', 'party-3', '2547***003', 'plan', '${siteId}', '${grant(3)}', 2900),
          ('${providerId}', 'party-4', '2547***004', 'plan', '${siteId}', '${grant(3)}', 2950)`); // the same phone again, by another number
    const bought = (id: string, party: string, atMs: number) =>
      query(`insert into grants (provider_id, grant_id, site_id, purchase_id, origin, plan_name, terms, unverified, phone_hash, created_at_ms)
          values ('${providerId}', '${id}', '${siteId}', '${id}', 'purchase', 'Day', '{}', false, '${party}', ${atMs})`);
    await bought("g1", "party-1", 5000);
    // Who had bought before the trial has not come back by it.
    await bought("g3", "party-3", 2000);
    const later = (key: string, grantId: string, n: number) =>
      query(`insert into sessions (provider_id, site_id, session_key, grant_id, mac, started_at_ms, received_at_ms, input_bytes, output_bytes)
          values ('${providerId}', '${siteId}', '${key}', '${grantId}', 'AA:BB:CC:00:00:0${n}', 6000, 1, 1, 1)`);
    await later("back", "v.batch.1", 2);
    // Another free one is no purchase.
    await later("window", "f.window.p3", 3);
  }, 120_000);

  test("[PLN-11] who tried, where and when, and who bought since, by number or device; searched, filtered and counted", async () => {
    const { body, status, text } = await call("/trials");
    expect(status, text).toBe(200);
    expect(body.items).toMatchObject([
      { phone: "2547***003", mac: "AA:BB:CC:00:00:03", proved: true, startedAtMs: 3000, convertedAtMs: null },
      { phone: null, mac: "AA:BB:CC:00:00:02", proved: false, siteName: "Harbour", convertedAtMs: 6000 },
      { phone: "2547***001", planName: "To try", endsAtMs: 1900, convertedAtMs: 5000 },
    ]);
    expect(await phones("converted=true")).toEqual([null, "2547***001"]);
    expect(await phones("converted=false")).toEqual(["2547***003"]);
    expect(await phones("q=00:03")).toEqual(["2547***003"]);
    expect(await phones("fromMs=1000&untilMs=2000")).toEqual(["2547***001"]);
    for (const path of ["", "/figures", "/export"])
      expect([path, (await call(`/trials${path}?siteId=another`)).status]).toEqual([path, 404]);
    expect((await call("/trials/figures")).body).toEqual({ given: 3, proved: 2, converted: 2 });
    // Of those who came back all came back: the share is of all who tried.
    const { items } = (await call("/trials?converted=true")).body;
    expect(items).toHaveLength(2);
    expect((await call("/trials/figures?converted=true")).body).toEqual({ given: 3, proved: 2, converted: 2 });
    expect((await call("/trials/figures?q=00:03")).body).toEqual({ given: 1, proved: 1, converted: 0 });
    expect((await call("/trials/figures?fromMs=3000")).body).toEqual({ given: 1, proved: 1, converted: 0 });
  });

  test("[PLN-11] as a file, and to nobody of another provider", async () => {
    const file = await call("/trials/export");
    expect(file.text.split("\r\n")[0]).toMatch(/Began.*Plan.*Site.*Phone.*Device/);
    expect(file.text).toContain("2547***001");
    const { token: other } = await hub.makeProvider("Elsewhere");
    expect((await call("/trials", other)).body.items).toEqual([]);
    expect((await call("/trials/figures", other)).body).toEqual({ given: 0, proved: 0, converted: 0 });
  });

  test("[CUS-17] whoever is erased leaves a trial without number and device", async () => {
    await query(`select karibu_blank_person('${providerId}', '', 'party-3', 'somebody', 1)`);
    expect((await call("/trials")).body.items[0]).toMatchObject({ phone: null, mac: null, proved: true });
  });
});
