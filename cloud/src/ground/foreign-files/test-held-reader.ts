/** A reader whose files lie open until the test says so: what waits, and who is refused meanwhile, does not depend on how fast the machine is. */
import type { FileReader } from "./file-reader.ts";
import { createOwnProcessReader } from "./own-process-reader.ts";

export interface HeldReader extends FileReader {
  /** From now on nothing that is begun ends. */
  hold(): void;
  /** How many lie open. */
  open(): number;
  release(): void;
}

export function createHeldReader(): HeldReader {
  const reader = createOwnProcessReader();
  let isHeld = false;
  let held: (() => void)[] = [];
  return {
    async read(order) {
      if (isHeld) await new Promise<void>((resolve) => held.push(resolve));
      return await reader.read(order);
    },
    stop: () => reader.stop(),
    hold: () => {
      isHeld = true;
    },
    open: () => held.length,
    release: () => {
      isHeld = false;
      for (const go of held) go();
      held = [];
    },
  };
}
