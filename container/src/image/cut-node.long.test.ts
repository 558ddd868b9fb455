/** As `cut-node.test.ts`, with the tests that it leaves to the long run. */
import "./cut-node.test.ts";
