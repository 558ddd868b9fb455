/**
 * The address of a page: `#/payments/<id>?state=paid&from=2026-11-01`. What narrows a list, its order and the open tab stand
 * in it, so that an address can be shared, kept and loaded again.
 */
export interface Address {
  /** The page: the first part. Empty: the user's first page. */
  readonly path: string;
  /** The thing that is open; null: none. */
  readonly id: string | null;
  readonly query: URLSearchParams;
}

/** Never throws: a malformed part stays as it was written. */
export function readAddress(hash: string): Address {
  const [place = "", query = ""] = split(hash.replace(/^#\/?/, ""), "?");
  const [path = "", id = ""] = split(place, "/");
  return { path, id: id === "" ? null : decoded(id), query: new URLSearchParams(query) };
}

/** `#/path/id?name=value`. Empty values are left out. */
export function writeAddress({ path, id = null, query = {} }: AddressParts): string {
  const place = id === null ? path : `${path}/${encodeURIComponent(id)}`;
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString();
  return search === "" ? `#/${place}` : `#/${place}?${search}`;
}

interface AddressParts {
  readonly path: string;
  readonly id?: string | null;
  readonly query?: Readonly<Record<string, string>>;
}

/** The same address with other values in its query: an empty value takes the name away. */
export function withQueryChange(hash: string, change: Readonly<Record<string, string>>): string {
  const { path, id, query } = readAddress(hash);
  return writeAddress({ path, id, query: { ...Object.fromEntries(query), ...change } });
}

/** What narrows a page's list, without what is about the thing that is open beside it: those names begin with `its-`. */
export function queryOfList(query: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...query].filter(([name]) => !name.startsWith("its-")));
}

/**
 * The address of one thing, opened from the page at `hash`: what narrows that page's list stays, so that closing the thing leads
 * back to the same list. An address of another page, or with a query of its own, stays as it is.
 */
export function openedFrom(hash: string, href: string): string {
  const [from, to] = [readAddress(hash), readAddress(href)];
  if (from.path !== to.path || to.query.size > 0) return href;
  return writeAddress({ ...to, query: queryOfList(from.query) });
}

/** In two at the first `mark`. */
function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
