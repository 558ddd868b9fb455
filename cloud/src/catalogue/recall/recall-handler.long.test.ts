/** As `recall-handler.test.ts`, on both engines. */
import "./recall-handler.test.ts";
