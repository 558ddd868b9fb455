import { expect, test } from "vitest";
import { asksForStaff, type Dialect, dialects } from "./dialects.ts";

/** What `asksForStaff` and the writers of attributes are declared as, with a dialect that was added to the list and to nothing else. */
type WithNewDialect = Readonly<Record<Dialect | "new-dialect", boolean>>;

test("a dialect that is added to the list and forgotten in a record does not compile", () => {
  // @ts-expect-error the row of the new dialect is missing: where it were not an error, it would get another's attributes in silence
  const forgotten: WithNewDialect = asksForStaff;
  expect(Object.keys(forgotten).sort()).toEqual([...dialects].sort());
});
