/**
 * How long whoever guesses has to wait. Guesses from a strange place are counted three times: of that account from that
 * address, of that address, and of that account from everywhere, where the delay grows but never shuts. A place where the
 * person logged in before has a count of its own: nobody elsewhere can keep them out of it, however hard they guess.
 */

/** What is counted. `device`: it showed the cookie of a former log-in. `pair`: an account from an address. */
export type SuspectKind = "device" | "pair" | "address" | "account";

/** Where a log-in comes from, as far as the person is known there. */
export type Familiarity = "device" | "address" | "strange";

export interface Suspect {
  readonly failures: number;
  readonly lastAtMs: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** `free`: failures without a wait; then `firstMs`, doubled by each further one up to `mostMs`. Quiet for `forgottenMs`: anew. */
const rules: Readonly<Record<SuspectKind, { free: number; firstMs: number; mostMs: number; forgottenMs: number }>> = {
  device: { free: 5, firstMs: 30_000, mostMs: 15 * minuteMs, forgottenMs: dayMs },
  pair: { free: 5, firstMs: 30_000, mostMs: 15 * minuteMs, forgottenMs: dayMs },
  address: { free: 30, firstMs: 10_000, mostMs: 10 * minuteMs, forgottenMs: dayMs / 24 },
  account: { free: 10, firstMs: 2000, mostMs: 5 * minuteMs, forgottenMs: dayMs },
};

/** The owner is told once so many came together, of one account. */
export const alertFailures = 10;
/** And not again before. */
export const alertEveryMs = dayMs;

export function suspectsOf(familiarity: Familiarity): readonly SuspectKind[] {
  if (familiarity === "device") return ["device"];
  return familiarity === "address" ? ["pair"] : ["pair", "address", "account"];
}

/** Failures that still count at `nowMs`. */
export function failuresNow(kind: SuspectKind, suspect: Suspect | undefined, nowMs: number): number {
  if (suspect === undefined || nowMs - suspect.lastAtMs >= rules[kind].forgottenMs) return 0;
  return suspect.failures;
}

/** How long until the next guess is looked at, ms; 0: at once. A clock that was set back never makes it longer. */
export function waitMs(kind: SuspectKind, suspect: Suspect | undefined, nowMs: number): number {
  const failures = failuresNow(kind, suspect, nowMs);
  const { free, firstMs, mostMs } = rules[kind];
  if (suspect === undefined || failures < free) return 0;
  const delayMs = Math.min(mostMs, firstMs * 2 ** Math.min(failures - free, 30));
  return Math.max(0, Math.min(delayMs, suspect.lastAtMs + delayMs - nowMs));
}

/** One who owns an IPv6 network owns all of its addresses: counted by /64. Mapped IPv4 is IPv4. */
export function networkOf(address: string): string {
  const plain = address
    .replace(/^::ffff:(?=\d+\.)/i, "")
    .replace(/%.*$/, "")
    .toLowerCase();
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  const whole = [...first, ...(tail === undefined ? [] : zeros), ...last];
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
