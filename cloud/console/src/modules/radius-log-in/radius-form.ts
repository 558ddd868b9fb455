/** What the form about the RADIUS server shows and sends. Pure. */
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import type { Role } from "../../data/identity/roles.ts";
import type { Names } from "../../data/names.ts";
import type { Body } from "../../hub/hub-path.ts";
import { roleName } from "../../pages/staff/role-name.ts";
import { say, word } from "../../strings/strings.ts";
import type { RadiusLogIn } from "./radius-log-in.ts";

const attributes = ["class", "filterId", "mikrotikGroup"] as const;

/** Owners log in by Karibu's password alone. */
const rolesByRadius = (roles: readonly Role[]): Role[] => roles.filter(({ role }) => role !== "owner");

export function radiusFields({ server }: RadiusLogIn, roles: readonly Role[], sites: Names) {
  const chosen = new Set(server?.roles ?? []);
  const valuesOf = (role: string) =>
    (server?.roleMap ?? []).flatMap((one) => (one.role === role ? [one.value] : [])).join("\n");
  const shown = rolesByRadius(roles);
  return [
    ...(sites.size === 0
      ? []
      : ([
          {
            name: "siteId",
            label: say("radiusWay"),
            type: "select",
            value: server?.siteId ?? "",
            options: [
              { value: "", label: say("radiusByInternet") },
              ...[...sites].map(([value, name]) => ({ value, label: say("radiusByTunnel", { name }) })),
            ],
          },
        ] as const)),
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
      ({ role, name }) =>
        ({
          name: `in:${role}`,
          label: say("radiusRoleMay", { role: roleName(role, name) }),
          type: "checkbox",
          value: chosen.has(role),
        }) as const,
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
      ({ role, name }) =>
        ({
          name: `says:${role}`,
          label: say("radiusRoleSays", { role: roleName(role, name) }),
          type: "textarea",
          group: "more",
          value: valuesOf(role),
        }) as const,
    ),
  ] as const satisfies Fields;
}

export function radiusServerOf(
  values: ValuesOf<typeof radiusFields>,
  roles: readonly Role[],
): Body<"PUT", "/api/v1/settings/radius-log-in"> {
  const shown = rolesByRadius(roles).map(({ role }) => role);
  const { siteId = null, roleAttribute, secret } = values;
  const linesOf = (role: string) => (values[`says:${role}` as const] ?? "").split("\n").map((line) => line.trim());
  return {
    host: siteId === null ? (values.host ?? "") : null,
    siteId,
    port: values.port,
    names: values.names,
    roles: shown.filter((role) => values[`in:${role}` as const] === true),
    roleAttribute,
    roleMap:
      roleAttribute === null
        ? []
        : shown.flatMap((role) => linesOf(role).flatMap((value) => (value === "" ? [] : [{ value, role }]))),
    ...(secret === null || secret.trim() === "" ? {} : { secret }),
  };
}
