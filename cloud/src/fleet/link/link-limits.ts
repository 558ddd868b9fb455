/** How much memory agents' links may take. */
import { frameBytesMax } from "@karibu/protocol/link/frame";

/** The journal that one site may have on its way: the hub grants it in the welcome and closes the link of a site that sends more. */
export const journalWindow = {
  /** Agents before the window was granted have eight on their way, and a few more where their journal has holes. */
  frames: 16,
  /** Eight frames of the longest record. */
  bytes: 1280 * 1024,
} as const;

/**
 * What the welcome grants a site whose provider's journal is beyond its quota of the day: one frame. What closes a link is still the
 * whole window, for agents of before it send eight.
 */
export const slowedWindow = { frames: 1, bytes: frameBytesMax } as const;

/** Requests of one site at once, and their bytes: one more is answered "busy". */
export const requestsWindow = { count: 64, bytes: 512 * 1024 } as const;

export interface LinkLimits {
  /** Links before their proof, with what they have sent: shared fairly among the addresses that they come from. */
  readonly halfOpenBytes: number;
  /** Links after it: what the hub holds of their messages, in and out, in all. */
  readonly linkBytes: number;
  /** The part of it that the sites of one provider may hold. */
  readonly providerBytes: number;
  /** Frames whose work is not done yet: beyond it the hub reads no further. */
  readonly inWorkBytes: number;
}

/** What a link costs before it has sent anything. */
export const seatBytes = 8 * 1024;

export const megabyte = 1024 * 1024;

/** From the one setting, in bytes: how much the hub holds for links that have proved themselves. */
export function linkLimits(linkBytes: number): LinkLimits {
  return {
    halfOpenBytes: linkBytes / 8,
    linkBytes,
    providerBytes: linkBytes / 4,
    inWorkBytes: linkBytes / 8,
  };
}

/** For 5,000 sites that all send a full batch at once. */
export const defaultLinkBytes = 320 * megabyte;
