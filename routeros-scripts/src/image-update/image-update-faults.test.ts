import { isLongRun } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { checkedVersions } from "../language/version-dialect.ts";
import { sampleFlashValues, sampleImage } from "../values/sample-values.ts";
import {
  boardBeforeUpdate,
  boardCutBetweenTags,
  boardThatTries,
  cutPower,
  flashBoardBeforeUpdate,
  keptImage,
  leftovers,
  longMinutes,
  newRoot,
  newRootInMemory,
  oldRoot,
  oldRootInMemory,
  outcomeOf,
  passMinutesWhile,
  removeStored,
  scriptsFor,
  servingRoot,
} from "./test-update-board.ts";

test.each([
  ["good", 1, newRoot],
  ["silent", 1, oldRoot],
  // The way back is the same as for a silent image: every fifth write is enough.
  ["dead", 5, oldRoot],
] as const)(
  "[BEY-20] with a %s image the power may fail at any write: the router serves guests again, and nothing is left over",
  (kind, every, lastRoot) => {
    const { update } = scriptsFor("7.22");
    const uncut = boardBeforeUpdate("7.22", kind);
    const setUpWrites = uncut.router.writes;
    uncut.import(update);
    uncut.passMinutes(longMinutes);
    const writes = uncut.router.writes - setUpWrites;
    expect(writes).toBeGreaterThan(30);
    for (let write = 1; write <= writes; write += isLongRun ? every : 7) {
      const board = boardBeforeUpdate("7.22", kind);
      board.router.powerCutAtWrite = board.router.writes + write;
      const wasCutDuringImport = board.import(update) === "power cut";
      board.passMinutes(longMinutes);
      expect([board.router.powerCutAtWrite, board.ranTwoAtOnce], `cut at write ${write}`).toEqual([Infinity, false]);
      expect(servingRoot(board), `cut at write ${write}`).not.toBeNull();
      // The update did not begin: the installer imports the script again.
      if (wasCutDuringImport) {
        expect(servingRoot(board), `cut at write ${write}`).toBe(oldRoot);
        expect(board.import(update)).toBe("done");
        board.passMinutes(longMinutes);
      }
      expect([servingRoot(board), leftovers(board)], `cut at write ${write}`).toEqual([lastRoot, []]);
      const wanted = kind === "good" ? sampleImage.sha256 : "first image";
      expect(keptImage(board), `cut at write ${write}`).toBe(wanted);
    }
  },
);

test("with a good image a power cut stops service for three minutes at most", () => {
  const { update } = scriptsFor("7.24");
  for (let write = 1; write <= 60; write += isLongRun ? 1 : 7) {
    const board = boardBeforeUpdate("7.24", "good");
    board.router.powerCutAtWrite = board.router.writes + write;
    board.import(update);
    let minutesOff = 0;
    for (let minute = 0; minute < longMinutes; minute += 1) {
      board.passMinutes(1);
      minutesOff = board.servingContainer === null ? minutesOff + 1 : 0;
      expect(minutesOff, `cut at write ${write}`).toBeLessThan(3);
    }
  }
});

test("an archive that was fetched completely is not fetched again: mobile data is expensive", () => {
  const { update } = scriptsFor("7.22");
  const board = boardBeforeUpdate("7.22", "good");
  board.router.powerCutAtWrite = board.router.writes + 8;
  expect(board.import(update)).toBe("power cut");
  expect(board.import(update)).toBe("done");
  expect(board.fetchedUrls).toHaveLength(1);
});

test.each(checkedVersions)(
  "[BEY-20] RouterOS %s: without its stored phase an update goes back to the old image",
  (version) => {
    for (const board of [boardCutBetweenTags(version), boardThatTries(version, "good")]) {
      removeStored(board, "phase");
      board.passMinutes(longMinutes);
      expect(outcomeOf(board)).toEqual([oldRoot, [], false]);
    }
  },
);

test("without its stored phase and without the old container, the new container serves guests", () => {
  const board = boardCutBetweenTags("7.22");
  removeStored(board, "phase");
  board.router.import('/container/remove [/container/find where comment="karibu:agent-old"]');
  board.passMinutes(longMinutes);
  expect([servingRoot(board), leftovers(board)]).toEqual([newRoot, []]);
});

test.each(["count", "proofs"] as const)("without its stored %s an update goes back to the old image", (name) => {
  const board = boardThatTries("7.22", "good");
  removeStored(board, name);
  board.passMinutes(longMinutes);
  expect([servingRoot(board), leftovers(board)]).toEqual([oldRoot, []]);
});

test("while no container is active, tidying removes nothing: first the old container serves guests again", () => {
  const board = boardThatTries("7.22", "silent");
  board.router.import(
    '/system/script/set [/system/script/find where comment="karibu:update-phase"] source=tidy; :do { /container/stop [/container/find where comment="karibu:agent"] } on-error={ }; /container/remove [/container/find where comment="karibu:agent"]',
  );
  board.passMinutes(longMinutes);
  expect([servingRoot(board), leftovers(board)]).toEqual([oldRoot, []]);
});

test.each([
  ["good", newRoot],
  ["silent", oldRoot],
] as const)(
  "with a %s image, and a disk that is ready late after each power cut, no container is lost",
  (kind, lastRoot) => {
    const { update } = scriptsFor("7.22");
    const uncut = boardBeforeUpdate("7.22", kind);
    uncut.import(update);
    const from = uncut.router.writes;
    uncut.passMinutes(longMinutes);
    for (let write = from + 1; write <= uncut.router.writes; write += (kind === "good" ? 1 : 4) * (isLongRun ? 1 : 5)) {
      const board = boardBeforeUpdate("7.22", kind);
      board.isDiskLate = true;
      board.import(update);
      board.router.powerCutAtWrite = write;
      board.passMinutes(longMinutes + 10);
      expect(board.router.powerCutAtWrite, `cut at write ${write}`).toBe(Infinity);
      expect(outcomeOf(board), `cut at write ${write}`).toEqual([lastRoot, [], false]);
    }
  },
);

test("going back does not end while there is no container at all; a container from set-up ends it", () => {
  const { "setup.rsc": setUp } = scriptsFor("7.22");
  const board = boardThatTries("7.22", "silent");
  const isPhase = (row: ReadonlyMap<string, string>) => row.get("comment") === "karibu:update-phase";
  const phase = () => board.router.rows("/system/script").find(isPhase)?.get("source");
  passMinutesWhile(board, () => phase() !== "undo");
  board.router.configuration.replaceRows("/container", []);
  for (let minute = 0; minute < 5; minute += 1) {
    board.passMinutes(1);
    expect(phase()).toBe("undo");
  }
  expect(board.import(setUp)).toBe("done");
  board.passMinutes(longMinutes);
  expect([servingRoot(board), leftovers(board)]).toEqual([oldRoot, []]);
});

test.each(["good", "silent"] as const)(
  "with a %s image, a step that takes longer than a minute does not run twice at once",
  (kind) => {
    const board = boardBeforeUpdate("7.22", kind);
    board.import(scriptsFor("7.22").update);
    board.schedulersOverlap = true;
    board.passMinutes(longMinutes);
    expect([servingRoot(board), leftovers(board)]).toEqual([kind === "good" ? newRoot : oldRoot, []]);
    expect(board.router.output.filter((line) => line === "karibu: the image update is finished")).toHaveLength(1);
  },
);

test.each(checkedVersions)(
  "[BEY-35] RouterOS %s: without a disk a good image replaces the old one, and each boot unpacks it; one that fails leaves the old one",
  (version) => {
    const { update } = scriptsFor(version, sampleFlashValues);
    for (const [kind, root, digest] of [
      ["good", newRootInMemory, sampleImage.sha256],
      ["silent", oldRootInMemory, "first image"],
    ] as const) {
      const board = flashBoardBeforeUpdate(version, kind);
      expect(board.import(update), board.router.failure).toBe("done");
      board.passMinutes(longMinutes);
      expect([outcomeOf(board), keptImage(board)]).toEqual([[root, [], false], digest]);
      // The script of the boot still waits when that of the minute begins.
      board.schedulersOverlap = true;
      cutPower(board);
      board.passMinutes(5);
      expect([outcomeOf(board), keptImage(board)]).toEqual([[oldRootInMemory, [], false], digest]);
    }
  },
);

test("[BEY-35] without a disk the power may fail at any write of an image update: the router serves guests again from the old image or the new one, and nothing is left over", () => {
  const { update } = scriptsFor("7.22", sampleFlashValues);
  const uncut = flashBoardBeforeUpdate("7.22", "good");
  const before = uncut.router.writes;
  uncut.import(update);
  uncut.passMinutes(longMinutes);
  const kept = new Set<string | undefined>();
  for (let write = 1; write <= uncut.router.writes - before; write += isLongRun ? 1 : 5) {
    const board = flashBoardBeforeUpdate("7.22", "good");
    board.router.powerCutAtWrite = board.router.writes + write;
    const wasCutDuringImport = board.import(update) === "power cut";
    board.passMinutes(longMinutes);
    expect([board.router.powerCutAtWrite, servingRoot(board)], `cut at write ${write}`).toEqual([
      Infinity,
      oldRootInMemory,
    ]);
    // The update did not begin: the installer imports the script again.
    if (wasCutDuringImport) {
      expect(board.import(update), board.router.failure).toBe("done");
      board.passMinutes(longMinutes);
    }
    expect(outcomeOf(board), `cut at write ${write}`).toEqual([expect.any(String), [], false]);
    kept.add(keptImage(board));
  }
  expect([...kept].sort()).toEqual([sampleImage.sha256, "first image"].sort());
});

test("[BEY-35] without room on the flash for a second image nothing is fetched", () => {
  const board = flashBoardBeforeUpdate("7.22", "good");
  board.freeDiskBytes = sampleImage.bytes;
  board.passMinutes(1);
  expect(board.import(scriptsFor("7.22", sampleFlashValues).update)).toBe("stopped");
  expect(board.router.failure).toMatch(/own flash needs \d+ MB of free space; nothing was changed/);
  expect([servingRoot(board), board.fetchedUrls]).toEqual([oldRootInMemory, []]);
});
