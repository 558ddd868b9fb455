/** A back-up in words: its state, what went wrong, how far it is. Pure but for the language. */
import type { Backup, BackupStanding } from "../../data/operations/backups.ts";
import { byteSize } from "../../strings/format.ts";
import { say, word, wordOr } from "../../strings/strings.ts";

const tones: Readonly<Record<Backup["state"], string>> = {
  proved: "good",
  stored: "warn",
  interrupted: "warn",
  damaged: "bad",
  missing: "bad",
  failed: "bad",
  removed: "",
  waiting: "",
  writing: "",
  storing: "",
  proving: "",
};

export const toneOf = ({ state }: Backup): string => tones[state];
export const stateText = ({ state }: Backup): string => word("backup", state);

/** Null: nothing went wrong. What this console does not know is said in the hub's English. */
export function problemOf({ problem, problemText }: Pick<Backup, "problem" | "problemText">): string | null {
  return problem === null ? null : wordOr("backupProblem", problem.replace("/", "-"), problemText ?? problem);
}

/** What is done with the one under way. `total` 0: how much there is to do is not known. */
export function progressOf({ state, doneBytes, totalBytes }: Backup): { text: string; done: number; total: number } {
  const size = byteSize(doneBytes);
  const text = wordOr("backupDuring", state, "", { size, total: byteSize(totalBytes ?? 0) });
  return state === "storing" && totalBytes !== null
    ? { text, done: doneBytes, total: totalBytes }
    : { text, done: 0, total: 0 };
}

export function keptText(kept: NonNullable<BackupStanding["kept"]>): string {
  return say("backupKeptScheme", kept);
}

/** Where the command takes a back-up from: the file's name in the store, or `newest`. */
export function restoreCommand(newest: Backup | null): string {
  return `npm run karibu -- restore --from-store ${newest?.name ?? "newest"}`;
}
