/** Who guesses codes at a `test-guessed-site.ts`, and a number of honest customers meanwhile. */
import { turnLimits } from "../access/guessing/turns.ts";
import { type GuessedSite, phoneOf, rightCode, type Served } from "./test-guessed-site.ts";

export type Door = "portal" | "form";

export interface Attack {
  /** Codes that were really tried, since the beginning. */
  wrongTries(): number;
  end(): Promise<void>;
}

/** 250 wrong codes at once, more than a quiet time leaves free, and then ten a second, each from a MAC of its own that no phone has. */
export async function madeUpMacs(site: GuessedSite, by: Door): Promise<Attack> {
  let [number, portalTries, isOver] = [0, 0, false];
  const before = site.formTries();
  const guess = async () => {
    const phone = phoneOf(66, ++number);
    if (by === "form") await site.ask(phone, `WRONG${number}`);
    else if (wasTried((await site.post(phone, `WRONG${number}`)).problem?.code)) portalTries += 1;
  };
  await Promise.all(Array.from({ length: turnLimits.burst + 50 }, guess));
  const pending = new Set<Promise<void>>();
  const go = () => {
    if (isOver) return;
    pending.add(guess());
    site.world.clock.after(100, go);
  };
  go();
  return {
    wrongTries: () => portalTries + site.formTries() - before,
    async end() {
      isOver = true;
      await Promise.all(pending);
    },
  };
}

/**
 * So many phones that the router lists, each of which guesses as often as it may: it asks again when it was told to, and takes another MAC and
 * another address when it is locked.
 */
export function realHosts(site: GuessedSite, count: number, by: Door): Attack {
  let [number, portalTries, isOver] = [0, 0, false];
  const before = site.formTries();
  const newPhone = () => {
    const phone = phoneOf(77, ++number);
    site.put(phone);
    return phone;
  };
  const wait = (ms: number) => new Promise<void>((resolve) => void site.world.clock.after(ms, resolve));
  const goOn = async () => {
    let phone = newPhone();
    for (let tries = 1; !isOver; tries++) {
      if (by === "form") {
        // Eight lock it.
        if (tries % 9 === 0) phone = newPhone();
        await site.ask(phone, `WRONG${tries}`);
        await wait(5000);
        continue;
      }
      const { problem } = await site.post(phone, `WRONG${tries}`);
      if (wasTried(problem?.code)) portalTries += 1;
      if (problem?.code === "guessing") phone = newPhone();
      await wait(problem?.code === "one-moment" ? (problem.retryAfterSeconds ?? 1) * 1000 : 10);
    }
  };
  const all = Array.from({ length: count }, goOn);
  return {
    wrongTries: () => portalTries + site.formTries() - before,
    async end() {
      isOver = true;
      await Promise.all(all);
    },
  };
}

/** The last wrong one is answered by the lock. */
const wasTried = (code: string | undefined): boolean => code === "unknown-user" || code === "guessing";

/** Customers with right codes, one each `everyMs`. */
export async function customersOf(
  site: GuessedSite,
  by: Door,
  { count, everyMs, giveUpMs }: { readonly count: number; readonly everyMs: number; readonly giveUpMs: number },
): Promise<readonly Served[]> {
  const come = async (number: number): Promise<Served> => {
    await new Promise<void>((resolve) => void site.world.clock.after(number * everyMs, resolve));
    const phone = phoneOf(50, number + 1);
    site.put(phone);
    return by === "portal"
      ? site.serve(phone, rightCode(number), giveUpMs)
      : site.serveByForm(phone, rightCode(number), giveUpMs);
  };
  return await Promise.all(Array.from({ length: count }, (_, number) => come(number)));
}

export function waitOf(served: readonly Served[], share: number): number {
  const waits = served.map(({ waitedMs }) => waitedMs).sort((one, other) => one - other);
  return waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? 0;
}
