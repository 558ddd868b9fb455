/** Many sites from a file. */
import type { importView } from "@karibu/cloud/modules/site-import/import-routes";
import type { z } from "zod";
import { getText, post } from "../../hub/api.ts";
import type { Body } from "../../hub/hub-path.ts";

export type ImportOutcome = z.output<typeof importView>;
export const importSites = (file: Body<"POST", "/api/v1/sites/import">, key: string): Promise<ImportOutcome> =>
  post("/api/v1/sites/import", file, { key });
export const exampleFile = (): Promise<string> => getText("/api/v1/sites/import/example");
