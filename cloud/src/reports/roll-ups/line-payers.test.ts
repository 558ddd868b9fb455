/** Who pays: also who pays for a line, or an invoice, and never bought a package. */
import { expect, test } from "vitest";
import { sureAskerOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";
import { keepMonths, keepRollUps } from "./keep-roll-ups.ts";

hubSuite("payers", { timeout: 60_000 }, (hub) => {
  test("[REP-05] who pays for a line is a paying customer, in the report of months and on Home, once with what they bought beside", async () => {
    const { token } = await hub.makeProvider("Lines");
    const call = sureAskerOf(hub, () => token);
    const { siteId } = (await call("POST", "/sites", { name: "Harbour" })).site;
    const { planId } = await call("POST", "/plans", { name: "Home", priceCents: 250_000, terms: {} });
    for (const n of [1, 2]) {
      const { customerId } = await call("POST", "/customers", { name: `Jane ${n}`, phone: `071234567${n}` });
      const logIn = { customerId, username: `line.${n}`, planId, siteIds: [siteId] };
      const { accountId } = await call("POST", "/accounts", logIn);
      const { subscriptionId } = await call("POST", "/subscriptions", { customerId, accountId, planId });
      await call("POST", `/subscriptions/${subscriptionId}/renew`, { from: "cash" });
    }
    await call("POST", "/payments/purchase", { siteId, planId, phone: "0712345671", pay: "cash" });
    const mast = {
      customerName: "Juma",
      phone: "0712345673",
      lines: [{ text: "A mast", quantity: 1, unitCents: 9000 }],
    };
    const { id } = await call("POST", "/invoices", mast);
    await call("POST", `/invoices/${id}/pay`, { with: "cash" });
    await keepRollUps(hub.world, hub.database());
    await keepMonths(hub.world, hub.database());
    const { rows } = await call("GET", "/reports/figures?report=active-users&by=month&language=en");
    // Month, devices, payers, new ones.
    expect(rows.at(-1).slice(1)).toEqual([0, 3, 3]);
    expect((await call("GET", "/home")).retention).toMatchObject({ payers: 3, returning: 0 });
  });
});
