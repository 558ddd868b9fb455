/** What the router says of a site's journal, beside the stick that the journal is on. Pure. */
import { epochNumber } from "../journal/epochs.ts";

export interface Witness {
  /** Null: the site has no hub, or did not know its name yet. */
  readonly siteId: string | null;
  readonly epoch: string;
  /** The last record that was on disk. */
  readonly seq: number;
}

const mark = "karibu:witness";

/** The comment of the router's object. */
export const witnessText = ({ siteId, epoch, seq }: Witness): string =>
  `${mark} site=${siteId ?? "-"} epoch=${epoch} seq=${seq}`;

/** Null: somebody else wrote it. */
export function readWitness(text: string): Witness | null {
  const [, siteId, epoch, seq] = /^karibu:witness site=(\S+) epoch=(\S+) seq=(\d{1,15})$/.exec(text) ?? [];
  if (siteId === undefined || epoch === undefined) return null;
  return { siteId: siteId === "-" ? null : siteId, epoch, seq: Number(seq) };
}

/** `own`: the folder as it was opened. A router that was at another site before says nothing of this one. */
export function isBehind(witness: Witness, own: Witness): boolean {
  if (witness.siteId !== null && own.siteId !== null && witness.siteId !== own.siteId) return false;
  if (witness.epoch === own.epoch) return own.seq < witness.seq;
  // Epochs are counted up. Of one number and another name: two folders that knew nothing of each other.
  return epochNumber(own.epoch) <= epochNumber(witness.epoch);
}
