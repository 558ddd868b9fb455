/** As `import.test.ts`, with the tests that it leaves to the long run. */
import "./import.test.ts";
