/** A provider's own RADIUS server, by which people of chosen roles may log in to the console, too. */
import type { HubModule } from "../hub-module.ts";
import { createAskRadius } from "./ask-radius.ts";
import { personalData } from "./personal-data.ts";
import { radiusDoor } from "./radius-door.ts";
import { radiusRoutes } from "./radius-routes.ts";
import { revocable } from "./revocable.ts";

export const radiusLogIn = {
  personalData,
  revocable,
  open({ world, database, envelope, exchangeDatagrams, dns, proveSelf }) {
    const askRadius = createAskRadius({ world, exchangeDatagrams, dns });
    const parts = { world, database, envelope, askRadius };
    return { routes: radiusRoutes({ ...parts, proveSelf }), passwordDoor: radiusDoor(parts) };
  },
} satisfies HubModule;
