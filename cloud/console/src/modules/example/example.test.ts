/** The page of the module to copy: it is there for who may read what it shows, and says each answer of its route in a sentence. */
import { partsOfDay } from "@karibu/cloud/modules/example/example-policy";
import { expect, test } from "vitest";
import { example } from "./module.ts";
import { enExample } from "./words/en.ts";
import { swExample } from "./words/sw.ts";

test("[SYS-27] the page stands in a room, and each part of the day has its greeting in both languages", () => {
  expect(example.pages).toMatchObject([{ path: "example", room: "settings", permission: "provider.read" }]);
  for (const words of [enExample, swExample] as const)
    expect(partsOfDay.filter((part) => !words[`exampleGreeting_${part}`].includes("{name}"))).toEqual([]);
});
