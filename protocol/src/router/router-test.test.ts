import { expect, test } from "vitest";
import { isRoutersAddress, versionProblem } from "./router-test.ts";

test.each([
  ["10.89.0.2", true],
  ["10.89.255.254", true],
  ["10.89.0.1", false],
  ["10.89.0.0", false],
  ["10.89.255.255", false],
  ["10.89.256.2", false],
  ["10.89.00.2", false],
  ["10.90.0.2", false],
  ["127.0.0.1", false],
  ["169.254.169.254", false],
  ["10.89.0.2.example.org", false],
  ["10.89.0.2\n", false],
  ["::ffff:10.89.0.2", false],
])("[RTR-04] %j is a router's address in the tunnel: %s", (address, is) => {
  expect(isRoutersAddress(address)).toBe(is);
});

test.each([
  ["7.18.2 (stable)", null],
  ["7.22", null],
  ["8.0", null],
  ["7.18.1", "version-too-old"],
  ["7.9 (stable)", "version-too-old"],
  ["6.49.18 (long-term)", "version-too-old"],
  ["7.23beta2", "version-unknown"],
  ["<b>7", "version-unknown"],
])("[RTR-04] a router of version %j: %s", (version, problem) => {
  expect(versionProblem(version)).toBe(problem);
});
