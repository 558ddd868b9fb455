/** The simulated Pesapal as a process. PORT: where to listen (8007). PUBLIC_URL: where browsers reach it, if elsewhere. */
import { realWorld } from "../daraja/real-world.ts";
import { serve } from "../daraja/serve.ts";
import { createPesapal } from "./app.ts";

const publicUrl = process.env.PUBLIC_URL ?? `http://127.0.0.1:${process.env.PORT ?? 8007}`;
serve(createPesapal(realWorld(), () => publicUrl).app, "pesapal simulator", 8007);
