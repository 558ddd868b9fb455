/** As `etims-device.test.ts`, with the tests that it leaves to the long run. */
import "./etims-device.test.ts";
