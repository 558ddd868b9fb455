import { expect, test } from "vitest";
import { queryToReturnWith, readArrival } from "./hint.ts";

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

test("a destination that is no web address never becomes a link", () => {
  expect(readArrival("?dst=javascript:alert(1)").destination).toBeNull();
  expect(readArrival("").hint).toEqual({});
  expect(readArrival("?login=http://10.5.50.1/login", true).isRedirect).toBe(true);
  expect(readArrival("?login=http://10.5.50.1/login", false).isRedirect).toBe(false);
  expect(readArrival("", true).isRedirect).toBe(false);
});

test("a reload by hand goes back to the redirect's address, once", () => {
  expect(queryToReturnWith("", "?login=x")).toBe("?login=x");
  expect(queryToReturnWith("?login=x", "?login=x")).toBeNull();
  expect(queryToReturnWith("", null)).toBeNull();
  expect(queryToReturnWith("", "?err=x")).toBeNull();
});
