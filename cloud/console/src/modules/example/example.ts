import type { exampleView } from "@karibu/cloud/modules/example/example-routes";
import type { z } from "zod";

export type Example = z.output<typeof exampleView>;
export const examplePath = "/api/v1/example";
