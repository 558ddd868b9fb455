import type { User } from "./hub/api.ts";
import type { LiveEvents } from "./hub/live-events.ts";
import type { Zone } from "./strings/format.ts";

/** What a page is given: who works here, in which zone times are shown, and what happens live. */
export interface Desk {
  readonly user: User;
  readonly zone: Zone;
  readonly currency: string;
  /** Empty for people of the platform. */
  readonly providerName: string;
  readonly events: LiveEvents;
}
