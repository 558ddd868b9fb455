/** As `portal-page.test.ts`, in each language and theme, with every sentence and the rarer ways. */
import "./portal-page.test.ts";
