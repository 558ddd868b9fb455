import type { CSSResultGroup } from "lit";
import type { User } from "../hub/api.ts";
import type { LiveEvents } from "../hub/live-events.ts";
import type { Zone } from "../strings/format.ts";
import { elementWith, property, type Shape } from "./element-with.ts";
import { sharedStyles } from "./shared-styles.ts";

/** What every page gets from the frame. */
export interface AppContext {
  readonly user: User;
  /** The zone and language of all times that the pages show. */
  readonly zone: Zone;
  readonly currency: string;
  /** Empty for platform admins. */
  readonly providerName: string;
  readonly events: LiveEvents;
}

/** The user has the permission; and it is no support access, which is kept out (`notForSupport` of routes). */
export const mayAsOwn = ({ user }: Pick<AppContext, "user">, permission: string): boolean =>
  user.via !== "impersonation" && user.permissions.includes(permission);

class AppElement extends elementWith({ app: property<AppContext>() }) {
  static override styles: CSSResultGroup = [sharedStyles];

  /** Does the user have this permission? */
  may(permission: string): boolean {
    return this.app.user.permissions.includes(permission);
  }

  mayAsOwn(permission: string): boolean {
    return mayAsOwn(this.app, permission);
  }
}

/** The class of pages and their cards: `elementWith` these properties, the app's context and the shared styles. */
export const appElement = <Of extends Shape = Record<never, never>>(shape: Of = {} as Of) =>
  elementWith<Of, AppElement>(shape, AppElement);
