import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterEach, expect, test } from "vitest";
import { realWorld } from "../db/test-databases.ts";
import { refusal } from "./problem.ts";
import { problems, requestIds } from "./serve-route.ts";

const open: { close(): void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

test.each([
  ["a site that is away", refusal("site-away", { status: 503 }), 503, "warn request-refused site-away"],
  ["a fault of the hub's own", new Error("of null"), 500, "error request-failed of null"],
  ["what the caller did wrong", refusal("not-found"), 404, null],
] as const)("%s stands in the log as what it is", async (_title, thrown, status, line) => {
  const lines: string[] = [];
  const write =
    (level: string) =>
    (event: string, { code, message }: { code?: string; message?: string } = {}) =>
      void lines.push(`${level} ${event} ${code ?? message}`);
  const world = {
    ...realWorld(),
    log: { debug: () => {}, info: () => {}, warn: write("warn"), error: write("error") },
  };
  const app = express().use(requestIds(world));
  app.get("/", () => {
    throw thrown;
  });
  const server = app.use(problems(world)).listen(0, "127.0.0.1");
  open.push(server);
  await once(server, "listening");
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(answer.status).toBe(status);
  expect(lines).toEqual(line === null ? [] : [line]);
});
