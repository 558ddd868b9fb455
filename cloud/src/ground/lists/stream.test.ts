import { PassThrough } from "node:stream";
import type { Response } from "express";
import { expect, test } from "vitest";
import { writerWhileLet } from "./stream.ts";

test("[TEN-07] a long answer ends, cut off, where its reader's access has ended", async () => {
  const response = Object.assign(new PassThrough(), { setTimeout: () => response }) as unknown as Response &
    PassThrough;
  let isLet = true;
  const write = writerWhileLet(response, { isStillLet: async () => isLet });
  expect(await write("whose it is")).toBe(true);
  isLet = false;
  expect(await write("and all the rest")).toBe(false);
  expect([response.destroyed, response.writableEnded]).toEqual([true, false]);
});
