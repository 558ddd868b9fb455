import { deadMan } from "@karibu/protocol/router/dead-man";
import { expect, test } from "vitest";
import type { RouterSession } from "../ground/live-router.ts";
import { armDeadMan, disarmDeadMan } from "./dead-man.ts";

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

test("UNDO: what armed it goes before what says that somebody is there: a line that breaks in between leaves nothing that acts", async () => {
  const removed: (string | undefined)[] = [];
  const command = async (words: readonly string[]) => {
    if (words[0]?.endsWith("/remove")) {
      if (removed.length > 0) throw new Error("the line broke");
      removed.push(words[1]);
    }
    const lists = [deadMan.aliveList, deadMan.armedList];
    return words[0]?.endsWith("/print") ? lists.map((list, at) => ({ ".id": `*${at + 1}`, list })) : [];
  };
  const session: RouterSession = { command, isOpen: true, close: () => {} };
  await disarmDeadMan(session, { lane: "enforcement", timeoutMs: 1000, actor: "Anna" });
  expect(removed).toEqual(["=.id=*2"]);
});
