/** Every POST that moves money is refused without an `Idempotency-Key`; the table of routes names them. */

import { expect, test } from "vitest";
import { samplesOfModules } from "../../modules/test-all-modules.ts";
import { useHub } from "../../test-hub.ts";
import { anyEngine } from "../db/test-databases.ts";
import type { Route } from "./route.ts";

const hub = useHub(anyEngine);

/** POSTs of people who handle money that move none, and why a key would be in the way. A new one has to be judged. */
const movesNone = new Set([
  "/api/v1/channels", // keys and settings of a channel
  "/api/v1/pay-accounts", // a number to type
  "/api/v1/payments/offer", // a price is told; nothing is sold
  "/api/v1/payments/{id}/verify", // asks; what is found out comes by itself as well
  "/api/v1/payments/{id}/resolve", // a note
  "/api/v1/review/resolve", // a note
  "/api/v1/unmatched-callbacks/{id}/retry", // judges a stored report again: once, whoever asks how often
  "/api/v1/unmatched-callbacks/{id}/drop", // a note
  "/api/v1/payments/offer", // a look at what it would cost
  "/api/v1/reconciliation/statements", // the same file again is the same file
  "/api/v1/reconciliation/differences/{channelId}/{receipt}/resolve", // a note
  "/api/v1/reconciliation/closed-days", // a mark
  "/api/v1/expenses/{id}/resolve", // a note
  "/api/v1/claims/{id}/turn-down", // nothing is given; a second one finds the claim no longer open
  "/api/v1/claims/{id}/reopen", // a mark
  "/api/v1/refunds/{id}/refuse", // nothing is sent
  "/api/v1/own-refunds/{id}/withdraw", // nothing is sent
  "/api/v1/corrections/{id}/refuse", // nothing is booked
  "/api/v1/invoices/{id}/void", // nobody paid it
  "/api/v1/tax-rates/remove", // a rate of a tax
  "/api/v1/documents/receipts", // one for each payment, however often it is asked for
  "/api/v1/documents/{documentId}/mail", // a letter, of which an address gets few in a day
  "/api/v1/documents/{documentId}/links", // opens one document for some days
  "/api/v1/documents/{documentId}/sms", // the day's quota counts it
  "/api/v1/documents/{documentId}/submit", // its number makes it one document at the authority
  "/api/v1/documents/{documentId}/fiscal-reply", // never replaces one that is there
  "/api/v1/sellers", // who may sell
  "/api/v1/sellers/{sellerId}/pin",
  "/api/v1/sellers/{sellerId}/disable",
  "/api/v1/sellers/{sellerId}/activate",
  ...samplesOfModules.flatMap(({ movesNone = {} }) => Object.keys(movesNone)),
]);

const posts = (): Route[] => hub.hub().routes.filter(({ method }) => method === "POST");

test("[SYS-16] every POST that moves money needs a key, and a new one of those who handle money has to say whether it does", async () => {
  const { token } = await hub.makeProvider("Keyless");
  const ofMoney = posts().filter(({ permission }) => /^(payments|ledger)\./.test(permission));
  const undecided = ofMoney.filter((route) => route.needsKey !== true && !movesNone.has(route.path));
  expect(undecided.map(({ path }) => path)).toEqual([]);
  const keyed = posts().filter(({ needsKey }) => needsKey === true);
  expect(keyed.length).toBeGreaterThan(14);
  expect(keyed.filter(({ path }) => movesNone.has(path))).toEqual([]);
  const { paths } = (await hub.call("GET", "/api/v1/openapi.json")).body;
  for (const { path, body, permission } of keyed) {
    const example = paths[path].post.requestBody?.content["application/json"].example ?? {};
    const answer = await hub.call("POST", path.replaceAll(/\{\w+\}/g, "none"), {
      token,
      ...(body === null ? {} : { body: example }),
    });
    // Those of customers are asked by one: `customer-page/customer-isolation.test.ts`.
    if (permission !== "customer")
      expect([path, answer.status, answer.body.field], answer.text).toEqual([path, 400, "Idempotency-Key"]);
    const parameter = paths[path].post.parameters.find(({ name }: { name: string }) => name === "Idempotency-Key");
    expect([path, parameter?.required]).toEqual([path, true]);
  }
});

test("one key on two routes, or of two providers, is two requests", async () => {
  const [one, other] = [await hub.makeProvider("One"), await hub.makeProvider("Other")];
  const headers = { "Idempotency-Key": "same" };
  const expense = { category: "power", amountCents: 100, spentOn: "2026-01-01" };
  const post = (token: string, path: string, body: object) => hub.call("POST", path, { token, body, headers });
  const first = await post(one.token, "/api/v1/expenses", expense);
  expect(first.status).toBe(201);
  const credit = { phone: "0712345678", amountCents: 700 };
  expect((await post(one.token, "/api/v1/credits", credit)).body).toMatchObject({ balanceCents: 700, currency: "KES" });
  const theirs = await post(other.token, "/api/v1/expenses", expense);
  expect([theirs.status, theirs.body.id === first.body.id]).toEqual([201, false]);
  expect((await post(one.token, "/api/v1/expenses", expense)).body).toEqual(first.body);
  const users = (await hub.call("GET", "/api/v1/users", { token: one.token })).body.items as { userId: string }[];
  const { body: second } = await hub.call("POST", "/api/v1/users", {
    token: one.token,
    body: { email: "second@one.test", name: "Second", role: "seller", password: "some-long-password" },
  });
  for (const userId of [users[0]?.userId, second.userId]) {
    const paid = await post(one.token, `/api/v1/floats/${userId}/top-up`, { amountCents: 900 });
    expect([paid.status, paid.body.balanceCents], paid.text).toEqual([201, 900]);
  }
});

test("a parameter that a route does not know is refused by name, and so is one on a route that has none", async () => {
  const { token } = await hub.makeProvider("Misspelt");
  const ask = (path: string) => hub.call("GET", path, { token });
  expect((await ask("/api/v1/payments?stat=paid")).body).toMatchObject({ status: 400, field: "stat" });
  expect((await ask("/api/v1/money-settings?x=1")).body).toMatchObject({ status: 400, field: "x" });
  expect((await ask("/api/v1/payments?__proto__=1")).body).toMatchObject({ status: 400, field: "__proto__" });
  expect((await ask("/api/v1/payments?state=paid")).status).toBe(200);
});
