/** All words of a language at once, for who has them at hand: the agent, whose page without scripts says what the portal says. */
import { en } from "./en.ts";
import { enLater } from "./en-later.ts";
import { onPage } from "./page-words.ts";
import type { Language, PayWay, WholeWords } from "./strings.ts";
import { sw } from "./sw.ts";
import { swLater } from "./sw-later.ts";
import { withWallet } from "./wallet-words.ts";

export function allWords(language: Language, { paysBy, wallet, country }: PayWay): WholeWords {
  const words = language === "sw" ? { ...sw, ...swLater } : { ...en, ...enLater };
  return paysBy === "page"
    ? withWallet(onPage(language, words), "M-Pesa", country)
    : withWallet(words, wallet, country);
}
