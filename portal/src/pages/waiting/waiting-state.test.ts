import type { PurchaseView } from "@karibu/protocol/portal-api";
import { cents } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import type { FailureReason } from "../../strings/en-later.ts";
import { english as en, hour, purchaseView } from "../../test-facts.ts";
import { waitingView } from "./waiting-state.ts";

const plan = { ...hour, priceCents: cents(5000) };
const see = (more: Partial<PurchaseView>, waitedMs = 0, hub: "connected" | "away" = "connected") =>
  waitingView(
    {
      following: { view: purchaseView(more), phone: "254712345678", sinceMs: 1000 },
      connecting: null,
      plan,
      hub,
      supportPhone: "0700 123 456",
      nowMs: 1000 + waitedMs,
    },
    en,
  );

test("[POR-02] the prompt names the phone and the price, and the note grows with the waiting", () => {
  expect(see({}).text).toBe("Enter your M-Pesa PIN on 0712\u00a0345\u00a0678 to pay KSh 50.");
  expect([see({}, 0).note, see({}, 30_000).note]).toEqual([en.waitingCalm, en.waitingMid]);
  expect(see({}, 0, "away").note).toBe(en.waitingHubAway);
});

test("[POR-02] with a discount the page names what the phone is asked for", () => {
  expect(see({ priceCents: 3000 }).text).toBe("Enter your M-Pesa PIN on 0712\u00a0345\u00a0678 to pay KSh 30.");
  const onPage = see({ priceCents: 3000, payAt: "https://pay.example/1" });
  expect(onPage.text).toContain("KSh 30");
});

test.each(Object.keys(en.failures) as FailureReason[])("[POR-02] %s says what happened and what to do", (reason) => {
  const told = reason === "system-busy" ? ({ reason: "not-sent", because: reason } as const) : { reason };
  const failed = see({ state: "failed", ...told });
  expect(failed.title).toBe(en.failures[reason].title);
  expect(failed.actions).toEqual(reason === "merchant-problem" ? ["other-package"] : ["try-again", "other-package"]);
});

test.each(["prompted", "unknown"] as const)(
  "[POR-02] %s: while the prompt can be open only the PIN is asked for, then only not to pay again",
  (state) => {
    for (const waitedMs of [0, 22_000, 44_000, 80_000, 89_999]) {
      const waiting = see({ state }, waitedMs);
      expect(waiting.title).toBe(en.waitingTitle);
      expect(`${waiting.text} ${waiting.note}`).not.toMatch(/do not pay again/i);
    }
    for (const waitedMs of [90_000, 200_000]) {
      const asking = see({ state }, waitedMs);
      expect(asking).toMatchObject({ picture: "asking", title: en.unknownTitle, actions: ["claim", "stop-waiting"] });
      expect(`${asking.title} ${asking.text} ${asking.note}`).not.toMatch(/enter your/i);
    }
  },
);

test.each(["prompted", "unknown"] as const)(
  "[POR-02] %s: once the phone has answered and nobody knows what, no PIN is asked for: it is being found out, do not pay again",
  (state) => {
    const asking = see({ state, promptAnswered: true }, 9000);
    expect(asking).toMatchObject({ picture: "asking", title: en.unknownTitle, actions: ["claim", "stop-waiting"] });
    expect(asking.text).toMatch(/do not pay again/i);
    expect(see({ state: "failed", reason: "cancelled" }).title).toBe(en.failures.cancelled.title);
  },
);

test("[POR-02] a finer word for a failure has its own sentence; one that this page does not know falls back on the coarse one", () => {
  const busy = see({ state: "failed", reason: "not-sent", because: "system-busy" });
  expect(busy).toMatchObject({ ...en.failures["system-busy"], actions: ["try-again", "other-package"] });
  expect(see({ state: "failed", reason: "not-sent", because: "toString" }).title).toBe(en.failures["not-sent"].title);
});

test("[POR-02] after some minutes the page says what happens next, whom to call, and that a voucher works", () => {
  const long = see({ state: "unknown" }, 300_000);
  expect(long).toMatchObject({ title: en.unknownLongTitle, picture: "asking", actions: ["claim", "other-package"] });
  expect(`${long.text} ${long.note}`).toMatch(/owner.*voucher works.*call 0700 123 456/);
});

test("[POR-02] a channel's payment page is offered while a customer may be typing a card; only a web page is offered", () => {
  const payAt = "https://pay.example/order/1";
  expect(see({ payAt }, 100_000)).toMatchObject({ title: en.payAtTitle, payAt, actions: ["stop-waiting"] });
  expect(see({ payAt }, 20 * 60_000)).toMatchObject({ title: en.unknownLongTitle, payAt: null });
  expect(see({ payAt: "javascript:alert(1)" })).toMatchObject({ title: en.waitingTitle, payAt: null });
});

test("[POR-03] paid: the grant on its way, connecting, or (log-in by hand) a button", () => {
  expect(see({ state: "paid", logIn: { kind: "wait" } })).toMatchObject({ text: en.paidWait, actions: [] });
  expect(see({ state: "paid", grantId: "g", receipt: "UK1", logIn: null })).toMatchObject({
    text: en.paidReady,
    note: "M-Pesa receipt UK1",
    actions: ["go-online"],
  });
});

test("[POR-03] a log-in that does not work says so, and that nothing is lost", () => {
  const trouble = { code: "router-refused" as const, field: null, retryAfterSeconds: null };
  const connecting = { sinceMs: 0, grantId: "g", way: "post" as const, postedAgain: true, trouble };
  const stuck = waitingView(
    { following: null, connecting, plan: null, hub: "connected", supportPhone: null, nowMs: 0 },
    en,
  );
  expect(stuck.title).toBe(en.notConnectedTitle);
  expect(stuck.actions).toEqual(["connect-again", "other-package"]);
});

test("[PAY-12] what is left of the credit is said once it is paid, and never while somebody only typed a number", () => {
  const left = en.creditLeft("KSh 20");
  expect(see({ state: "paid", grantId: "g", receipt: "R1", creditLeftCents: cents(2000) }).note).toBe(
    `${en.receipt("R1")}. ${left}`,
  );
  expect(see({ state: "paid", grantId: "g", creditLeftCents: cents(0) }).note).toBeNull();
  expect(JSON.stringify(see({ creditLeftCents: cents(2000) }))).not.toContain(left);
});
