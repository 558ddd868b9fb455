/** As `sent-once.test.ts`, on both engines. */
import "./sent-once.test.ts";
