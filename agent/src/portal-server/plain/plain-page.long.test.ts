/** As `plain-page.test.ts`, in each language and theme. */
import "./plain-page.test.ts";
