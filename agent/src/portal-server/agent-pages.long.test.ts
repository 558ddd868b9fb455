/** As `agent-pages.test.ts`, in each language, theme and width. */
import "./agent-pages.test.ts";
