/** The passphrase of a state file: from the environment, or the first line of the input. Never an argument: others see those. */
import type { Readable } from "node:stream";

export const passphraseName = "KARIBU_STATE_PASSPHRASE";
/** Below that it can be guessed by trying. */
export const passphraseLengthMin = 12;

/** Null: there is none. At a terminal, the person is asked first. */
export async function askPassphrase(
  environment: Readonly<Record<string, string | undefined>>,
  input: Readable & { readonly isTTY?: boolean },
  ask: (question: string) => void,
): Promise<string | null> {
  const set = environment[passphraseName]?.trim();
  if (set) return set;
  if (input.isTTY) ask(`Passphrase (at least ${passphraseLengthMin} characters, shown as you type): `);
  let text = "";
  input.setEncoding("utf8");
  for await (const chunk of input) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0]?.trim() || null;
}
