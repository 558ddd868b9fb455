/** The data of who asked for a line and became no customer. */
import type { DataSubject } from "../../data/back-office/personal-data.ts";
import { getText, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";

export const dataOfLead = (installationId: string): DataSubject => ({
  id: installationId,
  list: "installations",
  erasurePath: () => hubPath("/api/v1/installations/{installationId}/erasure", { installationId }),
  export: () => getText(hubPath("/api/v1/installations/{installationId}/personal-data", { installationId })),
  erase: ({ nameText }, key) =>
    post(hubPath("/api/v1/installations/{installationId}/erase", { installationId }), { nameText }, { key }),
});
