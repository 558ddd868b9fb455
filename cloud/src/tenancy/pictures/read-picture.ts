import type { Tx } from "../../ground/db/database.ts";

/** Without its bytes, but how many they are (`size`). Undefined: there is none (any more). */
export const describePicture = (tx: Tx, pictureId: string) =>
  tx
    .selectFrom("pictures")
    .select(["mediaType", "width", "height", "sha256"])
    .select((of) => of.fn<number>("octet_length", ["bytes"]).as("size"))
    .where("pictureId", "=", pictureId)
    .executeTakeFirst();

/** By what is in it. Undefined: the provider has none. */
export const readPicture = (tx: Tx, providerId: string, sha256: string) =>
  tx
    .selectFrom("pictures")
    .select("bytes")
    .where("providerId", "=", providerId)
    .where("sha256", "=", sha256)
    .executeTakeFirst();
