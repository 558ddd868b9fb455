/** What the data folder shows that an operator must hear of, each once in a run: damaged files, and another agent that writes here. */
import type { RaiseAlarm } from "../state/alarms.ts";
import type { Storage } from "./open-storage.ts";

export async function tellFolderNews(
  { damagedFiles, held }: Pick<Storage, "damagedFiles" | "held">,
  raiseAlarm: RaiseAlarm,
): Promise<void> {
  const files = damagedFiles.takeNews();
  if (files.length > 0) raiseAlarm("store-damaged", { files: files.length, first: files[0] ?? "" });
  const what = await held.takeNote();
  if (what !== null) raiseAlarm("folder-shared", { what });
}
