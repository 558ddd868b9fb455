/**
 * A router's own settings as a file for other routers: profiles, bindings, walled garden; and what another router would need to have them
 * too, as named actions. It adds and changes, and removes nothing. Pure.
 *
 * Text of a script (.rsc) never runs: nobody can tell what it does before it ran, and it would run with an owner's rights on a router that a
 * browser's user may only see. What of it can be imported becomes named actions as well (`script-proposal.ts`).
 */
import { askedActionSchema } from "@karibu/protocol/router/asked-router-actions";
import type { RouterAction } from "@karibu/protocol/router/router-actions";
import type { RouterRow, RouterView } from "@karibu/protocol/router/router-views";
import { z } from "zod";
import { refusal } from "../../ground/http/problem.ts";
import { uptimeSeconds } from "./back-up-policy.ts";

const line = (max: number) =>
  z
    .string()
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
    .regex(/^[^\u0000-\u001f\u007f]*$/);
const name = line(64).min(1);
const natural = z.int().min(0).max(2_000_000_000);
const few = <Of extends z.ZodType>(of: Of) => z.array(of).max(200);

export const routerTemplate = z.strictObject({
  kind: z.literal("karibu-router"),
  version: z.literal(1),
  userProfiles: few(
    z.strictObject({
      name,
      rateLimit: line(200).optional(),
      sharedUsers: natural.optional(),
      sessionTimeoutSeconds: natural.optional(),
      idleTimeoutSeconds: natural.optional(),
      keepaliveTimeoutSeconds: natural.optional(),
    }),
  ),
  walledGardenHosts: few(
    z.strictObject({ host: line(200).min(1), action: z.enum(["allow", "deny"]), comment: line(200).optional() }),
  ),
  walledGardenAddresses: few(z.strictObject({ address: line(15), comment: line(200).optional() })),
  bindings: few(
    z.strictObject({
      macAddress: line(17),
      type: z.enum(["regular", "bypassed", "blocked"]),
      comment: line(200).optional(),
    }),
  ),
});
export type RouterTemplate = z.output<typeof routerTemplate>;

export const templateViews = [
  "hotspot-user-profiles",
  "walled-garden",
  "walled-garden-ip",
  "ip-bindings",
] as const satisfies readonly RouterView[];
export type TemplateRows = Readonly<Record<(typeof templateViews)[number], readonly RouterRow[]>>;

/** What Karibu's own set-up made, what RouterOS made and what is its default is no part of a template. */
const isOwners = (row: RouterRow): boolean =>
  row.dynamic !== "true" && row.comment?.startsWith("karibu:") !== true && row.name?.startsWith("karibu-") !== true;

const seconds = (text: string | undefined): number | undefined =>
  text === undefined || text === "" ? undefined : text === "none" ? 0 : (uptimeSeconds(text) ?? undefined);
const comment = ({ comment: text = "" }: RouterRow) => (text === "" ? {} : { comment: text });
const defined = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;

const notUnderstood = () => refusal("template-not-understood");
const isMac = (text: string): boolean => /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(text);
const isAddress = (text: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(text);

/** Rows that do not fit the file's shape (a rule for a path, an address range) are left out and counted. */
export function templateOf(rows: TemplateRows): { readonly template: RouterTemplate; readonly leftOut: number } {
  const shape = routerTemplate.shape;
  let leftOut = 0;
  const fitting = <Of>(schema: z.ZodType<Of>, candidates: readonly unknown[]): Of[] =>
    candidates.flatMap((candidate) => {
      const read = schema.safeParse(candidate);
      if (!read.success) leftOut++;
      return read.success ? [read.data] : [];
    });
  const plain = (row: RouterRow) =>
    !["path", "method", "src-address", "dst-port", "protocol"].some((word) => (row[word] ?? "") !== "");
  const of = (view: keyof TemplateRows) => rows[view].filter(isOwners);
  const template: RouterTemplate = {
    kind: "karibu-router",
    version: 1,
    userProfiles: fitting(
      shape.userProfiles.element,
      of("hotspot-user-profiles")
        .filter((row) => row.default !== "true")
        .map((row) =>
          defined({
            name: row.name,
            rateLimit: row["rate-limit"] || undefined,
            sharedUsers: /^\d+$/.test(row["shared-users"] ?? "") ? Number(row["shared-users"]) : undefined,
            sessionTimeoutSeconds: seconds(row["session-timeout"]),
            idleTimeoutSeconds: seconds(row["idle-timeout"]),
            keepaliveTimeoutSeconds: seconds(row["keepalive-timeout"]),
          }),
        ),
    ).slice(0, 200),
    walledGardenHosts: fitting(
      shape.walledGardenHosts.element,
      of("walled-garden").map((row) =>
        plain(row) ? { host: row["dst-host"], action: row.action ?? "allow", ...comment(row) } : {},
      ),
    ).slice(0, 200),
    walledGardenAddresses: fitting(
      shape.walledGardenAddresses.element.refine(({ address }) => isAddress(address)),
      of("walled-garden-ip").map((row) =>
        plain(row) && (row.action ?? "accept") === "accept" ? { address: row["dst-address"], ...comment(row) } : {},
      ),
    ).slice(0, 200),
    bindings: fitting(
      shape.bindings.element.refine(({ macAddress }) => isMac(macAddress)),
      of("ip-bindings").map((row) => ({
        macAddress: row["mac-address"],
        type: row.type ?? "regular",
        ...comment(row),
      })),
    ).slice(0, 200),
  };
  return { template, leftOut };
}

/** What this router lacks of the template, or has otherwise. `same`: what it has already. Throws Problem 422 where an address is none. */
export function actionsFor(
  template: RouterTemplate,
  rows: TemplateRows,
): { readonly actions: RouterAction[]; readonly same: number } {
  const now = templateOf(rows).template;
  const actions: RouterAction[] = [];
  let same = 0;
  const add = (isThere: boolean, action: RouterAction) => {
    if (!askedActionSchema.safeParse(action).success) throw notUnderstood();
    if (isThere) same++;
    else actions.push(action);
  };
  for (const profile of template.userProfiles) {
    const known = now.userProfiles.find((one) => one.name === profile.name);
    const id = rows["hotspot-user-profiles"].find((row) => row.name === profile.name)?.[".id"];
    if (known === undefined || id === undefined) add(id !== undefined, { kind: "add-user-profile", ...profile });
    else {
      const { name: was, ...fields } = profile;
      const differs = Object.entries(fields).some(([field, value]) => known[field as keyof typeof known] !== value);
      add(!differs, { kind: "set-user-profile", id, was, ...fields });
    }
  }
  for (const rule of template.walledGardenHosts)
    add(
      rows["walled-garden"].some((row) => row["dst-host"] === rule.host && (row.action ?? "allow") === rule.action),
      { kind: "add-walled-garden-host", ...rule },
    );
  for (const rule of template.walledGardenAddresses)
    add(
      rows["walled-garden-ip"].some((row) => row["dst-address"] === rule.address),
      { kind: "add-walled-garden-address", ...rule },
    );
  for (const binding of template.bindings)
    add(
      rows["ip-bindings"].some((row) => row["mac-address"] === binding.macAddress),
      { kind: "add-ip-binding", ...binding },
    );
  return { actions, same };
}
