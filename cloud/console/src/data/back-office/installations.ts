/** Installations: from a lead to the line. */
import type {
  installationView,
  wholeInstallationView,
} from "@karibu/cloud/back-office/installations/installation-view";
import type { z } from "zod";
import { type Page, patch, post } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";
import { photoSource } from "./tickets.ts";

export type Installation = z.output<typeof installationView>;
export type WholeInstallation = z.output<typeof wholeInstallationView>;

const path = "/api/v1/installations";
export const installationPath = (id: string) => `${path}/${encodeURIComponent(id)}`;
export const listInstallations = (
  query: ListQuery,
  filters: Readonly<Record<string, string | boolean | undefined>>,
): Promise<Page<Installation>> => getList(path, query, filters);
export const addInstallation = (lead: object, key: string): Promise<WholeInstallation> => post(path, lead, { key });
export const changeInstallation = (id: string, change: object, etag: string | null): Promise<WholeInstallation> =>
  patch(installationPath(id), change, { etag });
/** `verb`: check, place, cancel. */
export const actOnInstallation = (id: string, verb: string, body: object): Promise<WholeInstallation> =>
  post(`${installationPath(id)}/${verb}`, body);
/** `verb`: equipment, equipment-back, used, pictures, complete. */
export const workOnInstallation = <Answer = WholeInstallation>(
  id: string,
  verb: string,
  body: object,
  key: string,
): Promise<Answer> => post(`${installationPath(id)}/${verb}`, body, { key });
export const installationPhoto = (id: string, one: WholeInstallation["pictures"][number]): Promise<string> =>
  photoSource(`${installationPath(id)}/pictures/${encodeURIComponent(one.installationPictureId)}/file`, one.mediaType);
