/** As `planted-secrets.test.ts`, with the tests that it leaves to the long run. */
import "./planted-secrets.test.ts";
