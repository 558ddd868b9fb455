/** What the agent says to the router for back-ups, and what it reads of the answers. Pure. */
import { backUpSumPieceBytes as pieceBytes } from "@karibu/protocol/router/back-up-sum";
import type { BackUpPart } from "@karibu/protocol/rpc/router/router-back-ups";

/** The router's own scripts and files, as its set-up made them. There is no other name. */
export const routerScripts = {
  binary: { script: "karibu-back-up-save", file: "karibu-back-up.backup", done: "karibu-back-up-save.txt" },
  export: { script: "karibu-back-up-export", file: "karibu-back-up.rsc", done: "karibu-back-up-export.txt" },
  clear: "karibu-back-up-clear",
  restore: "karibu-restore",
} as const satisfies Record<BackUpPart, object> & Record<"clear" | "restore", string>;

type FixedScript =
  | (typeof routerScripts)["binary" | "export"]["script"]
  | typeof routerScripts.clear
  | typeof routerScripts.restore;

export const runSentence = (script: FixedScript): readonly string[] => ["/system/script/run", `=number=${script}`];

type FixedFile = (typeof routerScripts)["binary" | "export"]["file" | "done"];

export const readSentence = (file: FixedFile, offset: number): readonly string[] => [
  "/file/read",
  `=file=${file}`,
  `=offset=${offset}`,
  `=chunk-size=${pieceBytes}`,
];

/** The order of a restore lies in a row that RouterOS forgets by itself, for the script alone: this address is nobody's (RFC 5737). */
export const restoreOrderSentence = (ticket: string, mark: string): readonly string[] => [
  "/ip/firewall/address-list/add",
  "=list=karibu-restore",
  "=address=192.0.2.1",
  "=timeout=5m",
  `=comment=${ticket} ${mark}`,
];

/** For `/system/resource`, `/system/routerboard`, `/system/license`. */
export const routerSentences = [
  ["/system/resource/print"],
  ["/system/routerboard/print"],
  ["/system/license/print"],
] as const;

export interface DoneFile {
  readonly bytes: number;
  readonly sum: string;
  readonly mark: string | null;
}

/** Null: it is not what the script writes. */
export function readDoneFile(text: string): DoneFile | null {
  const [, size = "", sum = "", , mark] =
    /^size=(\d{1,9})\nsum=([0-9a-f]{128})\n(mark=([0-9a-f]{128})\n)?$/.exec(text) ?? [];
  return sum === "" ? null : { bytes: Number(size), sum, mark: mark ?? null };
}
