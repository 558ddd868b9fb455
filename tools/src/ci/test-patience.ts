/**
 * How long a test waits for a fact, where it does not say it: vitest gives up after a second, which a machine that runs hundreds of tests may need
 * for one statement. What comes sooner is waited for no longer.
 */
import { vi } from "vitest";

/** Below the time that a test has in all, so that a fact that does not come is named. */
const timeoutMs = 20_000;
const { waitFor, waitUntil } = vi;
/** Workers are reused: it is set once in each. */
const patient: typeof waitFor & { readonly isPatient?: true } = waitFor;

type Options = Parameters<typeof waitFor>[1];
const patiently = (options: Options = {}): Options =>
  typeof options === "number" ? options : { timeout: timeoutMs, ...options };

if (patient.isPatient !== true) {
  vi.waitFor = Object.assign<typeof waitFor, { isPatient: true }>(
    (fact, options) => waitFor(fact, patiently(options)),
    { isPatient: true },
  );
  vi.waitUntil = (fact, options) => waitUntil(fact, patiently(options));
}
