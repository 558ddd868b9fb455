import { Fault } from "@karibu/protocol/fault";
import { expect, test } from "vitest";
import type { LiveRouter } from "../ground/live-router.ts";
import { endRouterSessions } from "./end-router-sessions.ts";

const name = "staff-bcdfghjk";
const trap = (message: string) => new Fault("router-api/trap", message, { retry: "never" });

/** A router that lists these names, and does what `on` says with a sentence. */
function routerWith(names: string[], on: (words: readonly string[], rows: Map<string, string>) => void) {
  const rows = new Map(names.map((each, at) => [`*${at + 1}`, each]));
  const said: string[] = [];
  const live = {
    command(words: readonly string[]) {
      if (words[0] === "/user/active/print")
        return Promise.resolve([...rows].map(([id, each]) => ({ ".id": id, name: each })));
      said.push(words.join(" "));
      try {
        on(words, rows);
        return Promise.resolve([]);
      } catch (error) {
        return Promise.reject(error);
      }
    },
  } as unknown as LiveRouter;
  return { live, said };
}
const idIn = (words: readonly string[]) => (words[1] ?? "").split("=").at(-1) ?? "";

test("[TEN-13] RouterOS from 7.20 on: all of this person's log-ins are removed, and nobody else's", async () => {
  const { live, said } = routerWith([name, "admin", name], (words, rows) => rows.delete(idIn(words)));
  expect(await endRouterSessions(live, name)).toEqual({ endedSessions: 2, leftSessions: 0 });
  expect(said).toEqual(["/user/active/remove =.id=*1", "/user/active/remove =.id=*3"]);
});

test("[TEN-13] RouterOS before 7.20 is asked to log the person out", async () => {
  const { live, said } = routerWith([name], (words, rows) => {
    if (words[0] === "/user/active/remove") throw trap("no such command");
    rows.delete(idIn(words));
  });
  expect(await endRouterSessions(live, name)).toEqual({ endedSessions: 1, leftSessions: 0 });
  expect(said.at(-1)).toBe("/user/active/request-logout =numbers=*1");
});

test("[TEN-13] a router that wants more rights than the agent has says so, and no success is told", async () => {
  const { live } = routerWith([name], () => {
    throw trap("not enough permissions (9)");
  });
  const told = await endRouterSessions(live, name);
  expect(told).toEqual({ endedSessions: 0, leftSessions: 1, why: "not enough permissions (9)" });
  expect(await endRouterSessions(null, name)).toEqual({ endedSessions: 0, leftSessions: null });
});
