import type { pictureView } from "@karibu/cloud/tenancy/pictures/picture-routes";
import type { z } from "zod";
import { get, post, remove } from "../../hub/api.ts";
import { download } from "../../hub/download.ts";
import { hubPath } from "../../hub/hub-path.ts";

export type Picture = z.output<typeof pictureView>;

const path = "/api/v1/pictures";
const pathOf = (pictureId: string) => hubPath("/api/v1/pictures/{pictureId}", { pictureId });

export const listPictures = async (): Promise<readonly Picture[]> => (await get(path)).items;
/** @param file in base64 */
export const addPicture = (name: string, file: string): Promise<Picture> => post(path, { name, file });
export const removePicture = (pictureId: string): Promise<unknown> => remove(pathOf(pictureId));

/** As a `data:` address: a link could not send the token. */
export async function pictureSource({ pictureId, mediaType }: Picture): Promise<string> {
  const file = await download(hubPath("/api/v1/pictures/{pictureId}/file", { pictureId }), {
    accept: mediaType,
    signal: new AbortController().signal,
    onBytes: () => {},
  });
  const bytes = new Uint8Array(await file.arrayBuffer());
  return `data:${mediaType};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}
