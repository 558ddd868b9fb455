import { expect, test } from "vitest";
import { type InitiatorRefused, initiatorReasons } from "../initiator-rules.ts";
import { initiatorMail, passwordMail } from "./initiator-mail.ts";

const refused: Omit<InitiatorRefused, "reason"> = {
  providerId: "p",
  channel: "M-Pesa 600100",
  initiatorName: "teller",
  stops: "everything",
  problem: "2001 The initiator information is invalid.",
};

test.each(initiatorReasons)(
  "[PAY-08] the mail about %s says which channel, M-Pesa's own words, what stops and what goes on, in both languages",
  (reason) => {
    for (const [locale, stopped, goesOn] of [
      ["en", "reversals and payouts have stopped", "Selling goes on."],
      ["sw", "kutuma pesa vimesimama", "Kuuza kunaendelea."],
    ] as const) {
      const mail = initiatorMail("owner@here.test", locale, { ...refused, reason });
      expect(mail).toMatchObject({ to: "owner@here.test", subject: expect.stringContaining("M-Pesa 600100") });
      for (const words of ["teller", "2001 The initiator information is invalid.", stopped, goesOn])
        expect(mail.text).toContain(words);
      expect(mail.text).not.toContain("..");
    }
  },
);

test("[PAY-08] where the initiator may only not ask, nothing is said of refunds", () => {
  const mail = initiatorMail("owner@here.test", "en", { ...refused, reason: "no-permission", stops: "questions" });
  expect(mail.text).toContain("Questions about receipts have stopped until then.");
  expect(mail.text).not.toContain("reversals");
});

test("the mail about the password says which channel, how long, and what goes on working, in both languages", () => {
  for (const [locale, word] of [
    ["en", "Selling goes on"],
    ["sw", "Kuuza kunaendelea"],
  ] as const) {
    const mail = passwordMail("owner@here.test", locale, { channel: "M-Pesa 600100", daysLeft: 5 });
    expect(mail).toMatchObject({ to: "owner@here.test", subject: expect.stringContaining("M-Pesa 600100") });
    expect(mail.text).toContain(word);
    expect(mail.subject).toContain("5");
  }
});
