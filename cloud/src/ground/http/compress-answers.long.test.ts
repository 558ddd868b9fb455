/** As `compress-answers.test.ts`, with the tests that it leaves to the long run. */
import "./compress-answers.test.ts";
