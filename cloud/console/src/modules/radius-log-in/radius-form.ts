/** What the form about the RADIUS server shows and sends. Pure. */
import type { Field, Values } from "../../components/action-form.ts";
import type { Role } from "../../data/identity/roles.ts";
import type { Names } from "../../data/names.ts";
import { roleName } from "../../pages/staff/role-name.ts";
import { say, word } from "../../strings/strings.ts";
import type { RadiusLogIn } from "./radius-log-in.ts";

const attributes = ["class", "filterId", "mikrotikGroup"] as const;

/** Owners log in by Karibu's password alone. */
const rolesByRadius = (roles: readonly Role[]): Role[] => roles.filter(({ role }) => role !== "owner");

export function radiusFields({ server }: RadiusLogIn, roles: readonly Role[], sites: Names): Field[] {
  const chosen = new Set(server?.roles ?? []);
  const valuesOf = (role: string) =>
    (server?.roleMap ?? []).flatMap((one) => (one.role === role ? [one.value] : [])).join("\n");
  const shown = rolesByRadius(roles);
  return [
    ...(sites.size === 0
      ? []
      : [
          {
            name: "siteId",
            label: say("radiusWay"),
            type: "select" as const,
            value: server?.siteId ?? "",
            options: [
              { value: "", label: say("radiusByInternet") },
              ...[...sites].map(([value, name]) => ({ value, label: say("radiusByTunnel", { name }) })),
            ],
          },
        ]),
    { name: "host", label: say("radiusHost"), hint: say("radiusHostHint"), value: server?.host ?? null },
    {
      name: "port",
      label: say("mailPort"),
      type: "number",
      required: true,
      min: 1024,
      max: 65_535,
      value: server?.port ?? 1812,
    },
    {
      name: "secret",
      label: say("radiusSharedSecret"),
      type: "password",
      required: server === null,
      autocomplete: "new-password",
      hint: say(server === null ? "radiusSecretHint" : "radiusSecretStays"),
    },
    {
      name: "names",
      label: say("radiusNames"),
      type: "select",
      value: server?.names ?? "address",
      options: [
        { value: "address", label: say("radiusNames_address") },
        { value: "before-at", label: say("radiusNames_before_at") },
      ],
    },
    ...shown.map(
      ({ role, name }): Field => ({
        name: `in:${role}`,
        label: say("radiusRoleMay", { role: roleName(role, name) }),
        type: "checkbox",
        value: chosen.has(role),
      }),
    ),
    {
      name: "roleAttribute",
      label: say("radiusRoleBy"),
      type: "select",
      group: "more",
      hint: say("radiusRoleByHint"),
      value: server?.roleAttribute ?? "",
      options: [
        { value: "", label: say("radiusRoleStays") },
        ...attributes.map((value) => ({ value, label: word("radiusAttribute", value) })),
      ],
    },
    ...shown.map(
      ({ role, name }): Field => ({
        name: `says:${role}`,
        label: say("radiusRoleSays", { role: roleName(role, name) }),
        type: "textarea",
        group: "more",
        value: valuesOf(role),
      }),
    ),
  ];
}

export function radiusServerOf(values: Values, roles: readonly Role[]): object {
  const shown = rolesByRadius(roles).map(({ role }) => role);
  const siteId = text(values.siteId);
  const roleAttribute = text(values.roleAttribute);
  const linesOf = (role: string) => (text(values[`says:${role}`]) ?? "").split("\n").map((line) => line.trim());
  return {
    host: siteId === null ? (text(values.host) ?? "") : null,
    siteId,
    port: Number(values.port),
    names: values.names,
    roles: shown.filter((role) => values[`in:${role}`] === true),
    roleAttribute,
    roleMap:
      roleAttribute === null
        ? []
        : shown.flatMap((role) => linesOf(role).flatMap((value) => (value === "" ? [] : [{ value, role }]))),
    ...(text(values.secret) === null ? {} : { secret: values.secret }),
  };
}

const text = (value: Values[string] | undefined): string | null =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : null;
