import { expect, test } from "vitest";
import { allWords } from "./all-words.ts";
import { heldAdvice } from "./held-advice.ts";
import { usualWay } from "./words.ts";

test.each([
  ["en", "1 hour is paused", "The owner of this network has paused this. Ask them how to continue."],
  ["sw", "Saa 1 imesimamishwa", "Mwenye mtandao huu amesimamisha hii. Muulize jinsi ya kuendelea."],
  ["fr", "1 heure est suspendu", "Le propriétaire de ce réseau a suspendu cet accès. Demandez-lui comment continuer."],
] as const)(
  "[BEY-21] who reads of a paused package is told who paused it, why, and whom to ask: %s",
  (tag, title, text) => {
    const held = { planName: "1 hour", reason: "suspended", text: "" } as const;
    expect(heldAdvice(held, allWords(tag, usualWay))).toEqual({ title, text });
    const why = { ...held, text: "The mast is being moved" };
    expect(heldAdvice(why, allWords(tag, usualWay)).text).toBe(`${text} (The mast is being moved)`);
  },
);

test("[BEY-21] a reason that this page does not know leaves what staff wrote, and no word of the program's", () => {
  const held = { planName: "1 hour", reason: "of-next-year" as "suspended", text: "The mast is being moved" };
  const words = allWords("en", usualWay);
  expect(heldAdvice(held, words).text).toBe("The mast is being moved");
  expect(heldAdvice({ ...held, text: "" }, words).text).toBe("");
});
