/** As `pictures.test.ts`, with the tests that it leaves to the long run. */
import "./pictures.test.ts";
