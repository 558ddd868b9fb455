const plainMac = /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/;
const shortestMac = "AABBCCDDEEFF".length;
const plainMacLength = "AA:BB:CC:DD:EE:FF".length;
const anyMac = /^(?:[0-9A-F]{2}[:.-]?){5}[0-9A-F]{2}$/i;

/**
 * A MAC as `AA:BB:CC:DD:EE:FF`; null when the text is no MAC. RouterOS' `radius-mac-format` allows several spellings
 * (`aa-bb-cc-dd-ee-ff`, `aabb.ccdd.eeff`). Nearly every packet has the plain one already.
 */
export function normaliseMac(text: string): string | null {
  if (text.length < shortestMac || text.length > plainMacLength) return null; // a code, mostly: no expression need look at it
  if (plainMac.test(text)) return text;
  return anyMac.test(text) ? (text.toUpperCase().match(/[0-9A-F]{2}/g) as string[]).join(":") : null;
}
