/** The simulated SMS gateway as a process. PORT: where to listen (8004). */

import { serve } from "../http/serve.ts";
import { realWorld } from "../world/real-world.ts";
import { createSmsHttp } from "./sms-http.ts";

serve(createSmsHttp(realWorld()).app, "sms simulator", 8004);
