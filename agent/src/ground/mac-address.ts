const plainMac = /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/;
const anyMac = /^(?:[0-9A-F]{2}[:.-]?){5}[0-9A-F]{2}$/i;

/**
 * A MAC as `AA:BB:CC:DD:EE:FF`; null when the text is no MAC. RouterOS' `radius-mac-format` allows several spellings
 * (`aa-bb-cc-dd-ee-ff`, `aabb.ccdd.eeff`). Nearly every packet has the plain one already.
 */
export function normaliseMac(text: string): string | null {
  if (plainMac.test(text)) return text;
  return anyMac.test(text) ? (text.toUpperCase().match(/[0-9A-F]{2}/g) as string[]).join(":") : null;
}
