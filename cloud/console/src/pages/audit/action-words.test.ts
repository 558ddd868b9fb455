import { expect, test } from "vitest";
import { say, word } from "../../strings/strings.ts";
import { permissionWords } from "../staff/permission-words.ts";
import { actionWords, detailParts, detailText } from "./action-words.ts";

const zone = { locale: "en", utcOffsetMinutes: 180 } as const;

test.each([
  ["GET /api/v1/customers/{customerId}/vouchers", "Customers, Vouchers: read"],
  ["POST /api/v1/my/{provider}/tickets", "Tickets: added"],
  ["POST /api/v1/plans/{planId}/copy", "Plans: copied"],
  ["POST /api/v1/plans", "Plans: added"],
  ["PATCH /api/v1/sites/{siteId}", "Sites: changed"],
  ["DELETE /api/v1/tokens/{tokenId}", "API tokens: removed"],
  ["POST /api/v1/vouchers/batches/{batchId}/disable", "Vouchers, batches: switched off"],
  ["POST /api/v1/user/second-factor/begin", "My account, two steps: begun"],
  ["POST /api/v1/routers/{siteId}/orders", "Routers, orders: added"],
  ["POST /api/v1/routers/{siteId}/orders/{orderId}/cancel", "Routers, orders: cancelled"],
  ["POST /api/v1/router-bulks/{bulkId}/stop", "Changes at many routers: stopped"],
  ["POST /api/v1/customers/{customerId}/erase", "Customers: erased for ever"],
  ["POST /api/v1/customer-takeovers/{customerTakeoverId}/undo", "Takeovers of customers: undone"],
  ["signed-up", "Signed up"],
])("%s is written as %s", (action, words) => {
  expect(actionWords(action)).toBe(words);
});

test("the body of a request is one line of names and values, without ids, files and what was left out", () => {
  const body = {
    name: "Hour",
    priceCents: 2050,
    planId: "0197",
    csv: "a,b",
    groupId: null,
    terms: { devices: 1, validitySeconds: 3600 },
    creditLimitCents: 100,
    twoPersonRefunds: true,
  };
  const text = detailText({ params: {}, body }, zone);
  expect(text).toBe(
    `${say("name")}: Hour · ${say("price")}: 20.5 · ${say("devicesAtOnce")}: 1 · ${say("validFor")}: 1 h 00 min · credit limit: 1 · ${say("twoPersonRefunds")}: ${say("yes")}`,
  );
  expect(detailText({ body: null }, zone)).toBe("");
  expect(detailText({ body: { "hosted-sites": 1 } }, zone)).toBe("hosted sites: 1");
  // Who reads another language is told apart what has an English name alone.
  expect(detailParts({ body }, zone)).toMatchObject({ unnamed: "credit limit: 1" });
  expect(detailParts({ body }, zone).named).not.toContain("credit limit");
});

test("[BEY-07] fields of forms that people know are said with the forms' words, and a share in per cent", () => {
  const body = {
    kind: "advanta",
    note: "Token",
    pay: "cash",
    commissionPermille: 50,
    scopes: ["plans.read"],
    expiresInDays: 90,
  };
  expect(detailText({ body }, zone)).toBe(
    [
      `${say("kind")}: advanta`,
      `${say("note")}: Token`,
      `${say("payWith")}: ${say("pay_cash")}`,
      `${say("commissionPercent")}: 5`,
      `${say("permissions")}: ${permissionWords("plans.read")}`,
      `${say("auditDays")}: 90`,
    ].join(" · "),
  );
});

test("[BEY-07] ids, hidden secrets and words of the machine are left out; a role, permissions and a time zone are said in words", () => {
  const body = {
    ownerPassword: "[hidden]",
    siteId: "0197",
    batch: "0197d3a0-0000-7000-8000-000000000001",
    alphabet: "0123456789",
    locale: "en",
    currency: "KES",
    utcOffsetMinutes: 180,
    role: "support",
    permissions: ["vouchers.read"],
  };
  expect(detailText({ body }, zone)).toBe(
    [
      `${say("currency")}: KES`,
      `${say("timeZone")}: UTC+3`,
      `${say("role")}: ${word("role", "support")}`,
      `${say("permissions")}: ${permissionWords("vouchers.read")}`,
    ].join(" · "),
  );
  expect(detailText({ from: "::ffff:127.0.0.1" }, zone)).toBe(`${say("auditFrom")}: 127.0.0.1`);
});

test("[BEY-07] what was done is said where the request alone does not say it", () => {
  const result = { voucher: "…4821", planName: "1 hour", amountCents: 2000, currency: "KES" };
  expect(detailText({ params: { voucherId: "b1.7" }, body: null, result }, zone)).toBe(
    `${say("voucher")}: …4821 · ${say("plan")}: 1 hour · ${say("amount")}: 20 · ${say("currency")}: KES`,
  );
});

test("[BEY-07] a time is written as a time of the business, and a text that is kept back by its length", () => {
  const body = { untilMs: Date.UTC(2026, 10, 25, 3, 52), text: "[32 characters]" };
  expect(detailText({ body }, zone)).toBe(
    `${say("until")}: 25 Nov, 06:52 · ${say("messageText")}: ${say("auditCharacters", { count: 32 })}`,
  );
});
