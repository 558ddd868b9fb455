import type { Fields } from "../../components/fields/values-of.ts";
import type { Site } from "../../data/fleet/sites.ts";
import { say } from "../../strings/strings.ts";

/** Of a new site its name is enough: who stands on a ladder with a phone scrolls past nothing else. */
export function placeFields(site: Site | null) {
  const later = site === null ? ({ group: "more" } as const) : {};
  return [
    { name: "name", label: say("name"), required: true, value: site?.name ?? null },
    { name: "region", label: say("region"), value: site?.region ?? null },
    { name: "district", label: say("district"), value: site?.district ?? null, ...later },
    {
      name: "latitude",
      label: say("latitude"),
      type: "number",
      step: "any",
      min: -90,
      max: 90,
      value: site?.latitude ?? null,
      ...later,
    },
    {
      name: "longitude",
      label: say("longitude"),
      type: "number",
      step: "any",
      min: -180,
      max: 180,
      value: site?.longitude ?? null,
      ...later,
    },
    {
      name: "address",
      label: say("routerAddress"),
      value: site?.address ?? null,
      hint: say("routerAddressHint"),
      ...later,
    },
    { name: "note", label: say("note"), value: site?.note ?? null, ...later },
  ] as const satisfies Fields;
}

export function siteFields(site: Site) {
  return [
    ...placeFields(site),
    {
      name: "interimSeconds",
      label: say("interimSeconds"),
      type: "number",
      min: 10,
      max: 3600,
      required: true,
      value: site.interimSeconds,
    },
    { name: "autoLogIn", label: say("autoLogIn"), type: "checkbox", value: site.autoLogIn },
  ] as const satisfies Fields;
}
