import { expect, test } from "vitest";
import { say, word } from "../../strings/strings.ts";
import { permissionWords } from "../staff/permission-words.ts";
import { detailParts, detailText } from "./detail-words.ts";

const spoken = { action: "POST /api/v1/plans", zone: { locale: "en", utcOffsetMinutes: 180 } } as const;

test("the body of a request is one line of names and values, without ids, files and what was left out", () => {
  const body = {
    name: "Hour",
    priceCents: 2050,
    planId: "0197",
    csv: "a,b",
    groupId: null,
    terms: { devices: 1, validitySeconds: 3600 },
    newThing: 1,
    twoPersonRefunds: true,
  };
  const text = detailText({ params: {}, body }, spoken);
  expect(text).toBe(
    `${say("name")}: Hour · ${say("price")}: 20.5 · ${say("devicesAtOnce")}: 1 · ${say("validFor")}: 1 h · new thing: 1 · ${say("twoPersonRefunds")}: ${say("yes")}`,
  );
  expect(detailText({ body: null }, spoken)).toBe("");
  expect(detailText({ body: { "newer-things": 1 } }, spoken)).toBe("newer things: 1");
  // Who reads another language is told apart what has an English name alone.
  expect(detailParts({ body }, spoken)).toMatchObject({ unnamed: "new thing: 1" });
  expect(detailParts({ body }, spoken).named).not.toContain("new thing");
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
  expect(detailText({ body }, spoken)).toBe(
    [
      `${say("kind")}: Advanta`,
      `${say("note")}: Token`,
      `${say("payWith")}: Cash`,
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
  expect(detailText({ body }, spoken)).toBe(
    [
      `${say("currency")}: KES`,
      `${say("timeZone")}: UTC+3`,
      `${say("role")}: ${word("role", "support")}`,
      `${say("permissions")}: ${permissionWords("vouchers.read")}`,
    ].join(" · "),
  );
  expect(detailText({ from: "::ffff:127.0.0.1" }, spoken)).toBe(`${say("auditFrom")}: 127.0.0.1`);
});

test("[BEY-07] a time is written as a time of the business, and a text that is kept back by its length", () => {
  const body = { untilMs: Date.UTC(2026, 10, 25, 3, 52), text: "[32 characters]" };
  expect(detailText({ body }, spoken)).toBe(
    `${say("until")}: 25 Nov, 06:52 · ${say("messageText")}: ${say("auditCharacters", { count: 32 })}`,
  );
});

test("[BEY-07] what a route takes is said without a word of the machine: an order, a share, a span of time, a time of day, a speed", () => {
  const said = (action: string, body: object) => detailText({ body }, { ...spoken, action });
  expect(said("POST /api/v1/vouchers/bulk", { action: "enable" })).toBe("To do: Switch on");
  expect(said("POST /api/v1/promotions", { gift: { kind: "percent", permille: 125 }, audience: "new" })).toBe(
    `Kind: Percentage off · Rate, %: 12.5 · For: ${word("audience", "new")}`,
  );
  expect(said("PUT /api/v1/venues/{venueId}/shares", { shares: [{ permille: 300 }], was: [{ permille: 100 }] })).toBe(
    "Shares: Share, %: 30",
  );
  expect(said("POST /api/v1/alarm-rules", { afterMs: 300_000 })).toBe("After: 5 min");
  expect(said("PUT /api/v1/alarm-quiet-hours", { fromMinute: 1320, untilMinute: 360 })).toBe(
    "From: 22:00 · Until: 06:00",
  );
  expect(said("PUT /api/v1/settings/x", { downKbps: 5000, dataBytes: 1_000_000_000 })).toBe(
    "Speed down: 5 Mbps · Data: 1.00 GB",
  );
  expect(said("PUT /api/v1/ticket-rules", { hours: { days: [1, 2] } })).toBe("Days of the week: Mon, Tue");
  expect(said("POST /api/v1/subscriptions/{subscriptionId}/pause", { days: 3 })).toBe("Days: 3");
  expect(said("PATCH /api/v1/money-settings", { unverifiedCentsMax: 250_000 })).toBe(
    `${say("field_unverifiedMax")}: 2500`,
  );
  expect(said("PATCH /api/v1/webhooks/{webhookId}", { events: ["payment.received"] })).toBe(
    `${say("field_events")}: ${word("event", "payment-received")}`,
  );
  const lines = [{ text: "[20 characters]", quantity: 2, unitCents: 150_000 }];
  expect(said("POST /api/v1/invoices", { dueOn: "2026-12-24", lines })).toBe(
    `${say("dueOn")}: 24 Dec 2026 · Lines: ${say("messageText")}: 20 characters, ${say("howMany")}: 2, Price of one: 1500`,
  );
});

test("[BEY-07] what was done is said where the request alone does not say it", () => {
  const result = { voucher: "…4821", planName: "1 hour", amountCents: 2000, currency: "KES" };
  expect(detailText({ params: { voucherId: "b1.7" }, body: null, result }, spoken)).toBe(
    `${say("voucher")}: …4821 · ${say("plan")}: 1 hour · ${say("amount")}: 20 · ${say("currency")}: KES`,
  );
});
