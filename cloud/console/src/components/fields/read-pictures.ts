import { listPictures, type Picture, pictureSource } from "../../data/tenancy/pictures.ts";
import { type AppHost, ReadController } from "../read-controller.ts";

/** The provider's pictures, and what draws each: a `data:` address by its id, which comes a moment after the list. */
export const readPictures = (
  host: AppHost & { sources: ReadonlyMap<string, string> },
): ReadController<readonly Picture[]> =>
  new ReadController<readonly Picture[]>(host, {
    read: async () => {
      const pictures = await listPictures();
      const drawn = pictures.map(async (one) => [one.pictureId, await pictureSource(one)] as const);
      void Promise.all(drawn).then((sources) => {
        host.sources = new Map(sources);
      });
      return pictures;
    },
  });
