/** As `odd-account-texts.test.ts`, on both engines. */
import "./odd-account-texts.test.ts";
