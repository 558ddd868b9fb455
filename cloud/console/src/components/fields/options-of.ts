import type { Option } from "../action-form.ts";

/** A select's choices, from ids and names. */
export function optionsOf<const Id extends string>(names: Iterable<readonly [id: Id, name: string]>): Option<Id>[] {
  return [...names].map(([value, label]) => ({ value, label }));
}
