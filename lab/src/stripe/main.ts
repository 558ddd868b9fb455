/** The simulated Stripe as a process. PORT: where to listen (8008). PUBLIC_URL: where browsers reach it, if elsewhere. */

import { serve } from "../http/serve.ts";
import { realWorld } from "../world/real-world.ts";
import { createStripeHttp } from "./stripe-http.ts";

const publicUrl = process.env.PUBLIC_URL ?? `http://127.0.0.1:${process.env.PORT ?? 8008}`;
serve(createStripeHttp(realWorld(), () => publicUrl).app, "stripe simulator", 8008);
