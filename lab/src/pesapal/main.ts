/** The simulated Pesapal as a process. PORT: where to listen (8007). PUBLIC_URL: where browsers reach it, if elsewhere. */

import { serve } from "../http/serve.ts";
import { realWorld } from "../world/real-world.ts";
import { createPesapalHttp } from "./pesapal-http.ts";

const publicUrl = process.env.PUBLIC_URL ?? `http://127.0.0.1:${process.env.PORT ?? 8007}`;
serve(createPesapalHttp(realWorld(), () => publicUrl).app, "pesapal simulator", 8007);
