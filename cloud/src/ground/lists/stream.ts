/** Long answers are written as the reader takes them, so that a slow reader costs no memory. */
import type { Response } from "express";

/** A reader that takes nothing for this long is disconnected. */
const stalledMsMax = 60_000;

/** Resolves when there is room for more: true, or false when the reader disconnected. */
export function writerTo(response: Response): (text: string | Uint8Array) => Promise<boolean> {
  response.setTimeout(stalledMsMax, () => response.destroy());
  let goOn: ((isOpen: boolean) => void) | null = null;
  const told = (isOpen: boolean) => () => {
    goOn?.(isOpen);
    goOn = null;
  };
  // Once for all writes: a compressed response hands `drain` to another stream, where `off` would not find the listener.
  response.on("drain", told(true));
  response.once("close", told(false));
  return (text) => {
    if (response.destroyed || response.closed) return Promise.resolve(false);
    if (response.write(text)) return Promise.resolve(true);
    return new Promise((resolve) => {
      goOn = resolve;
    });
  };
}
