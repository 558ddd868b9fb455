/** What a scanned picture says, as far as it is one of our codes. Pure. What stands on a picture is anybody's: it is only ever looked up. */

const lettersMax = 64;

/** A code by itself, or behind the `#` of a portal's address (`<portal>/#v=<code>&p=<check number>`). Null: neither. */
export function readScan(text: string): string | null {
  const code = codeIn(text.trim()).replaceAll(/[\s-]/g, "");
  return /^[A-Za-z0-9]{4,}$/.test(code) && code.length <= lettersMax ? code : null;
}

function codeIn(text: string): string {
  if (!/^https?:\/\//i.test(text)) return text;
  if (!URL.canParse(text)) return "";
  return new URLSearchParams(new URL(text).hash.slice(1)).get("v") ?? "";
}
