/** Installations: from a lead to the line. */
import type { installationView, wholeInstallationView } from "@karibu/cloud/modules/installations/installation-view";
import type { z } from "zod";
import { type Page, patch, post } from "../../hub/api.ts";
import { photoSource } from "../../hub/download.ts";
import { type Answer, type Body, hubPath, type Query } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Installation = z.output<typeof installationView>;
export type WholeInstallation = z.output<typeof wholeInstallationView>;

const path = "/api/v1/installations";
export const installationPath = (id: string) =>
  hubPath("/api/v1/installations/{installationId}", { installationId: id });
export const listInstallations = (
  query: ListQuery,
  filters: Query<"/api/v1/installations">,
): Promise<Page<Installation>> => getList(path, query, filters);
export const addInstallation = (lead: Body<"POST", "/api/v1/installations">, key: string): Promise<WholeInstallation> =>
  post(path, lead, { key });
export const changeInstallation = (
  id: string,
  change: Body<"PATCH", "/api/v1/installations/{installationId}">,
  etag: string | null,
): Promise<WholeInstallation> => patch(installationPath(id), change, { etag });
export const actOnInstallation = <const Verb extends "check" | "place" | "cancel">(
  id: string,
  verb: Verb,
  body: Body<"POST", `/api/v1/installations/{installationId}/${Verb}`>,
): Promise<WholeInstallation> =>
  post(
    hubPath(`/api/v1/installations/{installationId}/${verb as "check"}`, { installationId: id }),
    body as Body<"POST", "/api/v1/installations/{installationId}/check">,
  );
export const workOnInstallation = <
  const Verb extends "equipment" | "equipment-back" | "used" | "pictures" | "complete",
>(
  id: string,
  verb: Verb,
  body: Body<"POST", `/api/v1/installations/{installationId}/${Verb}`>,
  key: string,
): Promise<Answer<"POST", `/api/v1/installations/{installationId}/${Verb}`>> =>
  post(hubPath(`/api/v1/installations/{installationId}/${verb as "used"}`, { installationId: id }), body as never, {
    key,
  }) as never;
export const installationPhoto = (id: string, one: WholeInstallation["pictures"][number]): Promise<string> =>
  photoSource(
    hubPath("/api/v1/installations/{installationId}/pictures/{installationPictureId}/file", {
      installationId: id,
      installationPictureId: one.installationPictureId,
    }),
    one.mediaType,
  );
