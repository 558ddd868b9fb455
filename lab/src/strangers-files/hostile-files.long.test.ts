/** As `hostile-files.test.ts`, with every file, and with several at once. */
import "./hostile-files.test.ts";
