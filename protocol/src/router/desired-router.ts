/**
 * What a site's router should have: made by the hub from the very steps that set the router up, for its version, and kept by the site's
 * agent, which compares and repairs without the hub. No secret is in it. The agent judges it again: a hub can be broken into.
 */
import * as z from "zod/mini";

const text = (max: number) => z.string().check(z.maxLength(max));
const name = text(128).check(z.minLength(1));
/** Values as a sentence of the API takes them: `yes`, `5m`, `established,related`. */
const values = z.record(text(64), text(512));

const desiredObjectSchema = z.object({
  /** The step's tag without `karibu:`, or the setting's own name: what people and repairs call it. */
  id: name,
  menu: text(64).check(z.regex(/^(\/[a-z0-9-]+)+$/)),
  /** How the row is found. Empty `column`: the menu has one row of settings. */
  column: z.enum(["comment", "name", "interface", ""]),
  value: text(128),
  /** Compared, and written by a repair. */
  is: values,
  /** Digests of texts that are compared and never written from afar (`script-hash.ts`), by column: a script's source. */
  hashes: z.optional(values),
  /** Part of what runs beside the hotspot: a person imports `services.rsc` for it, and before that nothing of it is there. */
  service: z.optional(text(32)),
  /** Written only where the row is made anew. */
  adds: z.optional(values),
  /** It stands before all rows that are not ours, in the order of this list. */
  isFirst: z.optional(z.boolean()),
  /** False: the row may be switched off by other parts. True where absent. */
  isOn: z.optional(z.boolean()),
});
export type DesiredObject = z.infer<typeof desiredObjectSchema>;

export const desiredRouterSchema = z.object({
  /** `7.22`: the words of another version may differ, so that nothing is compared there. */
  minor: text(12),
  /** The guests' bridge or interface. */
  guestInterface: text(64),
  objects: z.array(desiredObjectSchema).check(z.maxLength(200)),
  /** What runs beside the hotspot. Absent: nothing does, or the hub is older. */
  services: z.optional(z.array(desiredObjectSchema).check(z.maxLength(200))),
});
export type DesiredRouter = z.infer<typeof desiredRouterSchema>;

/** `tell`: differences are told. `repair`: the agent also repairs them, with a brake. */
export const driftPolicies = ["off", "tell", "repair"] as const;
export type DriftPolicy = (typeof driftPolicies)[number];

/** With what runs beside the hotspot among its objects. */
export const wholeDesired = ({ services = [], ...desired }: DesiredRouter): DesiredRouter => ({
  ...desired,
  objects: [...desired.objects, ...services],
});
