/**
 * Reverses set-up. Objects with our tag are removed in reverse order, also those of other releases of Karibu. Then the router's
 * own settings are restored. If a line can't remove something, the script says so and goes on.
 */
import { indent, quote } from "../language/rsc-text.ts";
import { openProfileMenu } from "../sections/guest-wifi.ts";
import { findTagged, type ObjectStep, type Section } from "../steps/step.ts";

export function removalLines(sections: readonly Section[]): string[] {
  const steps = sections.flatMap((section) => section.steps).reverse();
  const objects = steps.filter((step) => step.kind === "object");
  const menus = [...new Set([...objects.map(({ menu }) => menu), "/interface/bridge/port"])]
    .filter((menu) => menu !== "/system/script" && menu !== "/system/scheduler")
    .sort((one, other) => firstUse(objects, other) - firstUse(objects, one));
  const isContainerMenu = (menu: string) => menu.startsWith("/container");
  return [
    // Schedulers first: they start containers again, and they continue an image update.
    ...removeTagged("/system/scheduler"),
    // The Wi-Fi has its password again before its port is back in the owner's bridge.
    ...restoreFirst("wifi-"),
    // Guest ports before the hotspot, which protects them: first those that had a place before, then those that still are in ours.
    ...restoreFirst("guest-port-"),
    ...removeEach("/interface/bridge/port", '[/interface/bridge/port/find where comment~"^karibu:guest-port-"]'),
    ...tryLines("containers", removeObjects(menus.filter(isContainerMenu), objects)),
    ...removeObjects(
      menus.filter((menu) => !isContainerMenu(menu)),
      objects,
    ),
    ...steps.flatMap((step) => (step.kind === "commands" ? (step.undo ?? []) : [])),
    ':foreach saved in=[/system/script/find where comment~"^karibu:before-"] do={',
    "  :do { /system/script/run $saved } on-error={",
    '    :put ("karibu: could not restore: " . [/system/script/get $saved source])',
    "  }",
    "}",
    // After the Wi-Fi has its own profile again. Not every router has the older driver.
    ...tryLines("Wi-Fi profile", removeTagged(openProfileMenu)),
    ...removeTagged("/system/script"),
    // Certificates have no comments. Those of the pasted line carry our name.
    ...removeEach("/certificate", '[/certificate/find where name~"^karibu-isrg-"]'),
  ];
}

/** What fails is tried once more with all that was saved. */
const restoreFirst = (saved: string): string[] => [
  `:foreach saved in=[/system/script/find where comment~"^karibu:before-${saved}"] do={`,
  "  :do { /system/script/run $saved; /system/script/remove $saved } on-error={ }",
  "}",
];

/** The position of the first step in this menu, in the order of set-up. */
const firstUse = (reversed: readonly ObjectStep[], menu: string) =>
  reversed.length - 1 - reversed.findLastIndex((step) => step.menu === menu);

function removeObjects(menus: readonly string[], objects: readonly ObjectStep[]): string[] {
  return menus.flatMap((menu) => {
    const inMenu = objects.filter((step) => step.menu === menu);
    const before = inMenu.flatMap((step) => step.beforeRemoval ?? []);
    const byName = inMenu.filter(({ tagIn }) => tagIn === "name");
    if (byName.length > 0) return [...before, ...byName.flatMap((step) => removeEach(menu, findTagged(step)))];
    return [...before, ...removeTagged(menu)];
  });
}

const removeTagged = (menu: string) => removeEach(menu, `[${menu}/find where comment~"^karibu:"]`);

function removeEach(menu: string, found: string): string[] {
  return [
    `:foreach item in=${found} do={`,
    `  :do { ${menu}/remove $item } on-error={ :put ${quote(`karibu: could not remove an object in ${menu}`)} }`,
    "}",
  ];
}

/** The lines are parsed only when they run: a router without the container package does not know their menus. */
function tryLines(what: string, lines: readonly string[]): string[] {
  const code = quote(lines.join("\n"));
  return [":do {", ...indent([`[[:parse ${code}]]`]), `} on-error={ :put ${quote(`karibu: no ${what} to remove`)} }`];
}
