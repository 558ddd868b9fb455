import { deadMan } from "@karibu/protocol/router/dead-man";
import { expect, test } from "vitest";
import type { RouterSession } from "../ground/live-router.ts";
import { armDeadMan } from "./dead-man.ts";

test("UNDO: the row that says somebody is there is made before the one that arms: an armed dead man without it acts at once", async () => {
  const lists: (string | undefined)[] = [];
  const command = async (words: readonly string[]) => {
    if (words[0]?.endsWith("/add")) lists.push(words.find((word) => word.startsWith("=list="))?.slice("=list=".length));
    return words[0] === "/system/scheduler/print" ? [{ name: deadMan.name, disabled: "false" }] : [];
  };
  const session: RouterSession = { command, isOpen: true, close: () => {} };
  expect(await armDeadMan(session, { lane: "enforcement", timeoutMs: 1000, actor: "Anna" })).toBe(true);
  expect(lists).toEqual([deadMan.aliveList, deadMan.armedList]);
});
