/**
 * What a form gives, read off its list of fields. Types alone. By it the compiler holds a form to the body that the hub takes: a field with another name,
 * one too few or too many, of another kind, or empty where the hub wants something, does not compile.
 *
 *   const fields = [
 *     { name: "name", label: say("name"), required: true },
 *     { name: "days", label: say("days"), type: "number" },
 *     { name: "way", label: say("way"), type: "select", options: wordChoices("way", ["sms", "mail"]) },
 *     { name: "phone", label: say("phone"), type: "tel", onlyFor: { field: "way", value: "sms" } },
 *   ] as const satisfies Fields;
 *
 *   ValuesOf<typeof fields> // { name: string; days: number | null; way: "sms" | "mail"; phone?: string | null }
 *
 * `formCard`, `editCard` and `listPage` read it off the fields that they are given. A list that says of itself that it is a `Field[]` has forgotten which
 * they are: any of its values may be anything.
 */
import type { Naming } from "../../hub/hub-path.ts";
import type { Field, Option } from "../action-form.ts";

export type Fields = readonly Field[];

/** What a form with these fields gives; `From` is the list, or the function that makes it. */
export type ValuesOf<From extends Fields | ((...known: never) => Fields)> = [From] extends [
  (...known: never) => infer Made extends Fields,
]
  ? Given<Made>
  : Given<Extract<From, Fields>>;

type Given<All extends Fields> = {
  readonly [Name in SureName<All>]: ValueOf<All[number], Name>;
} & {
  readonly [Name in Exclude<KnownName<All[number]>, SureName<All>>]?: ValueOf<All[number], Name>;
} & Unnamed<Value<NamelessOf<All[number]>>> &
  Naming<All[number]["name"]>;

type SureName<All extends Fields> = Exclude<KnownName<All[number]>, MissingName<All, KnownName<All[number]>>>;
/** What may not be sent: a field that belongs to one choice, and one that only some of the lists have, where it is one of several. */
type MissingName<All extends Fields, Name> = All extends unknown
  ? Exclude<Name, KnownName<Exclude<All[number], { readonly onlyFor: object }>>>
  : never;

type NamelessOf<One extends Field> = One extends unknown ? (string extends One["name"] ? One : never) : never;
type KnownName<One extends Field> = One extends unknown ? (string extends One["name"] ? never : One["name"]) : never;
type Unnamed<Of> = [Of] extends [never] ? unknown : Readonly<Record<string, Of>>;

type ValueOf<One extends Field, Name> = One extends unknown
  ? string extends One["name"]
    ? never
    : Name extends One["name"]
      ? Value<One>
      : never
  : never;

/** What `readField` reads of a field. */
type Value<One extends Field> = "type" extends keyof One ? OfType<One["type"], One> : Text<One>;
type OfType<Type, One extends Field> = Type extends "checkbox"
  ? boolean
  : Type extends "select"
    ? Choice<One>
    : Type extends "number" | "money" | "duration" | "data" | "speed" | "percent" | "rate"
      ? number | Empty<One>
      : Text<One>;
type Text<One extends Field> = string | Empty<One>;
/** The choice whose value is empty is none. */
type Choice<One extends Field> = One extends { readonly options: readonly Option<infer Chosen>[] }
  ? "" extends Chosen
    ? Exclude<Chosen, ""> | Empty<One>
    : Chosen
  : Text<One>;
/** A field that is empty gives null. With one that is required the form is not sent. */
type Empty<One extends Field> = One extends { readonly required: true } ? never : null;
