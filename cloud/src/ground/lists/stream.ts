/** Long answers are written as the reader takes them, so that a slow reader costs no memory. */
import type { Response } from "express";

type Write = (text: string | Uint8Array) => Promise<boolean>;

/** A reader that takes nothing for this long is disconnected. */
const stalledMsMax = 60_000;

/** Resolves when there is room for more: true, or false when the reader disconnected. */
export function writerTo(response: Response): Write {
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

/** The same, while its reader may read: who reads slowly would go on after their access has ended. A file that is cut off is no whole one. */
export function writerWhileLet(response: Response, call: { isStillLet(): Promise<boolean> }): Write {
  const write = writerTo(response);
  return async (text) => {
    if (await call.isStillLet()) return write(text);
    response.destroy();
    return false;
  };
}
