/** The room of a provider's brand. */
import type { Ground } from "../../ground/create-ground.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import { lockProvider } from "../providers/lock-provider.ts";
import { createFetchPicture } from "./brand-pictures.ts";
import { brandRoutes } from "./brand-routes.ts";
import { publishBrand, readBrand } from "./brands.ts";
import { noticeRoutes } from "./notice-routes.ts";
import { republishNoticesWith } from "./notices.ts";

export interface BrandRoom extends District {
  /** A picture was deleted, in this transaction: what showed it goes on without. */
  onPictureDeleted(tx: Tx, providerId: string, pictureId: string): Promise<void>;
}

export function createBrand({ world, database, publish }: Pick<Ground, "world" | "database" | "publish">): BrandRoom {
  return {
    routes: [...brandRoutes(world, publish), ...noticeRoutes(world, publish)],
    rpcHandlers: [createFetchPicture(database)],
    async onPictureDeleted(tx, providerId, pictureId) {
      // What is changed at this moment is told by who changes it: the later word counts.
      await lockProvider(tx, providerId);
      const { logoPictureId, topPictureId } = await readBrand(tx, providerId);
      if (logoPictureId === pictureId || topPictureId === pictureId) await publishBrand(publish, tx, providerId);
      await republishNoticesWith(publish, tx, providerId, pictureId);
    },
  };
}
