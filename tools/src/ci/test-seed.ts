/**
 * The seed from which the properties of all tests draw their cases. Ordinary runs draw the same cases each time, so that a
 * red run points at a change; the long tests, and `KARIBU_TEST_SEED=fresh`, look for what nobody has thought of yet. A
 * failure prints its seed: `KARIBU_TEST_SEED=<seed>` repeats it.
 */
import fc from "fast-check";

const ordinarySeed = 20_261_120;
const { KARIBU_TEST_SEED: asked, KARIBU_TEST_LONG: long } = process.env;
const fresh = asked === "fresh" || (asked === undefined && long === "1");
const seed = Number(asked ?? ordinarySeed);

if (!fresh && !Number.isSafeInteger(seed)) {
  throw new Error(`KARIBU_TEST_SEED must be a whole number or "fresh", not "${asked}".`);
}
if (!fresh) fc.configureGlobal({ seed });
