/** The address of one page of a list: `path?limit=…&cursor=…&…`; null and false are left out. */
export function listPath(path: string, query: Readonly<Record<string, string | number | boolean | null>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== false) search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
