import type { Naming } from "../../hub/hub-path.ts";

/** The values without empty fields: the hub uses its defaults for them. */
export const withoutEmpty = <Of extends object>(values: Of): WithoutEmpty<Of> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as never;

type WithoutEmpty<Of> = {
  readonly [Name in keyof Of as Name extends string ? (null extends Of[Name] ? never : Name) : never]: Of[Name];
} & {
  readonly [Name in keyof Of as Name extends string ? (null extends Of[Name] ? Name : never) : never]?: Exclude<
    Of[Name],
    null
  >;
} & Naming<keyof Of & string>;
