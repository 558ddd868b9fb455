/**
 * What the hub may change at a site's router: named actions. The agent checks each again, because a hub can be broken into; users,
 * scripts, the scheduler, imports, fetch and containers are out of reach, but for the fixed scripts that set-up made.
 *
 * `id`: RouterOS' own `.id` of the row, with what a person saw of it (`was`): the agent refuses when the row is another by now.
 */
import * as z from "zod/mini";
import { macSchema } from "../schema.ts";

const id = z.string().check(z.regex(/^\*[0-9A-F]{1,8}$/));
// RouterOS cuts texts at NUL; line breaks have no place in names.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
const line = (max: number) => z.string().check(z.maxLength(max), z.regex(/^[^\u0000-\u001f\u007f]*$/));
const name = line(64).check(z.minLength(1));
const ipv4 = z.string().check(z.regex(/^\d{1,3}(\.\d{1,3}){3}$/));
const row = { id, was: name };
const service = z.enum(["hotspot", "pppoe"]);
const count = z.int().check(z.gte(0));

/**
 * Settings that one order imports: three sentences each, of the hundred that a router gets in a minute, and the changes within the forty seconds
 * of the dead man, also by satellite.
 */
export const importedAtOnceMax = 20;

/** How large the numbers of an action may be. */
export interface ActionNumbers {
  readonly mtu: typeof count;
  readonly seconds: typeof count;
  readonly bytes: typeof count;
  readonly users: typeof count;
}

/** The actions with these numbers in them. */
export function actionsWith(numbers: ActionNumbers) {
  const hotspotUserFields = {
    profile: z.optional(name),
    server: z.optional(name),
    macAddress: z.optional(macSchema),
    limitUptimeSeconds: z.optional(numbers.seconds),
    limitBytesTotal: z.optional(numbers.bytes),
    comment: z.optional(line(200)),
    disabled: z.optional(z.boolean()),
  };
  const userProfileFields = {
    rateLimit: z.optional(line(200)),
    sharedUsers: z.optional(numbers.users),
    sessionTimeoutSeconds: z.optional(numbers.seconds),
    idleTimeoutSeconds: z.optional(numbers.seconds),
    keepaliveTimeoutSeconds: z.optional(numbers.seconds),
  };
  const addUserProfile = z.object({ kind: z.literal("add-user-profile"), name, ...userProfileFields });
  const setUserProfile = z.object({ kind: z.literal("set-user-profile"), ...row, ...userProfileFields });
  const addIpBinding = z.object({
    kind: z.literal("add-ip-binding"),
    macAddress: macSchema,
    type: z.enum(["regular", "bypassed", "blocked"]),
    comment: z.optional(line(200)),
  });
  const addWalledGardenHost = z.object({
    kind: z.literal("add-walled-garden-host"),
    host: line(200).check(z.minLength(1)),
    action: z.enum(["allow", "deny"]),
    comment: z.optional(line(200)),
  });
  const addWalledGardenAddress = z.object({
    kind: z.literal("add-walled-garden-address"),
    address: ipv4,
    comment: z.optional(line(200)),
  });
  return z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("reboot") }),
    z.object({ kind: z.literal("set-identity"), identity: name }),
    /** Mends one difference that the agent found: `finding` is its name. What is written, the agent knows itself. */
    z.object({ kind: z.literal("repair-drift"), finding: line(128).check(z.minLength(1)) }),
    /**
     * Fetches this very version of RouterOS from MikroTik and installs it: the router reboots. Refused where the channel has another
     * version by now.
     */
    z.object({
      kind: z.literal("upgrade-router"),
      channel: z.enum(["long-term", "stable"]),
      version: z.string().check(z.regex(/^\d{1,2}\.\d{1,3}(\.\d{1,3})?$/)),
    }),
    /** The agent holds RouterOS' safe mode until the hub has answered a round trip. */
    z.object({
      kind: z.literal("set-interface"),
      ...row,
      disabled: z.optional(z.boolean()),
      comment: z.optional(line(200)),
      mtu: z.optional(numbers.mtu),
    }),
    z.object({ kind: z.literal("switch-service"), service, enabled: z.boolean() }),
    z.object({ kind: z.literal("add-hotspot-user"), name, password: line(128), ...hotspotUserFields }),
    z.object({ kind: z.literal("set-hotspot-user"), ...row, password: z.optional(line(128)), ...hotspotUserFields }),
    z.object({ kind: z.literal("remove-hotspot-user"), ...row }),
    z.object({ kind: z.literal("reset-hotspot-user-counters"), ...row }),
    addUserProfile,
    setUserProfile,
    z.object({ kind: z.literal("remove-user-profile"), ...row }),
    z.object({ kind: z.literal("remove-host"), ...row }),
    z.object({ kind: z.literal("remove-cookie"), ...row }),
    addIpBinding,
    z.object({ kind: z.literal("remove-ip-binding"), ...row }),
    addWalledGardenHost,
    z.object({ kind: z.literal("remove-walled-garden-host"), ...row }),
    addWalledGardenAddress,
    z.object({ kind: z.literal("remove-walled-garden-address"), ...row }),
    z.object({ kind: z.literal("make-lease-static"), ...row }),
    z.object({
      kind: z.literal("set-lease"),
      ...row,
      comment: z.optional(line(200)),
      blocked: z.optional(z.boolean()),
    }),
    z.object({ kind: z.literal("remove-lease"), ...row }),
    z.object({ kind: z.literal("remove-ppp-session"), ...row }),
    z.object({ kind: z.literal("remove-wifi-client"), ...row, driver: z.enum(["wifi", "wireless"]) }),
    /** Settings of a script, all of them or none: as for `set-interface`, safe mode takes them back where the hub is not heard. */
    z.object({
      kind: z.literal("import-settings"),
      settings: z
        .array(
          z.discriminatedUnion("kind", [
            addUserProfile,
            setUserProfile,
            addIpBinding,
            addWalledGardenHost,
            addWalledGardenAddress,
          ]),
        )
        .check(z.minLength(1), z.maxLength(importedAtOnceMax)),
    }),
  ]);
}

/** As the link takes them: with the numbers of the first release that had them, for a hub of then may send those. */
export const routerActionSchema = actionsWith({ mtu: count, seconds: count, bytes: count, users: count });
export type RouterAction = z.infer<typeof routerActionSchema>;
export type RouterActionKind = RouterAction["kind"];
export type ImportedSetting = Extract<RouterAction, { kind: "import-settings" }>["settings"][number];
