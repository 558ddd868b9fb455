import { expect, test } from "vitest";
import { en } from "./en.ts";
import { enAlarms } from "./en-alarms.ts";
import { enBooks } from "./en-books.ts";
import { enComponents } from "./en-components.ts";
import { enFrame } from "./en-frame.ts";
import { enHome } from "./en-home.ts";
import { enInitiator } from "./en-initiator.ts";
import { enMoney } from "./en-money.ts";
import { enNetwork } from "./en-network.ts";
import { enPeople } from "./en-people.ts";
import { enSales } from "./en-sales.ts";
import { enSite } from "./en-site.ts";
import { enUsage } from "./en-usage.ts";
import { sw } from "./sw.ts";

const blanks = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("English and Swahili have the same sentences, and none is empty", () => {
  expect(Object.keys(sw).sort()).toEqual(Object.keys(en).sort());
  for (const text of [...Object.values(en), ...Object.values(sw)]) expect(text.trim()).not.toBe("");
});

test("a sentence has the same blanks in both languages", () => {
  for (const [key, text] of Object.entries(en)) {
    expect({ key, blanks: blanks(sw[key as keyof typeof sw]) }).toEqual({ key, blanks: blanks(text) });
  }
});

test("no key stands in two files", () => {
  const files = [
    enAlarms,
    enBooks,
    enComponents,
    enFrame,
    enHome,
    enInitiator,
    enMoney,
    enNetwork,
    enPeople,
    enSales,
    enSite,
    enUsage,
  ].map((file) => Object.keys(file));
  const all = files.flat();
  expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
});
