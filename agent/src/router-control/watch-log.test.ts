import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { LiveRouter, RouterRow } from "../ground/live-router.ts";
import { createLogWatch, troublesIn } from "./watch-log.ts";

const line = (
  id: number,
  topics: string,
  message: string,
  time = `2026-11-27 08:00:${String(id).padStart(2, "0")}`,
) => ({
  ".id": `*${id}`,
  topics,
  message,
  time,
});

test("[RTR-08] of a log only errors and warnings of the chosen topics are told; lines that differ in numbers and addresses are one, the newest first", () => {
  const rows: RouterRow[] = [
    line(1, "system,info", "router rebooted"),
    line(2, "system,error,critical", "login failure for user admin from 203.0.113.9 via ssh"),
    line(3, "interface,warning", "ether3 link flapping"),
    line(4, "system,error,critical", "login failure for user admin from 203.0.113.77 via ssh"),
    line(5, "wireless,warning", "AA:BB:CC:DD:EE:01@wlan1: disconnected"),
    line(6, "wireless,warning", "AA:BB:CC:DD:EE:02@wlan1: disconnected"),
  ];
  const login = { severity: "error", topics: "system,error,critical", times: 2 };
  expect(troublesIn(rows, ["system", "interface"])).toEqual([
    { ...login, message: "login failure for user admin from 203.0.113.77 via ssh", time: "2026-11-27 08:00:04" },
    {
      severity: "warning",
      topics: "interface,warning",
      message: "ether3 link flapping",
      time: "2026-11-27 08:00:03",
      times: 1,
    },
  ]);
  expect(troublesIn(rows, []).map(({ topics, times }) => `${topics} ${times}`)).toEqual([
    "wireless,warning 2",
    "system,error,critical 2",
    "interface,warning 1",
  ]);
  expect(troublesIn(rows, ["info"])).toEqual([]);
});

test("[RTR-08] each line is told once; an answer that got lost is told again; after a restart of agent or router the log is told as a whole", async () => {
  let rows: RouterRow[] = [line(1, "system,error", "one")];
  const live: Pick<LiveRouter, "command"> = { command: async () => rows };
  const world = createSimulatedWorld();
  const open = () => createLogWatch(world, live as LiveRouter);
  const watch = open();
  const ask = (after: string, of = watch) => of.read({ topics: [], after });
  const told = ({ lines }: Awaited<ReturnType<typeof ask>>) => lines.map(({ message }) => message);
  const first = await ask("");
  expect([first.isWhole, told(first)]).toEqual([true, ["one"]]);
  rows = [...rows, line(2, "system,error", "two")];
  const second = await ask(first.next);
  expect([second.isWhole, told(second)]).toEqual([false, ["two"]]);
  rows = [...rows, line(3, "system,error", "three")];
  expect(told(await ask(first.next)), "the hub did not hear the second answer").toEqual(["three", "two"]);
  const third = await ask(first.next);
  expect(told(await ask(third.next))).toEqual([]);
  // The router restarted: its ids begin anew.
  rows = [line(1, "system,error,critical", "router was rebooted without proper shutdown", "1970-01-02 00:00:05")];
  const fourth = await ask(third.next);
  expect(told(fourth)).toEqual(["router was rebooted without proper shutdown"]);
  const anew = await ask(fourth.next, open());
  expect([anew.isWhole, told(anew)]).toEqual([true, ["router was rebooted without proper shutdown"]]);
});

test("[RTR-08] a log full of different errors is told in thirty kinds, and says how many more there are", async () => {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const rows = [...letters].map((letter, at) => line(at, "script,error", `${letter.repeat(400)}`));
  const live: Pick<LiveRouter, "command"> = { command: async () => rows };
  const told = await createLogWatch(createSimulatedWorld(), live as LiveRouter).read({ topics: [], after: "" });
  expect([told.lines.length, told.more]).toEqual([30, 22]);
  expect(told.lines[0]?.message).toBe("Z".repeat(300));
});
