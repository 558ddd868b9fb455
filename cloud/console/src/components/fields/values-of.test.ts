import { expect, test } from "vitest";
import { sendMessage } from "../../data/messaging/messages.ts";
import { formCard } from "../form-card.ts";
import { optionsOf } from "./options-of.ts";
import type { Fields, ValuesOf } from "./values-of.ts";
import { withoutEmpty } from "./without-empty.ts";

test("a form whose fields are not the body that the hub takes does not compile", () => {
  expect(compiled).toBeTypeOf("function");
});

test("what is empty is left out, and what is no or nothing is not empty", () => {
  expect(withoutEmpty({ name: "Router", note: null, count: 0, isNew: false, text: "" })).toEqual({
    name: "Router",
    count: 0,
    isNew: false,
    text: "",
  });
});

/** Never run: `npm run check` fails where a line compiles that must not, and where one must that does not. */
function compiled(isNew: boolean, roles: readonly string[], sites: ReadonlyMap<string, string>, forgotten: Fields) {
  const onlyFor = { field: "way", value: "sms" } as const;
  const card = { submitText: "" };
  const phone = { name: "phone", label: "", type: "tel", required: true } as const;
  const text = { name: "text", label: "", type: "textarea", required: true } as const;
  const note = { name: "note", label: "" } as const;
  formCard({ ...card, fields: [phone, text], submit: (all, key) => sendMessage(all, key) });
  formCard({ ...card, fields: [phone], submit: (all, key) => sendMessage({ ...all, text: "Hello" }, key) });

  // @ts-expect-error: a field of another name
  formCard({ ...card, fields: [phone, { ...text, name: "words" }], submit: (all, key) => sendMessage(all, key) });
  // @ts-expect-error: one is missing
  formCard({ ...card, fields: [phone], submit: (all, key) => sendMessage(all, key) });
  // @ts-expect-error: one too many
  formCard({ ...card, fields: [phone, text, note], submit: (all, key) => sendMessage(all, key) });
  // @ts-expect-error: one too many, beside what is said anyway
  formCard({ ...card, fields: [phone, note], submit: (all, key) => sendMessage({ ...all, text: "Hello" }, key) });
  // @ts-expect-error: it may be empty
  formCard({ ...card, fields: [phone, { ...text, required: false }], submit: (all, key) => sendMessage(all, key) });
  // @ts-expect-error: it is not there with every choice
  formCard({ ...card, fields: [phone, { ...text, onlyFor }], submit: (all, key) => sendMessage(all, key) });
  // @ts-expect-error: a number where the hub wants a text
  formCard({ ...card, fields: [phone, { ...text, type: "number" }], submit: (all, key) => sendMessage(all, key) });
  // @ts-expect-error: a list that has forgotten its fields
  formCard({ ...card, fields: forgotten, submit: (all, key) => sendMessage(all, key) });

  const fields = [
    { name: "name", label: "", required: true },
    { name: "days", label: "", type: "number" },
    { name: "price", label: "", type: "money", required: true },
    { name: "way", label: "", type: "select", options: optionsOf([["sms", ""] as const, ["mail", ""] as const]) },
    { name: "siteId", label: "", type: "select", options: [{ value: "", label: "" }, ...optionsOf(sites)] },
    { name: "home", label: "", type: "select", required: true, options: optionsOf(sites) },
    { name: "phone", label: "", type: "tel", onlyFor },
    { name: "secret", label: "", type: "password", required: isNew },
    ...(isNew ? ([{ name: "terms", label: "", type: "checkbox" }] as const) : ([] as const)),
    ...roles.map((role) => ({ name: `may:${role}`, label: role, type: "checkbox" }) as const),
  ] as const satisfies Fields;
  return (values: ValuesOf<typeof fields>) =>
    [
      same<string>()(values.name),
      same<number | null>()(values.days),
      same<number>()(values.price),
      same<"sms" | "mail">()(values.way),
      same<string | null>()(values.siteId),
      same<string>()(values.home),
      same<string | null | undefined>()(values.phone),
      same<string | null>()(values.secret),
      same<boolean | undefined>()(values.terms),
      same<boolean | undefined>()(values["may:sell"]),
      // @ts-expect-error: there is no such field
      values.nmae,
    ] as const;
}

/** Neither more nor less than this type. */
const same =
  <Expected>() =>
  <Got>(got: Got & ([Expected] extends [Got] ? unknown : never) & ([Got] extends [Expected] ? unknown : never)) =>
    got;
