/** Back-ups of a site's router: from the hub's order to the file's bytes, and back onto the router, under virtual time. */

import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import { unixMs } from "@karibu/protocol/quantities";
import {
  type BackUpPart,
  backUpRouter,
  readRouterBackUp,
  restoreRouter,
} from "@karibu/protocol/rpc/router/router-back-ups";
import { dialectOf } from "@karibu/routeros-scripts/language/version-dialect";
import { renderScripts } from "@karibu/routeros-scripts/render-scripts";
import { sampleValues } from "@karibu/routeros-scripts/values/sample-values";
import { afterEach, expect, test } from "vitest";
import { installScripts } from "../router/api/stored-scripts.ts";
import { type LiveSite, openLiveSite } from "./test-live-site.ts";

let site: LiveSite | null = null;
afterEach(async () => {
  await site?.close();
  site = null;
});

const found = dialectOf("7.22");
if ("problem" in found) throw new Error(found.problem);
const setUp = renderScripts(sampleValues, found.dialect)["setup.rsc"];
const ticket = "ab".repeat(16);

async function open() {
  const live = await openLiveSite();
  site = live;
  const clock = live.time.clock();
  const stored = installScripts(live.router, setUp, {
    wait: (seconds) => new Promise((resolve) => clock.after(seconds * 1000, () => resolve())),
  });
  let nonces = 0;
  const world = { random: { bytes: (count: number) => new Uint8Array(count).fill(++nonces) }, clock };
  const order = (more: object = {}) => ({
    nonce: newId(world as never),
    actor: "Anna",
    expiresAtMs: unixMs(live.time.trueMs() + 60_000),
    ...more,
  });

  type BackUpOrder = ReturnType<typeof order> & { parts: BackUpPart[] };
  const ask = (given: BackUpOrder) => live.settled(live.hub.call(backUpRouter, given, 30_000));
  async function finish(given: BackUpOrder) {
    for (;;) {
      const result = await ask(given);
      if (result.kind !== "running") return result;
      await live.time.advance(2000);
    }
  }
  async function fetchPart(nonce: string, part: BackUpPart): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let offset = 0; ; ) {
      const params = { nonce, part, offsetBytes: offset as never };
      const { kind, piece } = await live.settled(live.hub.call(readRouterBackUp, params, 30_000));
      expect(kind).toBe("piece");
      if (piece === "") return Buffer.concat(pieces);
      pieces.push(Buffer.from(piece, "base64"));
      offset += pieces.at(-1)?.length ?? 0;
    }
  }
  const both = (more: object = {}): BackUpOrder => ({ ...order(more), parts: ["binary", "export"] });
  async function restore(given: { mark: string; router: { board: string; version: string; serial: string } }) {
    const params = { ...order(), ticket, ...given };
    for (;;) {
      const result = await live.settled(live.hub.call(restoreRouter, params, 100_000));
      if (result.kind !== "running") return result;
      await live.time.advance(2000);
    }
  }
  return { ...live, stored, both, ask, finish, fetchPart, restore };
}

test("[RTR-10] [RTR-24] a back-up of a slow board arrives byte for byte; the agent says fixed names and nothing else", async () => {
  const { stored, both, finish, fetchPart, said, time } = await open();
  stored.board.slowSeconds = 40;
  const begun = said.length;
  const given = both();
  const result = await finish(given);
  expect(result).toMatchObject({ kind: "done", router: { board: "RB5009UG+S+", version: "7.22 (stable)" } });
  for (const { part, bytes, sha256 } of result.files ?? []) {
    const file = await fetchPart(given.nonce, part);
    expect([file.length, sha256Hex(file)]).toEqual([bytes, sha256]);
  }
  expect((await fetchPart(given.nonce, "export")).toString()).toBe(stored.board.exportText());
  const words = said
    .slice(begun)
    .map(({ words: [command, ...rest] }) => [command, ...rest.filter((word) => !word.startsWith(".tag"))].join(" "));
  const scripts = words.filter((each) => each.startsWith("/system/script"));
  expect(new Set(scripts)).toEqual(
    new Set(["clear", "save", "export"].map((name) => `/system/script/run =number=karibu-back-up-${name}`)),
  );
  expect(
    words.filter((each) => /\/(add|set|remove)/.test(each) && !each.startsWith("/ip/firewall/address-list/")),
  ).toEqual([]);
  expect(stored.scripting.rows("/file").filter((row) => row.get("name")?.startsWith("karibu-back-up"))).toEqual([]);
  // Half an hour later it is forgotten.
  await time.advance(31 * 60_000);
  const gone = await site?.settled(
    site.hub.call(readRouterBackUp, { nonce: given.nonce, part: "binary", offsetBytes: 0 as never }, 30_000),
  );
  expect(gone).toEqual({ kind: "gone", piece: "" });
});

test.each(["shorter", "longer", "changed"] as const)(
  "[RTR-10] an API that gives files %s is found out",
  async (lies) => {
    const { router, both, finish } = await open();
    router.knobs.apiFileLies = lies;
    expect(await finish(both())).toMatchObject({ kind: "refused", why: expect.stringMatching(/gave other bytes/) });
  },
);

test("[RTR-10] a router without the scripts says so, with what to do", async () => {
  const { stored, both, finish } = await open();
  stored.scripting.configuration.replaceRows("/system/script", []);
  expect(await finish(both())).toMatchObject({ kind: "refused", why: expect.stringMatching(/import repair\.rsc/) });
});

test("[RTR-10] the same order asked twice makes one back-up; one that is too old makes none; another waits", async () => {
  const { both, ask, finish, said, time } = await open();
  const given = both();
  expect(await ask(given)).toEqual({ kind: "running" });
  await expect(ask(both())).rejects.toMatchObject({ code: "site/refused", advice: { hint: "router-api/busy" } });
  await finish(given);
  await finish(given);
  expect(said.filter(({ words }) => words.includes("=number=karibu-back-up-save"))).toHaveLength(1);
  expect(await ask(both({ expiresAtMs: unixMs(time.trueMs() - 1) }))).toEqual({ kind: "expired" });
});

test("[RTR-10] the power fails while the router writes: refused, and the next back-up is whole", async () => {
  const { stored, both, finish, router, time, agent } = await open();
  stored.board.cutsWhileSaving = true;
  expect(await finish(both())).toMatchObject({ kind: "refused" });
  stored.board.cutsWhileSaving = false;
  await site?.settled(router.boot());
  while (agent.hub.state !== "connected") await time.advance(1000);
  await time.advance(60_000);
  expect(await finish(both())).toMatchObject({ kind: "done" });
});

test("[RTR-11] a restore brings the tree back and restarts the router", async () => {
  const { stored, both, finish, fetchPart, restore, tree, router } = await open();
  const given = both();
  const { files = [], router: of } = await finish(given);
  const binary = await fetchPart(given.nonce, "binary");
  const before = tree.copy();
  tree.add("/ip/hotspot/user", { name: "came-later" });
  const boots = router.running;
  stored.board.fetch = (_, header) => (header.endsWith(ticket) ? binary : null);
  const mark = files.find(({ part }) => part === "binary")?.mark ?? "";
  expect(await restore({ mark, router: of ?? { board: "", version: "", serial: "" } })).toEqual({ kind: "begun" });
  await site?.time.advance(60_000);
  expect(stored.loads()).toBe(1);
  expect(router.running).not.toBe(boots);
  const users = (menus: unknown) => (menus as Map<string, unknown>).get("/ip/hotspot/user");
  expect(users(tree.copy())).toEqual(users(before));
});

test("[RTR-11] another board, version or serial number is refused before the router is told anything", async () => {
  const { both, finish, restore, said } = await open();
  const { files = [], router: of = { board: "", version: "", serial: "" } } = await finish(both());
  const mark = files.find(({ part }) => part === "binary")?.mark ?? "";
  for (const other of [{ board: "hEX" }, { version: "7.21" }, { serial: "HF1" }])
    expect(await restore({ mark, router: { ...of, ...other } })).toMatchObject({
      kind: "refused",
      why: expect.stringMatching(/another/),
    });
  expect(said.filter(({ words }) => words.includes("=number=karibu-restore"))).toEqual([]);
});

test("[RTR-11] what the router refuses is said, and it stays as it was", async () => {
  const { both, finish, restore, stored } = await open();
  const { files = [], router: of = { board: "", version: "", serial: "" } } = await finish(both());
  const mark = files.find(({ part }) => part === "binary")?.mark ?? "";
  expect(await restore({ mark, router: of })).toMatchObject({ kind: "refused", why: expect.stringMatching(/401/) });
  stored.board.fetch = () => Buffer.from("something else");
  expect(await restore({ mark, router: of })).toMatchObject({
    kind: "refused",
    why: expect.stringMatching(/no back-up of this router/),
  });
  expect(stored.loads()).toBe(0);
});
