/** The container stays: whatever RouterOS does to it, the agent runs again without anybody coming. */
import { setState } from "@karibu/lab/routeros-scripting/board-containers";
import { expect, test } from "vitest";
import { boardBeforeUpdate, oldRoot, servingRoot } from "./image-update/test-update-board.ts";
import { checkedVersions, type Dialect } from "./language/version-dialect.ts";
import { testDialect } from "./test-render.ts";

const imageFile = "usb1/karibu-agent.tar";
const showsWord = (dialect: Dialect) => dialect.mountItemList !== "list";

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
