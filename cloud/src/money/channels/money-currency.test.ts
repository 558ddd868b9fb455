/** Money is in a currency that the provider takes: others would stand in the books for ever, for nothing voids them. */

import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine);
let keys = 0;

async function books(token: string) {
  const post = (path: string, body: object) =>
    hub.call("POST", `/api/v1${path}`, { token, body, headers: { "idempotency-key": `key-${++keys}` } });
  const users = (await hub.call("GET", "/api/v1/users", { token })).body.items as { userId: string }[];
  const userId = users[0]?.userId;
  const lines = [{ text: "x", quantity: 1, unitCents: 100 }];
  const routes: readonly (readonly [string, object])[] = [
    ["/credits", { phone: "0712345678", amountCents: 100 }],
    ["/expenses", { category: "power", amountCents: 100, spentOn: "2026-01-01" }],
    ["/invoices", { customerName: "Juma", lines }],
    [`/floats/${userId}/top-up`, { amountCents: 100 }],
    [`/floats/${userId}/settle`, { amountCents: 50 }],
  ];
  return { post, routes };
}

test("every route that takes a currency refuses one that the provider does not sell in, by its field", async () => {
  const { token } = await hub.makeProvider("Shillings");
  const { post, routes } = await books(token);
  for (const [path, body] of routes) {
    for (const currency of ["XYZ", "USD"]) {
      expect([path, await post(path, { ...body, currency })]).toMatchObject([
        path,
        { status: 400, body: { field: "currency" } },
      ]);
    }
    expect([path, await post(path, { ...body, currency: "KES" })]).toMatchObject([path, { status: 201 }]);
    expect([path, (await post(path, body)).body.currency]).toEqual([path, "KES"]);
  }
  const { rows } = (await hub.call("GET", "/api/v1/ledger/trial-balance", { token })).body;
  expect(new Set(rows.map(({ currency }: { currency: string }) => currency))).toEqual(new Set(["KES"]));
});

test("a provider of another currency counts in it unless it says otherwise, and in the shillings of its M-Pesa channel", async () => {
  const body = { name: "Kampala", currency: "UGX", ownerEmail: "kampala@provider.test", ownerPassword };
  await hub.call("POST", "/api/v1/providers", { token: await hub.adminToken(), body });
  const token = await hub.logIn(body.ownerEmail, ownerPassword);
  const { post } = await books(token);
  const topUp = { phone: "0712345678", amountCents: 100 };
  expect((await post("/credits", topUp)).body).toEqual({
    balanceCents: 100,
    heldCents: 0,
    toldCents: 0,
    owesCents: 0,
    owesFromBeforeCents: 0,
    currency: "UGX",
  });
  expect((await post("/credits", { ...topUp, currency: "KES" })).status).toBe(400);
  await post("/channels", {
    kind: "mpesa-paybill",
    shortcode: "600100",
    passkey: "passkey",
    environment: "sandbox",
    consumerKey: "key",
    consumerSecret: "secret",
  });
  expect((await post("/credits", { ...topUp, currency: "KES" })).body).toEqual({
    balanceCents: 100,
    heldCents: 0,
    toldCents: 0,
    owesCents: 0,
    owesFromBeforeCents: 0,
    currency: "KES",
  });
});
