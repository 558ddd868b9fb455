/** Where the journal stands with the hub. Written now and then: what is lost of it, the hub says again. */
import type { Folder } from "../ground/folder.ts";
import { journalRoot } from "./epochs.ts";
import { decodeLine, encodeLine } from "./framing.ts";

export interface Position {
  readonly epoch: string;
  /** The hub has committed everything up to here. */
  readonly ackedSeq: number;
  /**
   * The journal ended here when it was opened, and the hub has not yet confirmed it since. Should it turn out that the
   * journal went back in time, what came after is what the hub can't have. Null: confirmed.
   */
  readonly unconfirmedAfterSeq: number | null;
  /** How long closed segments have been of no use, by file name. */
  readonly idle: Readonly<Record<string, Idle>>;
}

export interface Idle {
  /** Counted while the agent ran: right whatever the wall clock does. */
  readonly runMs: number;
  /** The wall clock when it began, if that could be trusted; else null. */
  readonly sinceMs: number | null;
}

const positionName = `${journalRoot}/position.json`;

/** Null when there is none or it is damaged: then the hub's word and the segments have to do. */
export async function readPosition(folder: Folder): Promise<Position | null> {
  const content = await folder.read(positionName).catch(() => null);
  const line = content === null ? null : decodeLine(content.subarray(0, -1));
  return line === null ? null : (JSON.parse(line.json) as Position);
}

export async function writePosition(folder: Folder, position: Position): Promise<void> {
  await folder.replace(positionName, Buffer.from(encodeLine(1, JSON.stringify(position))));
}
