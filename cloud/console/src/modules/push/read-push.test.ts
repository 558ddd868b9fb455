import { expect, test } from "vitest";
import { readPush, shownTo } from "./read-push.ts";

test("[MSG-07] a push is shown as the hub wrote it; what can't be read is shown without words, and opens a page of this console", () => {
  const whole = {
    title: "Alpha: Alarm",
    body: "The site is silent: Harbour",
    tag: "a1",
    reader: "u1",
    hash: "#/alarms",
  };
  expect(readPush(JSON.stringify(whole))).toEqual(whole);
  const plain = { title: "Karibu", body: "", tag: "karibu", reader: "", hash: "#/alarms" };
  for (const text of ["", "null", "[]", "no json"]) expect(readPush(text)).toEqual(plain);
  expect(readPush('{"title":5,"hash":"https://evil.example/"}')).toEqual(plain);
});

test("[MSG-07] what was written for somebody else, or for somebody who has logged out, is shown without words", () => {
  const push = {
    title: "Alpha: Alarm",
    body: "The site is silent: Harbour",
    tag: "a1",
    reader: "u1",
    hash: "#/alarms",
  };
  expect(shownTo(push, "u1")).toEqual(push);
  for (const owner of ["u2", null])
    expect(shownTo(push, owner)).toEqual({ title: "Karibu", body: "", tag: "a1", reader: "", hash: "#/alarms" });
  const anybodys = { ...push, reader: "" };
  expect(shownTo(anybodys, null)).toEqual(anybodys);
});
