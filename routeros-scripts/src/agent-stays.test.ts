/** The container stays: whatever RouterOS does to it, the agent runs again without anybody coming. */
import { setState } from "@karibu/lab/routeros-scripting/board-containers";
import { expect, test } from "vitest";
import { checkScript } from "../checker/rsc-check.mjs";
import { boardBeforeUpdate, oldRoot, servingRoot } from "./image-update/test-update-board.ts";
import { checkedVersions, type VersionDialect } from "./language/version-dialect.ts";
import { testDialect } from "./test-render.ts";

const imageFile = "usb1/karibu-agent.tar";
const showsWord = (dialect: VersionDialect) => dialect.mountItemList !== "list";

function boardOf(version: string) {
  const board = boardBeforeUpdate(version, "good");
  const containers = () => board.router.rows("/container");
  return {
    board,
    containers,
    /** What RouterOS unpacked is lost: it does not start the container by itself, and each start ends at once. */
    spoil() {
      const [row] = containers();
      if (row === undefined) throw new Error("there is no container");
      row.set("image", "dead");
      for (const name of ["restart-policy", "auto-restart-interval"]) row.delete(name);
      setState(row, "error", showsWord(testDialect(version)));
    },
    marks: () => board.router.rows("/system/script").filter((row) => row.get("comment") === "karibu:agent-idle"),
  };
}

test.each(checkedVersions)(
  "[BEY-17] RouterOS %s: a container that no start brings up is made anew from the image's file",
  (version) => {
    const { board, spoil, containers, marks } = boardOf(version);
    spoil();
    board.passMinutes(8);
    expect(servingRoot(board)).toBe(null);
    board.passMinutes(10);
    expect(servingRoot(board)).toBe(oldRoot);
    expect(containers()).toHaveLength(1);
    expect(marks()).toEqual([]);
    expect(board.ranTwoAtOnce).toBe(false);
  },
);

test.each(checkedVersions)(
  "[BEY-17] RouterOS %s: a container that is gone is made anew, with what set-up gave it",
  (version) => {
    const { board, containers } = boardOf(version);
    const before = new Map(containers()[0]);
    board.router.configuration.replaceRows("/container", []);
    board.passMinutes(20);
    expect(servingRoot(board)).toBe(oldRoot);
    const after = containers()[0];
    for (const name of [
      "interface",
      "envlists",
      "envlist",
      "mountlists",
      "mounts",
      "start-on-boot",
      "name",
      "comment",
      "dns",
    ])
      expect([name, after?.get(name)]).toEqual([name, before.get(name)]);
  },
);

/** From each version to each newer one: RouterOS was upgraded after the set-up. */
const upgrades = checkedVersions.flatMap((from, index) => checkedVersions.slice(index + 1).map((to) => [from, to]));

test.each(upgrades)(
  "[BEY-17] RouterOS %s, then %s: every script of the router is one that it still reads, and a lost container is made anew in its words",
  (from = "", to = "") => {
    const { board, containers } = boardOf(from);
    const { router } = board;
    const texts = [
      ...router
        .rows("/system/script")
        // What removal runs, once: a line that the new version refuses is shown, and the others run.
        .filter((row) => !row.get("comment")?.startsWith("karibu:before-"))
        .map((row) => row.get("source") ?? ""),
      ...router.rows("/system/scheduler").map((row) => row.get("on-event") ?? ""),
      ...router.rows("/tool/netwatch").flatMap((row) => [row.get("up-script") ?? "", row.get("down-script") ?? ""]),
    ];
    expect(texts.join("\n")).toContain("agent-idle");
    for (const text of texts) expect(checkScript(text, to).filter(({ severity }) => severity === "error")).toEqual([]);
    for (const row of router.rows("/system/resource")) row.set("version", `${to} (stable)`);
    router.configuration.replaceRows("/container", []);
    board.passMinutes(20);
    const wanted = boardOf(to).containers()[0];
    const words = (row: typeof wanted) =>
      [...(row?.keys() ?? [])].filter((word) => /^(env|mount|restart|auto|health|name|memory|stop-on)/.test(word));
    expect(words(containers()[0]).toSorted()).toEqual(words(wanted).toSorted());
    expect(servingRoot(board)).toBe(oldRoot);
  },
);

test("[BEY-17] a version that nobody knows yet gets the words of the newest one; where RouterOS refuses them, its log says so", () => {
  const { board, containers } = boardOf("7.22");
  for (const row of board.router.rows("/system/resource")) row.set("version", "7.31.1 (stable)");
  board.router.configuration.replaceRows("/container", []);
  board.failingContainerCommand = "add";
  board.passMinutes(12);
  expect(containers()).toEqual([]);
  expect(board.router.output.join("\n")).toContain("karibu: RouterOS refuses the container of the agent");
});

test("[BEY-17] an agent that runs is left alone, and one that comes back by itself within minutes too", () => {
  const { board, containers, spoil, marks } = boardOf("7.22");
  const started = board.startedRoots.length;
  board.passMinutes(60);
  expect(board.startedRoots).toHaveLength(started);
  const id = containers()[0]?.get(".id");
  spoil();
  board.passMinutes(5);
  containers()[0]?.set("image", "good");
  board.passMinutes(10);
  expect([servingRoot(board), containers()[0]?.get(".id"), marks()]).toEqual([oldRoot, id, []]);
});

test("[BEY-17] a new container that does not run either is not made a third time; without the image's file nothing is removed", () => {
  const { board, containers, spoil } = boardOf("7.22");
  board.router
    .rows("/file")
    .find((row) => row.get("name") === imageFile)
    ?.set("image", "dead");
  spoil();
  board.passMinutes(20);
  const id = containers()[0]?.get(".id");
  board.passMinutes(120);
  expect(containers().map((row) => row.get(".id"))).toEqual([id]);
  const bare = boardOf("7.22");
  bare.board.router.configuration.replaceRows("/file", []);
  bare.spoil();
  const kept = bare.containers()[0]?.get(".id");
  bare.board.passMinutes(60);
  expect(bare.containers().map((row) => row.get(".id"))).toEqual([kept]);
});
