/** As `further-secret.test.ts`, cut off at every place. */
import "./further-secret.test.ts";
