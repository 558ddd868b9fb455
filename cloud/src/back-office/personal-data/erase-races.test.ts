/** What happens when somebody is erased while something else goes on with their number. */
import { beforeAll, describe, expect, test } from "vitest";
import { lockCopiedParties } from "../../ground/db/copied-parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits } from "../../ground/db/test-locks.ts";
import { lockCredit } from "../../money/ledger/credit.ts";
import { foldSales } from "../../reports/roll-ups/fold-sales.ts";
import { askerOf, queryOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";

engineSuite("erasures at the same time as something else", (engine) => {
  const hub = useHub(engine);
  let token = "";
  let providerId = "";
  let siteId = "";
  let planId = "";
  const call = askerOf(hub, () => token);
  const query = queryOf(hub, () => providerId);
  const customer = async (name: string, phone: string) => {
    const made = await call("POST", "/customers", { name, phone });
    expect(made.status, made.text).toBe(201);
    const [row] = await query<{ phoneHash: string }>(
      `select phone_hash from customers where customer_id = '${made.body.customerId}'`,
    );
    return { path: `/customers/${made.body.customerId}`, party: row?.phoneHash ?? "" };
  };
  const buy = async (phone: string, pay = "cash") => call("POST", "/payments/purchase", { siteId, planId, phone, pay });
  const tablesWith = async (party: string) => {
    const found: string[] = [];
    for (const table of ["purchases", "ledger_postings", "report_payers", "report_payer_months", "grants", "receipts"])
      if ((await query(`select 1 from ${table} t where to_jsonb(t)::text like '%${party}%' limit 1`)).length > 0)
        found.push(table);
    return found;
  };
  /** Holds a transaction open until it is let go. */
  function hold(work: (tx: Tx) => Promise<unknown>) {
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let begun = () => {};
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const done = hub.database().asProvider(providerId, async (tx) => {
      await work(tx);
      begun();
      await gate;
    });
    return { isBegun, done, letGo };
  }
  /** Until somebody waits for a lock that another holds. */
  const somebodyWaits = () => expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBeGreaterThan(0);

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Mwangaza"));
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    const terms = { validitySeconds: 86_400 };
    planId = (await call("POST", "/plans", { name: "A day", priceCents: 5000, terms })).body.planId;
  }, 120_000);

  // One connection has no second transaction beside it.
  describe.skipIf(engine === "embedded")("while something else goes on", () => {
    test("[CUS-17] an erasure waits for the figures that are being counted, and nothing of the person comes back with them", async () => {
      const her = await customer("Achieng", "0711000221");
      expect((await buy("0711000221")).status).toBeLessThan(300);
      const counting = hold(async (tx) => {
        await lockCopiedParties(tx, providerId);
        await foldSales(tx, { providerId, offsetMinutes: 180 });
      });
      await counting.isBegun;
      const erased = call("POST", `${her.path}/erase`, { nameText: "Achieng" });
      await Promise.race([somebodyWaits(), erased]);
      counting.letGo();
      await counting.done;
      expect((await erased).status).toBe(200);
      expect(await tablesWith(her.party)).toEqual([]);
      expect((await query("select 1 from report_payers")).length).toBeGreaterThan(0);
    });

    test("[CUS-17] [BEY-29] erased while the credit is being spent: it is spent once, by the person or by the mark, and the books balance", async () => {
      const him = await customer("Kiprop", "0711000231");
      await call("POST", "/credits", { phone: "0711000231", amountCents: 5000 });
      // Somebody holds the credit's lock: the purchase and the erasure both wait for it.
      const first = hold((tx) => lockCredit(tx, providerId, him.party as never));
      await first.isBegun;
      const both = [buy("0711000231", "credit"), call("POST", `${him.path}/erase`, { nameText: "Kiprop" })] as const;
      await somebodyWaits();
      first.letGo();
      await first.done;
      const [bought, erased] = await Promise.all(both);
      const sums = await query<{ party: string; cents: number }>(
        `select party, sum(amount_cents)::int as cents from ledger_postings where account = 'credit' and party is not null group by 1`,
      );
      // Nobody's credit is below nothing, under whichever name.
      expect(sums.filter(({ cents }) => cents > 0)).toEqual([]);
      expect(erased.status, erased.text).toBeLessThan(500);
      expect(bought.status, bought.text).toBeLessThan(500);
      if (erased.status === 200 && bought.status >= 300) expect(await tablesWith(him.party)).toEqual([]);
    });

    test("[CUS-17] two erasures of one person at once are one", async () => {
      const her = await customer("Moraa", "0711000241");
      await call("POST", "/credits", { phone: "0711000241", amountCents: 900 });
      const [one, other] = await Promise.all(
        [1, 2].map(() => call("POST", `${her.path}/erase`, { nameText: "Moraa" })),
      );
      expect([one?.status, other?.status]).toEqual([200, 200]);
      const [again] = [one, other].filter((answer) => Object.keys(answer?.body.counts).length === 0);
      expect(again, "the second one had nothing to do").toBeDefined();
      const id = her.path.split("/")[2];
      expect(await query(`select 1 from person_erasures where customer_id = '${id}'`)).toHaveLength(1);
    });
  });
});
