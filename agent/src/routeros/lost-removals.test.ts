/** What becomes of a removal whose answer is lost: by a cut, or by a router that says nothing any more. */
import { until } from "@karibu/lab/router/test-router";
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createSentenceReader, encodeSentence } from "./api-sentence.ts";
import { createRouterApi } from "./create-router-api.ts";
import { createHotspotControl } from "./hotspot-control.ts";
import type { ApiSocket } from "./router-api.ts";

/** A router of one hotspot row, as bytes. It dies with the answer to the first removals: `lost` says whether it carried each of them out. */
function routerThatLosesAnswers(...lost: { readonly isCarriedOut: boolean; readonly by: "cut" | "silence" }[]) {
  const world = createSimulatedWorld();
  const removed: string[] = [];
  let row: Record<string, string> | null = { ".id": "*A053207", user: "sara", address: "10.5.50.7" };
  const dial = async (): Promise<ApiSocket> => {
    let listeners: Parameters<ApiSocket["listen"]>[0] | null = null;
    const read = createSentenceReader();
    let isOpen = true;
    let isSilent = false;
    const say = (...words: string[]) => queueMicrotask(() => isOpen && listeners?.data(encodeSentence(words)));
    const destroy = () => {
      if (!isOpen) return;
      isOpen = false;
      queueMicrotask(() => listeners?.ended("cut"));
    };
    return {
      destroy,
      listen(given) {
        listeners = given;
      },
      write(bytes) {
        for (const [menu = "", ...words] of read(bytes)) {
          if (isSilent) continue;
          const tag = words.find((word) => word.startsWith(".tag=")) ?? "";
          if (menu === "/ip/hotspot/active/print" && row !== null)
            say("!re", ...Object.entries(row).map(([name, value]) => `=${name}=${value}`), tag);
          if (menu === "/ip/hotspot/active/remove") {
            const next = lost.shift();
            if (next?.isCarriedOut !== false) {
              removed.push(row?.user ?? "nobody");
              row = null;
            }
            if (next?.by === "cut") return destroy();
            isSilent = next?.by === "silence";
            if (isSilent) continue;
          }
          say("!done", tag);
        }
      },
    };
  };
  const control = createHotspotControl(createRouterApi(world, dial, { user: "karibu", password: "" }));
  /** The phone with that address goes on without a log-in of ours: a row's id is made of the host's address. */
  const logsIn = (user: string) => {
    row = { ".id": "*A053207", user, address: "10.5.50.7" };
  };
  const settled = <T>(work: Promise<T>) => passTimeUntil(world, work, 100);
  return { control, removed, logsIn, settled };
}

test.each(["cut", "silence"] as const)(
  "a removal whose answer a %s took never removes who has the row's id by then",
  async (by) => {
    const { control, removed, logsIn, settled } = routerThatLosesAnswers({ isCarriedOut: true, by });
    const [session] = await settled(control.activeSessions());
    if (session === undefined) throw new Error("no session");
    const removal = control.removeSession(session);
    await until(() => removed.length === 1);
    logsIn("peter");
    await settled(removal);
    expect(removed).toEqual(["sara"]);
  },
);

test.each(["cut", "silence"] as const)(
  "a removal that a %s took is sent again while the session is there: who is logged in anew for other limits must not stay off",
  async (by) => {
    const { control, removed, settled } = routerThatLosesAnswers({ isCarriedOut: false, by });
    const [session] = await settled(control.activeSessions());
    if (session === undefined) throw new Error("no session");
    await settled(control.removeSession(session));
    expect(removed).toEqual(["sara"]);
  },
);
