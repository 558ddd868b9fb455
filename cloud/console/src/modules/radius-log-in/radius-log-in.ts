import type { radiusCheckView, radiusServerView } from "@karibu/cloud/modules/radius-log-in/radius-routes";
import type { z } from "zod";
import { post, put, remove } from "../../hub/api.ts";
import type { Body } from "../../hub/hub-path.ts";

export type RadiusLogIn = z.output<typeof radiusServerView>;
export type RadiusCheck = z.output<typeof radiusCheckView>;

export const radiusLogInPath = "/api/v1/settings/radius-log-in";
export const saveRadiusLogIn = (
  server: Body<"PUT", "/api/v1/settings/radius-log-in">,
  etag: string | null,
): Promise<RadiusLogIn> => put(radiusLogInPath, server, { etag });
export const removeRadiusLogIn = (): Promise<unknown> => remove(radiusLogInPath);
/** Without a name and a password it asks about a name that nobody has. */
export const checkRadiusLogIn = (typed: { user?: string; password?: string }): Promise<RadiusCheck> =>
  post("/api/v1/settings/checks/radius-log-in", typed);
