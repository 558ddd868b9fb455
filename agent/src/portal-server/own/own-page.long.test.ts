/** As `own-page.test.ts`, in each language and theme. */
import "./own-page.test.ts";
