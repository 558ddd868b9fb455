/** As `moved-device.test.ts`, with the power cut at more steps. */
import "./moved-device.test.ts";
