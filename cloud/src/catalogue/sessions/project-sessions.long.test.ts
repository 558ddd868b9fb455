/** As `project-sessions.test.ts`, on both engines. */
import "./project-sessions.test.ts";
