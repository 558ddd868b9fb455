import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import express from "express";
import { afterEach, beforeEach, expect, test } from "vitest";
import { realWorld } from "../db/test-databases.ts";
import { consoleFiles } from "./console-files.ts";
import { problems } from "./serve-route.ts";

let parent: string;
let folder: string;
let server: Server;
let url: string;

beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), "karibu-console-"));
  folder = join(parent, "console");
  writeFileSync(join(parent, "secret.txt"), "secret");
  server = createServer(express().use(consoleFiles(folder), problems(realWorld())));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(parent, { recursive: true, force: true });
});

function build() {
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "index.html"), "<p>the console</p>");
  writeFileSync(join(folder, "icon.svg"), "<svg/>");
  writeFileSync(join(folder, "icon.svg.gz"), gzipSync("<svg/>"));
  writeFileSync(join(folder, "assets", "main-ABC.js"), "plain");
  writeFileSync(join(folder, "assets", "main-ABC.js.gz"), gzipSync("zipped"));
  writeFileSync(join(folder, "assets", "main-ABC.js.br"), brotliCompressSync("smaller"));
}

test("before the build, the page says what to do", async () => {
  const answer = await fetch(url);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("npm run build");
});

test("every address of the console shows its page, and a missing file is 404", async () => {
  build();
  for (const path of ["/", "/sites", "/vouchers/some-id"]) {
    const answer = await fetch(url + path);
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, "<p>the console</p>"]);
    expect(answer.headers.get("cache-control")).toBe("no-cache");
  }
  expect((await fetch(`${url}/assets/gone.js`)).status).toBe(404);
});

test("a file is sent zipped to who takes it, with its own type, and may be kept for ever", async () => {
  build();
  const zipped = await fetch(`${url}/assets/main-ABC.js`, { headers: { "Accept-Encoding": "gzip" } });
  expect(await zipped.text()).toBe("zipped");
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  expect(zipped.headers.get("content-type")).toMatch(/javascript/);
  expect(zipped.headers.get("cache-control")).toContain("immutable");
  const plain = await fetch(`${url}/assets/main-ABC.js`, { headers: { "Accept-Encoding": "identity" } });
  expect(await plain.text()).toBe("plain");
});

test("a browser that takes brotli gets the smaller file, under the same address", async () => {
  build();
  const small = await fetch(`${url}/assets/main-ABC.js`, { headers: { "Accept-Encoding": "gzip, deflate, br" } });
  expect(await small.text()).toBe("smaller");
  expect(small.headers.get("content-encoding")).toBe("br");
  expect(small.headers.get("content-type")).toMatch(/javascript/);
  expect(small.headers.get("vary")).toContain("Accept-Encoding");
});

test("the icon is kept for a day, and what has not changed is not sent again", async () => {
  build();
  for (const encoding of ["gzip", "identity"]) {
    const headers = { "Accept-Encoding": encoding };
    const icon = await fetch(`${url}/icon.svg`, { headers });
    expect([await icon.text(), icon.headers.get("cache-control")]).toEqual(["<svg/>", "public, max-age=86400"]);
  }
  for (const path of ["/", "/icon.svg", "/assets/main-ABC.js"]) {
    const etag = (await fetch(url + path)).headers.get("etag") as string;
    const again = await fetch(url + path, { headers: { "If-None-Match": etag, "Cache-Control": "max-age=0" } });
    expect([path, again.status, await again.text()]).toEqual([path, 304, ""]);
  }
});

test("nothing outside the folder is sent", async () => {
  build();
  for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/..%5csecret.txt"]) {
    const answer = await fetch(url + path);
    expect([path, (await answer.text()).includes("secret")]).toEqual([path, false]);
  }
});
