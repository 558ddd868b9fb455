import { expect, test } from "vitest";
import { returnPage, returnPageUrl, wifiPageOf } from "./return-page.ts";

test.each([
  ["http://10.5.50.1/status?x=1", "http://10.5.50.1/"],
  ["http://192.168.88.1:8080/", "http://192.168.88.1:8080/"],
  ["http://100.64.0.1/", "http://100.64.0.1/"],
  ["http://login.kiosk.lan/", "http://login.kiosk.lan/"],
])("the return page of a channel leads to the Wi-Fi page %s", (given, page) => {
  expect(wifiPageOf(given)).toBe(page);
  expect(returnPageUrl("https://hub.example", given)).toBe(
    `https://hub.example/hooks/back?to=${encodeURIComponent(page)}`,
  );
  expect(returnPage(page)).toContain(`href="${page}"`);
});

test.each([
  "https://evil.example/",
  "http://evil.example/",
  "javascript:alert(1)",
  "http://8.8.8.8/",
  "http://172.32.0.1/",
  "http://10.5.50.1@evil.example/",
  "http://u@10.5.50.1/",
  "",
  null,
  5,
  `http://10.5.50.1/${"x".repeat(400)}`,
])("a stranger's address (%s) is no return address", (given) => {
  expect(wifiPageOf(given)).toBeNull();
  expect(returnPage(given)).not.toContain("href");
  expect(returnPageUrl("https://hub.example", typeof given === "string" ? given : undefined)).toBe(
    "https://hub.example/hooks/back",
  );
});
