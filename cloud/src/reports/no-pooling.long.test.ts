/** As `no-pooling.test.ts`, on both engines. */
import "./no-pooling.test.ts";
