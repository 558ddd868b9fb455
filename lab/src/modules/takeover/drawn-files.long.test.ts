/** As `drawn-files.test.ts`, with all of the long files. */
import "./drawn-files.test.ts";
