import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "./folder-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "karibu-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (holder: object | string) =>
  writeFileSync(join(folder, "hub.lock"), typeof holder === "string" ? holder : JSON.stringify(holder));

test("a folder is locked once, and again after its release", () => {
  const release = lockFolder(folder, "hub.lock");
  expect(() => lockFolder(folder, "hub.lock")).toThrow(`in use by process ${process.pid}`);
  release();
  expect(existsSync(join(folder, "hub.lock"))).toBe(false);
  lockFolder(folder, "hub.lock")();
});

test("the lock of a dead process is taken over", () => {
  write({ pid: 2 ** 22 + 1, host: hostname(), startTicks: "1" });
  const release = lockFolder(folder, "hub.lock");
  expect(JSON.parse(readFileSync(join(folder, "hub.lock"), "utf8")).pid).toBe(process.pid);
  release();
});

test.skipIf(!existsSync("/proc/self/stat"))("a pid that another program has got since does not hold the lock", () => {
  write({ pid: process.ppid, host: hostname(), startTicks: "1" });
  lockFolder(folder, "hub.lock")();
});

test("a torn lock file holds nothing", () => {
  write('{"pid":12');
  lockFolder(folder, "hub.lock")();
});

test("a lock of another machine (a shared disk) is respected, because this machine can't check that process", () => {
  write({ pid: 1, host: "another-machine", startTicks: null });
  expect(() => lockFolder(folder, "hub.lock")).toThrow("in use by process 1");
});

test("the lock of a container that was created again under another name is taken over if the caller wants that", () => {
  write({ pid: 1, host: "the-old-container", startTicks: null });
  lockFolder(folder, "hub.lock", "take")();
});

test.skipIf(!existsSync("/proc/sys/kernel/random/boot_id"))("after a reboot nobody of before holds a lock", () => {
  write({ pid: process.ppid, host: hostname(), startTicks: null, boot: "another-boot" });
  lockFolder(folder, "hub.lock")();
});

test("two starters can't both take a stale lock over: while one judges it, the other one is refused", () => {
  const stale = { pid: 2 ** 22 + 1, host: hostname(), startTicks: "1" };
  write(stale);
  const guard = join(folder, "hub.lock.takeover");
  writeFileSync(guard, JSON.stringify({ pid: process.pid, host: hostname(), startTicks: null, boot: null }));
  expect(() => lockFolder(folder, "hub.lock")).toThrow(`in use by process ${process.pid}`);
  expect(JSON.parse(readFileSync(join(folder, "hub.lock"), "utf8")).pid).toBe(stale.pid);
  // A starter that died in the middle blocks nobody.
  writeFileSync(guard, JSON.stringify(stale));
  const release = lockFolder(folder, "hub.lock");
  expect(existsSync(guard)).toBe(false);
  release();
});
