/**
 * Undoing set-up: what carries our tag goes, in reverse order, whichever release of Karibu made it; then the router's own
 * settings get back what they were. What a line can't remove is named, and the rest goes on.
 */
import { indent, quote } from "../language/rsc-text.ts";
import { findTagged, type ObjectStep, type Section } from "../steps/step.ts";

export function removalLines(sections: readonly Section[]): string[] {
  const steps = sections.flatMap((section) => section.steps).reverse();
  const objects = steps.filter((step) => step.kind === "object");
  const menus = [...new Set([...objects.map(({ menu }) => menu), "/interface/bridge/port"])].filter(
    (menu) => menu !== "/system/script" && menu !== "/system/scheduler",
  );
  const inReverse = menus.sort((one, other) => firstUse(objects, other) - firstUse(objects, one));
  const containerMenus = inReverse.filter((menu) => menu.startsWith("/container"));
  const otherMenus = inReverse.filter((menu) => !menu.startsWith("/container"));
  return [
    // First of all: they start containers again, and go on with an image update.
    ...removeTagged("/system/scheduler"),
    // Before what guards them goes.
    ...removeEach("/interface/bridge/port", '[/interface/bridge/port/find where comment~"^karibu:guest-port-"]'),
    ...quietly("containers", removeObjects(containerMenus, objects)),
    ...removeObjects(otherMenus, objects),
    ...steps.flatMap((step) => (step.kind === "commands" ? (step.undo ?? []) : [])),
    ':foreach memory in=[/system/script/find where comment~"^karibu:before-"] do={',
    "  :do { /system/script/run $memory } on-error={",
    '    :put ("karibu: could not put back: " . [/system/script/get $memory source])',
    "  }",
    "}",
    ...removeTagged("/system/script"),
  ];
}

const firstUse = (reversed: readonly ObjectStep[], menu: string) =>
  reversed.length - 1 - reversed.findLastIndex((step) => step.menu === menu);

function removeObjects(menus: readonly string[], objects: readonly ObjectStep[]): string[] {
  return menus.flatMap((menu) => {
    const here = objects.filter((step) => step.menu === menu);
    const before = here.flatMap((step) => step.beforeRemoval ?? []);
    const byName = here.filter(({ tagIn }) => tagIn === "name");
    if (byName.length > 0) return [...before, ...byName.flatMap((step) => removeEach(menu, findTagged(step)))];
    return [...before, ...removeTagged(menu)];
  });
}

const removeTagged = (menu: string) => removeEach(menu, `[${menu}/find where comment~"^karibu:"]`);

function removeEach(menu: string, which: string): string[] {
  return [
    `:foreach item in=${which} do={`,
    `  :do { ${menu}/remove $item } on-error={ :put ${quote(`karibu: could not remove something of ${menu}`)} }`,
    "}",
  ];
}

/** A router without the container package does not even know these menus: the lines are parsed only when they run. */
function quietly(what: string, lines: readonly string[]): string[] {
  const code = quote(lines.join("\n"));
  return [":do {", ...indent([`[[:parse ${code}]]`]), `} on-error={ :put ${quote(`karibu: no ${what} to remove`)} }`];
}
