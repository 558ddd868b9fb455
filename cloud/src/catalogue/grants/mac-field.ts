/** A device's address as people type it: with colons or dashes, in small letters or capitals. It comes out as routers write it. */
import { z } from "zod";
import { ownRule } from "../../ground/http/own-rules.ts";

export const macField = z
  .string()
  .trim()
  .transform((text) => text.toUpperCase().replaceAll("-", ":"))
  .pipe(
    z
      .string()
      .regex(/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/, ownRule("mac-address", "A MAC address, like AA:BB:CC:DD:EE:01.")),
  );
