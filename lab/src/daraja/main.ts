/** The simulated Daraja as a process. PORT: where to listen (8003). */
import { createDaraja } from "./app.ts";
import { realWorld } from "./real-world.ts";
import { serve } from "./serve.ts";

serve(createDaraja(realWorld()).app, "daraja simulator", 8003);
