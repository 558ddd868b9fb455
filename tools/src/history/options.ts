/** The options of `npm run history` (docs/settings.md). */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { keyOfHistory } from "../start/history.ts";

interface MakingOptions {
  /** Null: where the next start looks for it. */
  readonly out: string | null;
  readonly days: number;
  readonly busy: number;
  readonly seed: number;
}

const numbers = {
  days: { usual: "60", form: /^\d+$/, min: 1, max: 400, right: "a whole number from 1 to 400" },
  busy: { usual: "1", form: /^\d+(\.\d+)?$/, min: 0.1, max: 10, right: "a number from 0.1 to 10" },
  seed: { usual: "7", form: /^\d+$/, min: 0, max: 2 ** 32 - 1, right: "a whole number from 0 to 4294967295" },
};

/** Also looks at what lies where it is to be kept: only a history gives way to another. */
export function parseMakingOptions(
  args: readonly string[],
): { readonly options: MakingOptions } | { readonly refused: string } {
  const text = (name: keyof typeof numbers) => ({ type: "string", default: numbers[name].usual }) as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { out: { type: "string" }, days: text("days"), busy: text("busy"), seed: text("seed") },
    });
    // Without a slash at its end, which would put the unfinished one inside.
    const out = values.out === undefined ? null : resolve(values.out);
    const options = { out, days: Number(values.days), busy: Number(values.busy), seed: Number(values.seed) };
    for (const name of ["days", "busy", "seed"] as const) {
      const { form, min, max, right } = numbers[name];
      if (!form.test(values[name]) || options[name] < min || options[name] > max)
        return { refused: `--${name}: ${values[name] || "nothing"} given; ${right} is right` };
    }
    const inTheWay = out === null || existsSync(join(out, "made.json")) ? [] : [out, keyOfHistory(out)];
    const found = inTheWay.find((path) => existsSync(path));
    if (found !== undefined) return { refused: `--out: ${found} is there already, and is no history: name another` };
    return { options };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}
