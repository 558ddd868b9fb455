import { expect, test } from "vitest";
import { initiatorReasons } from "./daraja/codes.ts";
import type { InitiatorRefused } from "./initiator.ts";
import { initiatorLetter } from "./initiator-letter.ts";

const refused: Omit<InitiatorRefused, "reason"> = {
  providerId: "p",
  channel: "M-Pesa 600100",
  initiatorName: "teller",
  stops: "everything",
  problem: "2001 The initiator information is invalid.",
};

test.each(initiatorReasons)(
  "[PAY-08] the letter about %s says which channel, M-Pesa's own words, what stops and what goes on, in both languages",
  (reason) => {
    for (const [locale, stopped, goesOn] of [
      ["en", "reversals and payouts have stopped", "Selling goes on."],
      ["sw", "kutuma pesa vimesimama", "Kuuza kunaendelea."],
    ] as const) {
      const letter = initiatorLetter("owner@here.test", locale, { ...refused, reason });
      expect(letter).toMatchObject({ to: "owner@here.test", subject: expect.stringContaining("M-Pesa 600100") });
      for (const words of ["teller", "2001 The initiator information is invalid.", stopped, goesOn])
        expect(letter.text).toContain(words);
      expect(letter.text).not.toContain("..");
    }
  },
);

test("[PAY-08] where the initiator may only not ask, nothing is said of refunds", () => {
  const letter = initiatorLetter("owner@here.test", "en", { ...refused, reason: "no-permission", stops: "questions" });
  expect(letter.text).toContain("Questions about receipts have stopped until then.");
  expect(letter.text).not.toContain("reversals");
});
