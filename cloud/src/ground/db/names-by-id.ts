/** Names by their ids, each id once; none is asked for where there is none. An id of nobody is left out. */
export async function namesById(
  ids: readonly (string | null)[],
  read: (ids: readonly string[]) => Promise<readonly { readonly id: string; readonly name: string }[]>,
): Promise<ReadonlyMap<string, string>> {
  const known = [...new Set(ids.filter((id) => id !== null))];
  if (known.length === 0) return new Map();
  return new Map((await read(known)).map(({ id, name }) => [id, name]));
}

/** Null for no id, and for an id of nobody. */
export const nameOf = (names: ReadonlyMap<string, string>, id: string | null): string | null =>
  id === null ? null : (names.get(id) ?? null);
