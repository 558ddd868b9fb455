/** As `image-update-faults.test.ts`, with the tests that it leaves to the long run. */
import "./image-update-faults.test.ts";
