/**
 * Brings what runs beside the hotspot to what is chosen: a part that is on is set up, a part that is off is taken away, and so is what a
 * part no longer uses (an address that may no longer ask). It can be imported again at any time. Sessions of a PPPoE server end with it.
 */
import { find, indent, quote } from "../language/rsc-text.ts";
import { allSectionsOf, type ServiceName, sectionsOf, serviceNames } from "../sections/service-sections.ts";
import { findTagged, type ObjectStep, type Section } from "../steps/step.ts";
import { writeSection } from "../steps/write-steps.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** The tags of each part begin so. */
const tagBegins: Readonly<Record<ServiceName, string>> = {
  pppoe: "(subscriber|ppp-radius|hub-ppp-radius|suspended|payment-)",
  snmp: "snmp-",
  logging: "log-",
  fairUplink: "fair-",
  sharing: "(may-share-|no-sharing)",
  staff: "staff-",
};

const titles: Readonly<Record<ServiceName, string>> = {
  pppoe: "PPPoE",
  snmp: "SNMP",
  logging: "remote logging",
  fairUplink: "the fair line",
  sharing: "the rule against sharing",
  staff: "staff's passwords of some minutes",
};

export function servicesLines(values: ScriptValues): string[] {
  return serviceNames.flatMap((service) => {
    const sections = sectionsOf(service, values);
    if (sections.length === 0) return takenAway(service, values);
    return [...noLongerUsed(service, sections, values), ...sections.flatMap(writeSection)];
  });
}

const objectsOf = (sections: readonly Section[]): ObjectStep[] =>
  sections.flatMap(({ steps }) => steps.filter((step) => step.kind === "object"));

/** Last made, first removed. */
const menusOf = (objects: readonly ObjectStep[]) => [...new Set(objects.map(({ menu }) => menu))].reverse();

function takenAway(service: ServiceName, values: ScriptValues): string[] {
  const sections = allSectionsOf(service, values);
  const objects = objectsOf(sections);
  const settings = sections.flatMap(({ steps }) => steps.filter((step) => step.kind === "setting"));
  return [
    "",
    `# Without ${titles[service]}`,
    ...menusOf(objects).flatMap((menu) => {
      const ofMenu = objects.filter((step) => step.menu === menu);
      const byName = ofMenu.filter(({ tagIn }) => tagIn === "name");
      return [
        ...ofMenu.flatMap((step) => step.beforeRemoval ?? []),
        ...(byName.length > 0
          ? byName.map((step) => removeEach(menu, findTagged(step)))
          : [removeEach(menu, withTags(menu, service))]),
      ];
    }),
    ...settings.reverse().flatMap(({ savedAs }) => {
      const saved = find("/system/script", "comment", `karibu:before-${savedAs}`);
      return [
        `:foreach saved in=${saved} do={`,
        ...indent([
          `:do { /system/script/run $saved } on-error={ :put ${quote(`karibu: could not restore ${savedAs}`)} }`,
          "/system/script/remove $saved",
        ]),
        "}",
      ];
    }),
  ];
}

function noLongerUsed(service: ServiceName, sections: readonly Section[], values: ScriptValues): string[] {
  const used = objectsOf(sections);
  const menus = menusOf(objectsOf(allSectionsOf(service, values)));
  const found = menus.filter((menu) => menu !== "/queue/type");
  return found.map((menu) => {
    const tags = used.filter((step) => step.menu === menu).map(({ tag }) => tag.replace(/[.:/]/g, "\\$&"));
    const known = quote(`^karibu:(${tags.length === 0 ? "none" : tags.join("|")})$`);
    return `:foreach item in=${withTags(menu, service)} do={ :if (!([:tostr [${menu}/get $item comment]] ~ ${known})) do={ ${menu}/remove $item } }`;
  });
}

const withTags = (menu: string, service: ServiceName) =>
  `[${menu}/find where comment~${quote(`^karibu:${tagBegins[service]}`)}]`;

const removeEach = (menu: string, found: string) =>
  `:foreach item in=${found} do={ :do { ${menu}/remove $item } on-error={ :put ${quote(`karibu: could not remove an object in ${menu}`)} } }`;
