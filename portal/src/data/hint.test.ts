import { deviceHintNames } from "@karibu/protocol/portal-api";
import { expect, test } from "vitest";
import { codeInFragment, hintNames, queryToReturnWith, readArrival, wasNavigatedTo } from "./hint.ts";

test("the hotspot's redirect identifies the phone and its destination", () => {
  const arrival = readArrival(
    "?mac=AA:BB:CC:00:00:01&ip=10.5.50.20&login=http://10.5.50.1/login&dst=http://example.com/&err=no%20more",
  );
  expect(arrival).toEqual({
    hint: { mac: "AA:BB:CC:00:00:01", ip: "10.5.50.20", login: "http://10.5.50.1/login" },
    isRedirect: false,
    destination: "http://example.com/",
    error: "no more",
  });
});

test("the challenge of a hotspot that takes no plain password goes back to the agent as it came", () => {
  expect(hintNames).toEqual(deviceHintNames);
  const { hint } = readArrival(String.raw`?ip=10.5.50.20&pap=no&chapId=\371&chapChallenge=\001\046\377`);
  expect(hint).toMatchObject({ pap: "no", chapId: String.raw`\371`, chapChallenge: String.raw`\001\046\377` });
});

test("a destination that is no web address never becomes a link", () => {
  for (const other of ["javascript:alert(1)", "intent://example.com/#Intent;end", "file:///sdcard/x", "//example.com"])
    expect(readArrival(`?dst=${encodeURIComponent(other)}`).destination, other).toBeNull();
  expect(readArrival("").hint).toEqual({});
  expect(readArrival("?login=http://10.5.50.1/login", true).isRedirect).toBe(true);
  expect(readArrival("?login=http://10.5.50.1/login", false).isRedirect).toBe(false);
  expect(readArrival("", true).isRedirect).toBe(false);
});

test("an old iPhone tells a redirect from a reload too: who lost the router's log-in is logged in again", () => {
  const phone = (entries: { type: string }[], type: number | null) =>
    wasNavigatedTo({
      getEntriesByType: () => entries as never,
      navigation: (type === null ? undefined : { type }) as never,
    });
  expect(phone([], 0), "iOS 12 to 14").toBe(true);
  expect([phone([], 1), phone([], 2), phone([], null)]).toEqual([false, false, false]);
  expect([phone([{ type: "navigate" }], 0), phone([{ type: "reload" }], 1)]).toEqual([true, false]);
});

test("a reload by hand goes back to the redirect's address, once", () => {
  expect(queryToReturnWith("", "?login=x")).toBe("?login=x");
  expect(queryToReturnWith("?login=x", "?login=x")).toBeNull();
  expect(queryToReturnWith("", null)).toBeNull();
  expect(queryToReturnWith("", "?err=x")).toBeNull();
});

test("[VOU-19] a scanned voucher's code stands in the fragment; what is none is left alone", () => {
  expect(codeInFragment("#v=1234567890")).toEqual({ code: "1234567890" });
  expect(codeInFragment("#v=1234567890&p=0471")).toEqual({ code: "1234567890", pin: "0471" });
  expect(codeInFragment("#v=kb-7ghq2&p=<b>")).toEqual({ code: "kb-7ghq2" });
  for (const fragment of ["", "#", "#online", "#v=", "#v=<b>", `#v=${"9".repeat(41)}`, "#v=1 2 3 4 5"])
    expect(codeInFragment(fragment)).toEqual({});
});

test("what a router's redirect says is cut in whole characters: the hub stores it", () => {
  const long = `${"x".repeat(499)}😀`;
  expect(readArrival(`?mac=${encodeURIComponent(long)}`).hint.mac).toBe("x".repeat(499));
  expect(readArrival(`?err=${encodeURIComponent(`${"x".repeat(199)}😀`)}`).error).toBe("x".repeat(199));
});
