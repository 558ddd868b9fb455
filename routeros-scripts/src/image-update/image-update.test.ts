import { ScriptError } from "@karibu/lab/routeros-scripting/result";
import { expect, test } from "vitest";
import { checkScript } from "../../checker/rsc-check.mjs";
import { checkedVersions } from "../language/version-dialect.ts";
import { testDialect } from "../test-render.ts";
import { sampleImage, sampleValues } from "../values/sample-values.ts";
import { updateStepLines } from "./step-script.ts";
import {
  boardBeforeUpdate,
  boardThatTries,
  keptImage,
  leftovers,
  longMinutes,
  newRoot,
  oldRoot,
  outcomeOf,
  passMinutesWhile,
  scriptsFor,
  servingRoot,
  tagsOf,
} from "./test-update-board.ts";

test.each(checkedVersions)(
  "[BEY-20] RouterOS %s: a good image replaces the old one, which is removed after the health checks",
  (version) => {
    const board = boardBeforeUpdate(version, "good");
    expect(board.import(scriptsFor(version).update)).toBe("done");
    const hasOld = () => board.router.rows("/container").some((row) => row.get("root-dir") === oldRoot);
    let minutes = 0;
    while (servingRoot(board) !== newRoot && minutes < longMinutes) {
      // The old image serves guests until the new one is started.
      expect(servingRoot(board)).toBe(oldRoot);
      board.passMinutes(1);
      minutes += 1;
    }
    expect(servingRoot(board)).toBe(newRoot);
    expect(hasOld(), "before the health checks").toBe(true);
    board.passMinutes(5);
    expect(hasOld(), "after the health checks").toBe(false);
    expect(outcomeOf(board)).toEqual([newRoot, [], false]);
    expect(board.router.output).toContain("karibu: the new image passed its health checks; the old one is removed");
  },
);

test.each(checkedVersions)(
  "[BEY-20] RouterOS %s: after an update the router makes a lost container anew from the new image, after one that failed from the old",
  (version) => {
    for (const [kind, digest] of [
      ["good", sampleImage.sha256],
      ["silent", "first image"],
    ] as const) {
      const board = boardBeforeUpdate(version, kind);
      board.import(scriptsFor(version).update);
      board.passMinutes(longMinutes);
      expect(keptImage(board)).toBe(digest);
      board.router.configuration.replaceRows("/container", []);
      board.passMinutes(20);
      expect(outcomeOf(board)).toEqual([oldRoot, [], false]);
    }
  },
);

test("where RouterOS renames no file, the update ends, the former image's file stays, and the log says so", () => {
  const board = boardBeforeUpdate("7.22", "good");
  board.import(scriptsFor("7.22").update);
  const handle = board.handleCommand.bind(board);
  board.handleCommand = (menu, verb, rows, properties) => {
    if (menu === "/file" && properties.has("name")) throw new ScriptError("failure: not supported");
    return handle(menu, verb, rows, properties);
  };
  board.passMinutes(longMinutes);
  expect([outcomeOf(board), keptImage(board)]).toEqual([[newRoot, [], false], "first image"]);
  expect(board.router.output.join("\n")).toContain("usb1/karibu-agent.tar is still the image of before");
});

test.each(checkedVersions)(
  "[BEY-20] RouterOS %s: if an image does not pass its health checks, the router goes back to the old one",
  (version) => {
    for (const kind of ["silent", "dead", "broken"] as const) {
      const board = boardBeforeUpdate(version, kind);
      expect(board.import(scriptsFor(version).update)).toBe("done");
      board.passMinutes(longMinutes);
      expect([kind, ...outcomeOf(board)]).toEqual([kind, oldRoot, [], false]);
    }
  },
);

test.each(["add", "set"] as const)(
  "when /container/%s always fails, the old image goes on serving guests",
  (command) => {
    const board = boardBeforeUpdate("7.22", "good");
    board.failingContainerCommand = command;
    board.import(scriptsFor("7.22").update);
    for (let minute = 0; minute < longMinutes; minute += 1) {
      board.passMinutes(1);
      expect(servingRoot(board)).toBe(oldRoot);
    }
    expect(leftovers(board)).toEqual([]);
  },
);

test.each([
  ["a wrong SHA-256", { sha256: "0".repeat(64) }, /wrong SHA-256/],
  ["too few bytes", { bytes: 1000 }, /was not fetched completely \(108500000 bytes\)/],
] as const)("an image with %s is deleted, and nothing else changes", (_what, wrong, message) => {
  const board = boardBeforeUpdate("7.22", "good");
  board.webFiles.set(sampleImage.url, { kind: "good", ...sampleImage, ...wrong });
  const before = board.router.snapshot();
  expect(board.import(scriptsFor("7.22").update)).toBe("stopped");
  expect(board.router.failure).toMatch(message);
  board.passMinutes(3);
  expect([servingRoot(board), leftovers(board)]).toEqual([oldRoot, []]);
  const { "/disk": _disk, "/system/resource": _time, ...after } = board.router.snapshot();
  expect(before).toMatchObject(after);
});

test.each([
  ["when the disk is full, nothing is fetched", /usb1 needs 285 MB of free space/],
  ["when the disk fills up during the fetch, the file is deleted", /was not fetched completely/],
  ["when the hub can't be reached, the import says so", /was not fetched completely/],
])("%s, and nothing changes", (trouble, message) => {
  const board = boardBeforeUpdate("7.22", "good");
  const fillsUp = /fills up/.test(trouble);
  if (/is full/.test(trouble) || fillsUp) board.freeDiskBytes = 50_000_000;
  // The router shows the free space that it had a minute ago.
  if (/is full/.test(trouble)) board.passMinutes(1);
  if (/reached/.test(trouble)) board.webFiles.clear();
  expect(board.import(scriptsFor("7.22").update)).toBe("stopped");
  expect(board.router.failure).toMatch(message);
  expect(board.fetchedUrls).toHaveLength(fillsUp ? 1 : 0);
  expect([servingRoot(board), leftovers(board)]).toEqual([oldRoot, []]);
});

test("a second import during an update, or of the image in use, changes nothing", () => {
  const { update } = scriptsFor("7.22");
  const board = boardBeforeUpdate("7.22", "good");
  board.import(update);
  board.passMinutes(2);
  expect(board.import(update)).toBe("stopped");
  expect(board.router.failure).toMatch(/under way/);
  board.passMinutes(longMinutes);
  expect(servingRoot(board)).toBe(newRoot);
  expect(board.import(update)).toBe("stopped");
  expect(board.router.failure).toMatch(/already runs this image/);
});

test.each(checkedVersions)("RouterOS %s: only the active container starts again by itself", (version) => {
  const { restart } = testDialect(version);
  const policies = (board: ReturnType<typeof boardBeforeUpdate>) =>
    board.router
      .rows("/container")
      .map((row) => [row.get("comment"), row.get(restart === "scheduler" ? "no such" : restart)]);
  const [off, on] = {
    scheduler: [undefined, undefined],
    "auto-restart-interval": ["0s", "10s"],
    "restart-policy": ["no", "always"],
  }[restart];
  const board = boardBeforeUpdate(version, "silent");
  board.import(scriptsFor(version).update);
  board.passMinutes(1);
  expect(policies(board)).toEqual([
    ["karibu:agent", on],
    ["karibu:agent-next", off],
  ]);
  passMinutesWhile(board, () => !tagsOf(board).includes("karibu:agent-old"));
  expect(policies(board)).toEqual([
    ["karibu:agent-old", off],
    ["karibu:agent", on],
  ]);
  passMinutesWhile(board, () => !tagsOf(board).includes("karibu:agent-failed"));
  expect(policies(board)).toEqual([
    ["karibu:agent", on],
    ["karibu:agent-failed", off],
  ]);
  board.passMinutes(longMinutes);
  expect([policies(board), board.ranTwoAtOnce]).toEqual([[["karibu:agent", on]], false]);
});

test("each minute does one phase: a container that gets the tag of a failed one is not removed in the same minute", () => {
  const board = boardThatTries("7.22", "silent");
  const goesBack = "karibu: the new image did not pass its health checks; going back to the old one";
  passMinutesWhile(board, () => !board.router.output.includes(goesBack));
  expect(tagsOf(board)).toEqual(["karibu:agent-old", "karibu:agent"]);
  board.passMinutes(1);
  expect(tagsOf(board)).toEqual(["karibu:agent", "karibu:agent-failed"]);
  expect(servingRoot(board)).toBe(oldRoot);
  board.passMinutes(1);
  expect([tagsOf(board), leftovers(board)]).toEqual([["karibu:agent"], []]);
});

test.each(checkedVersions)("RouterOS %s: an image that answers slowly is started once", (version) => {
  const board = boardBeforeUpdate(version, "slow");
  board.import(scriptsFor(version).update);
  board.passMinutes(longMinutes);
  expect([servingRoot(board), leftovers(board)]).toEqual([newRoot, []]);
  expect(board.startedRoots.filter((root) => root === newRoot)).toHaveLength(1);
});

test.each(["7.18.2", "7.22"])(
  "RouterOS %s: netwatch does not disturb an update on a router that an older release set up",
  (version) => {
    const board = boardBeforeUpdate(version, "slow");
    const [restart] = board.router.rows("/system/script").filter((row) => row.get("name") === "karibu-agent-restart");
    // Older releases restarted the agent without a condition.
    restart?.set("source", restart.get("source")?.replace(/^:if .*\n|\n\}$/g, "") ?? "");
    expect(restart?.get("source")).toMatch(/^ *:do \{ \/container\/stop/);
    board.import(scriptsFor(version).update);
    board.passMinutes(longMinutes);
    expect([servingRoot(board), leftovers(board)]).toEqual([newRoot, []]);
    expect(board.startedRoots.filter((root) => root === newRoot)).toHaveLength(1);
  },
);

test("without an update, netwatch restarts an agent that stops answering", () => {
  const board = boardBeforeUpdate("7.22", "good");
  board.passMinutes(1);
  const before = board.startedRoots.length;
  board.servingContainer?.set("image", "slow");
  board.passMinutes(1);
  expect(board.startedRoots.slice(before)).toEqual([oldRoot]);
});

test.each(checkedVersions)("RouterOS %s: removal during an image update leaves nothing of it", (version) => {
  const { update, "remove.rsc": remove } = scriptsFor(version);
  for (const minutes of [0, 1, 4, 6]) {
    const board = boardBeforeUpdate(version, "silent");
    board.import(update);
    board.passMinutes(minutes);
    board.import(remove);
    board.passMinutes(3);
    // A container that is being unpacked can't be removed; the script says so.
    if (board.router.output.includes("karibu: could not remove an object in /container")) board.import(remove);
    expect(board.router.rows("/container")).toEqual([]);
    expect(leftovers(board), `after ${minutes} minutes`).toEqual([]);
  }
});

test("a set-up during an image update does not disturb it", () => {
  const { update, "setup.rsc": setUp } = scriptsFor("7.22");
  for (const minutes of [1, 3, 4, 5, 6, 7]) {
    const board = boardBeforeUpdate("7.22", "good");
    board.import(update);
    board.passMinutes(minutes);
    expect(board.import(setUp)).toBe("done");
    board.passMinutes(longMinutes);
    expect([servingRoot(board), leftovers(board)]).toEqual([newRoot, []]);
  }
});

test.each(checkedVersions)("RouterOS %s: the command tree has every command of the step script", (version) => {
  const { agent } = sampleValues;
  if (agent.place !== "container") throw new Error("the agent is in a container here");
  const update = { values: sampleValues, container: agent, image: sampleImage, dialect: testDialect(version) };
  const step = updateStepLines(update).join("\n");
  expect(checkScript(step, version, { values: version === "7.22" })).toEqual([]);
});
