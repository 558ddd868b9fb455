/** Hub -> agent: is the program behind the link alive? */
import * as z from "zod/mini";
import { rpc } from "../rpc.ts";

export const ping = rpc("ping", { params: z.object({}), result: z.object({}) });
