/** The simulated SMS gateway as a process. PORT: where to listen (8004). */
import { realWorld } from "../daraja/real-world.ts";
import { serve } from "../daraja/serve.ts";
import { createSms } from "./app.ts";

serve(createSms(realWorld()).app, "sms simulator", 8004);
