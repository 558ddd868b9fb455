/** What the agent says to a router about its SIM is in the command trees of all versions, and the simulated router answers it. */
import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { readInbox } from "@karibu/agent/routeros/read-inbox";
import { RouterTrap } from "@karibu/agent/routeros/router-api";
import { dialInMemory } from "@karibu/lab/router/api/dial-in-memory";
import { acceptEverybody, setUpRouter } from "@karibu/lab/router/test-router";
import { expect, test } from "vitest";
import { args, checkApi } from "../checker/rsc-check.mjs";
import { checkedVersions } from "./language/version-dialect.ts";

test("[PAY-25] the sentences fit each command tree; nothing is removed, and no other sender's messages are asked for", async () => {
  const bench = await setUpRouter(acceptEverybody());
  bench.router.knobs.sim = {
    port: "lte1",
    receives: true,
    inbox: [
      { phone: "MPESA", timestamp: "Nov/21/2026 14:14:05 GMT +3", message: "one" },
      { phone: "+254712000222", timestamp: "Nov/21/2026 14:14:06 GMT +3", message: "private" },
      { phone: "MPESA", timestamp: "?", message: "two" },
    ],
  };
  const api = createRouterApi(bench.world, dialInMemory(bench.world, bench.router), { user: "karibu", password: "" });
  const sentences: (readonly string[])[] = [];
  const listening: typeof api = {
    ...api,
    command(words, options) {
      sentences.push(words);
      return api.command(words, options);
    },
  };
  expect(await readInbox(listening, "MPESA")).toEqual({
    state: "reading",
    messages: [
      { sender: "MPESA", time: "Nov/21/2026 14:14:05 GMT +3", atMs: Date.UTC(2026, 10, 21, 11, 14, 5), text: "one" },
      { sender: "MPESA", time: "?", atMs: null, text: "two" },
    ],
  });
  expect(sentences.map(([command]) => command)).toEqual(["/tool/sms/print", "/tool/sms/inbox/print"]);
  for (const version of checkedVersions)
    expect(
      sentences.flatMap((words) => checkApi(words, version)),
      version,
    ).toEqual([]);
  // The checker would have seen it.
  expect(checkApi(["/tool/sms/inbox/list"], "7.22")).not.toEqual([]);
  expect(args("/tool/sms/set", "7.18.2")).toEqual(expect.arrayContaining(["port", "receive-enabled"]));
  api.close();
  await bench.close();
});

test("[PAY-25] a router that refuses the menu has none", async () => {
  const refusing = {
    command: () => Promise.reject(new RouterTrap("no such command prefix", null)),
    state: () => "connected" as const,
    close() {},
  };
  expect(await readInbox(refusing, "MPESA")).toEqual({ state: "no-menu", messages: [] });
});
