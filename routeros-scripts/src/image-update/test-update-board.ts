/** Simulated boards on which the tests run an image update. */
import type { ImageKind } from "@karibu/lab/routeros-scripting/board-containers";
import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { SimulatedBoard } from "@karibu/lab/routeros-scripting/simulated-board";
import { renderVersion, testDialect } from "../test-render.ts";
import { sampleFlashValues, sampleImage, sampleValues } from "../values/sample-values.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** Every update is finished after so many minutes, even with a power cut. */
export const longMinutes = 40;

export const oldRoot = "usb1/karibu/root";
export const newRoot = `usb1/karibu/root-${sampleImage.sha256.slice(0, 8)}`;
/** On a board without a disk. */
export const oldRootInMemory = "karibu-ram/root";
export const newRootInMemory = `karibu-ram/root-${sampleImage.sha256.slice(0, 8)}`;

export function scriptsFor(version: string, values: ScriptValues = sampleValues) {
  const { "update-image.rsc": update, ...scripts } = renderVersion(version, values);
  if (update === undefined) throw new Error("there is no script for an image update");
  return { ...scripts, update };
}

/** Boards after set-up, by version: tests take copies. */
const boards = new Map<string, SimulatedBoard>();

/** A board that serves guests with the old image, and a hub that has a new image of this kind. */
export function boardBeforeUpdate(version: string, kind: ImageKind): SimulatedBoard {
  const known = boards.get(version) ?? setUpBoard(version);
  boards.set(version, known);
  const board = known.copy();
  board.webFiles.set(sampleImage.url, { kind, sha256: sampleImage.sha256, bytes: sampleImage.bytes });
  return board;
}

/** The same without a disk. The image is smaller, because it is packed. */
export function flashBoardBeforeUpdate(version: string, kind: ImageKind): SimulatedBoard {
  const key = `${version} without a disk`;
  const known = boards.get(key) ?? setUpBoard(version, sampleFlashValues);
  boards.set(key, known);
  const board = known.copy();
  board.webFiles.set(sampleImage.url, { kind, sha256: sampleImage.sha256, bytes: sampleImage.bytes });
  return board;
}

function setUpBoard(version: string, values: ScriptValues = sampleValues): SimulatedBoard {
  if (values.agent.place !== "container") throw new Error("the agent is in a container here");
  const { imageFile, disk } = values.agent;
  const board = new SimulatedBoard(
    { ...factoryConfiguration, "/system/resource": [{ version }] },
    { imageFile, showsStatusWord: testDialect(version).mountItemList !== "list" },
  );
  if (board.import(scriptsFor(version, values)["setup.rsc"]) !== "done") throw new Error(board.router.failure);
  board.passMinutes(5);
  const root = disk === null ? oldRootInMemory : oldRoot;
  if (servingRoot(board) !== root) throw new Error("the board does not serve guests after set-up");
  return board;
}

/** Another write of somebody, in which the power fails; then it comes back. */
export function cutPower(board: SimulatedBoard): void {
  board.router.powerCutAtWrite = board.router.writes + 1;
  board.import("/system/identity/set name=x");
}

/** A board whose old container is stopped and whose new container waits for its health checks. */
export function boardThatTries(version: string, kind: ImageKind): SimulatedBoard {
  const board = boardBeforeUpdate(version, kind);
  board.import(scriptsFor(version).update);
  passMinutesWhile(
    board,
    () => tagsOf(board).includes("karibu:agent-next") || !tagsOf(board).includes("karibu:agent-old"),
  );
  return board;
}

/** A board whose power failed between two tags: the old container has its new tag, the new container waits for its own. */
export function boardCutBetweenTags(version: string): SimulatedBoard {
  for (let write = 1; write < 200; write += 1) {
    const board = boardBeforeUpdate(version, "good");
    board.import(scriptsFor(version).update);
    board.passMinutes(2);
    board.router.powerCutAtWrite = board.router.writes + write;
    passMinutesWhile(board, () => board.router.powerCutAtWrite !== Infinity);
    if (tagsOf(board).join() === "karibu:agent-old,karibu:agent-next") return board;
  }
  throw new Error("there is no such write");
}

/** Throws when the condition still holds after the longest update. */
export function passMinutesWhile(board: SimulatedBoard, condition: () => boolean): void {
  for (let minute = 0; minute < longMinutes && condition(); minute += 1) board.passMinutes(1);
  if (condition()) throw new Error("the condition still holds");
}

/** The root folder of the container that serves guests; null: none does. */
export const servingRoot = (board: SimulatedBoard) => board.servingContainer?.get("root-dir") ?? null;

export const tagsOf = (board: SimulatedBoard) => board.router.rows("/container").map((row) => row.get("comment"));

/** What an update left behind: other containers, scripts, schedulers, files. */
export function leftovers(board: SimulatedBoard): string[] {
  return ["/container", "/system/script", "/system/scheduler", "/file"]
    .flatMap((menu) => board.router.rows(menu))
    .map((row) => row.get("comment") ?? row.get("name") ?? "")
    .filter((tag) => /agent-(next|old|failed|new)|update/.test(tag));
}

/** The digest of the image from which the router makes its container anew. */
export const keptImage = (board: SimulatedBoard) =>
  board.router
    .rows("/file")
    .find((row) => /(^|\/)karibu-agent\.tar(\.gz)?$/.test(row.get("name") ?? ""))
    ?.get("sha256");

/** The root that serves guests, the leftovers, and whether two containers ever ran at once. */
export const outcomeOf = (board: SimulatedBoard) => [servingRoot(board), leftovers(board), board.ranTwoAtOnce];

export function removeStored(board: SimulatedBoard, name: "phase" | "count" | "proofs"): void {
  board.router.import(`/system/script/remove [/system/script/find where comment="karibu:update-${name}"]`);
}
