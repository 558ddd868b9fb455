import { expect, test } from "vitest";
import { readPush } from "./read-push.ts";

test("[MSG-07] a push is shown as the hub wrote it; what can't be read is shown without words, and opens a page of this console", () => {
  const whole = { title: "Alpha: Alarm", body: "The site is silent: Harbour", tag: "a1", hash: "#/alarms" };
  expect(readPush(JSON.stringify(whole))).toEqual(whole);
  const plain = { title: "Karibu", body: "", tag: "karibu", hash: "#/alarms" };
  for (const text of ["", "null", "[]", "no json"]) expect(readPush(text)).toEqual(plain);
  expect(readPush('{"title":5,"hash":"https://evil.example/"}')).toEqual(plain);
});
