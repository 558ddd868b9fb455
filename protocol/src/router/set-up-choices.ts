/** What a person chooses in the console after the router's facts have arrived. Names are the router's own: they must be among its facts. */
import * as z from "zod/mini";

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

export const setUpChoicesSchema = z.strictObject({
  /** Where the agent runs: in a container on the router, or beside the hub. */
  place: z.enum(["container", "hosted"]),
  /** Slot of the disk for the agent. Null at a hosted site, and on a board that keeps the image on its own flash. */
  disk: z.nullable(text(200)),
  /** A person's yes to losing all that is on the disk. */
  formatDisk: z.boolean(),
  /** Ports that guests use. */
  guestPorts: z.array(text(200)).check(z.maxLength(32)),
  /** A person's yes to moving the port that he works through: his connection ends there. */
  moveInstallersPort: z.boolean(),
  /** The hotspot whose bridge, pool, network name and walled garden stay. */
  adoptHotspot: z.nullable(text(200)),
  /** Name of the wireless network; null: it stays. */
  ssid: z.nullable(
    z.string().check(
      z.minLength(1),
      z.maxLength(32),
      // IEEE 802.11 counts bytes: RouterOS would refuse eleven emoji.
      z.refine((name) => new TextEncoder().encode(name).length <= 32, "at most 32 bytes as UTF-8"),
    ),
  ),
  /** `10.5.48.0/22`. Empty: one that is free at this router. */
  guestNetwork: z.string().check(z.maxLength(40)),
});
export type SetUpChoices = z.infer<typeof setUpChoicesSchema>;
