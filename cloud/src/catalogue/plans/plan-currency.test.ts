/** A plan's price means another sum in another currency: whoever changes the currency gives the price in it. */
import { expect, test } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";

hubSuite("the currency of a plan by the API", (hub) => {
  test("[PLN-12] a plan takes another currency only with its price in it, and has one price for everywhere", async () => {
    const { token } = await hub.makeProvider("Border");
    const call = askerOf(hub, () => token);
    const momo = { apiUser: "u", apiKey: "k", subscriptionKey: "s", environment: "sandbox", country: "UG" };
    const channel = await call("POST", "/channels", { kind: "mtn-momo", ...momo });
    expect(channel.status, channel.text).toBe(201);
    const prices = [{ priceCents: 60_000, currency: "UGX" }];
    const make = async (name: string, more = {}) =>
      (await call("POST", "/plans", { name, priceCents: 2000, terms: {}, ...more })).body.planId as string;
    const plain = `/plans/${await make("Plain")}`;
    const refused = { status: 400, body: { field: "priceCents", rule: "price-in-currency" } };
    expect(await call("PATCH", plain, { currency: "UGX" })).toMatchObject(refused);
    expect((await call("GET", plain)).body).toMatchObject({ priceCents: 2000, currency: "KES" });
    expect(await call("PATCH", plain, { currency: "KES", name: "Plainer" })).toMatchObject({ status: 200 });
    const changed = { status: 200, body: { priceCents: 60_000, currency: "UGX" } };
    expect(await call("PATCH", plain, { currency: "UGX", priceCents: 60_000 })).toMatchObject(changed);
    // Its price everywhere in shillings of Uganda would be there twice.
    const both = `/plans/${await make("Both", { prices })}`;
    const dear = { currency: "UGX", priceCents: 70_000 };
    expect(await call("PATCH", both, dear)).toMatchObject({ status: 400, body: { rule: "own-price" } });
    expect(await call("PATCH", both, { ...dear, prices: [] })).toMatchObject({ status: 200, body: dear });
  });
});
