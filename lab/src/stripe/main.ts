/** The simulated Stripe as a process. PORT: where to listen (8008). PUBLIC_URL: where browsers reach it, if elsewhere. */
import { realWorld } from "../daraja/real-world.ts";
import { serve } from "../daraja/serve.ts";
import { createStripe } from "./app.ts";

const publicUrl = process.env.PUBLIC_URL ?? `http://127.0.0.1:${process.env.PORT ?? 8008}`;
serve(createStripe(realWorld(), () => publicUrl).app, "stripe simulator", 8008);
