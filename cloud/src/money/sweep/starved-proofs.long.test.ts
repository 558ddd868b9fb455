/** As `starved-proofs.test.ts`, with the tests that it leaves to the long run. */
import "./starved-proofs.test.ts";
