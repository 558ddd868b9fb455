/** The form of a brand. */
import { type BrandWordName, brandWordNames, brandWordSigns } from "@karibu/protocol/brand/brand";
import { ownColours } from "@karibu/protocol/brand/brand-colours";
import type { Field, Values } from "../../components/action-form.ts";
import type { Brand } from "../../data/tenancy/brand.ts";
import type { Picture } from "../../data/tenancy/pictures.ts";
import { say, word } from "../../strings/strings.ts";

const languages = ["en", "sw"] as const;
type Language = (typeof languages)[number];

export function brandFields(brand: Brand, providerName: string, pictures: readonly Picture[]): Field[] {
  const picture = (name: string, label: string, value: string | null, hint: string): Field => ({
    name,
    label,
    type: "select",
    value: value ?? "",
    hint,
    options: [
      { value: "", label: say("none") },
      ...pictures.map(({ pictureId, name: label }) => ({ value: pictureId, label })),
    ],
  });
  return [
    { name: "name", label: say("brandName"), value: brand.name, hint: say("emptyAs", { text: providerName }) },
    {
      name: "mainColour",
      label: say("mainColour"),
      type: "colour",
      use: "mainColour",
      value: brand.mainColour,
      hint: say("mainColourHint", { text: ownColours.mainColour }),
    },
    {
      name: "accentColour",
      label: say("accentColour"),
      type: "colour",
      use: "accentColour",
      value: brand.accentColour,
      hint: say("accentColourHint", { text: ownColours.accentColour }),
    },
    picture("logoPictureId", say("logo"), brand.logoPictureId, say("brandLogoHint")),
    picture("topPictureId", say("topPicture"), brand.topPictureId, say("topPictureHint")),
    { name: "mailName", label: say("mailName"), value: brand.mailName, hint: say("mailNameHint") },
    ...languages.flatMap((language) => brandWordNames.map((name) => wordField(brand, language, name))),
    ...languages.map(
      (language): Field => ({
        name: `terms_${language}`,
        label: `${say("brandTerms")} (${word("brand_in", language)})`,
        type: "textarea",
        group: "more",
        value: brand.terms[language] ?? null,
        hint: say("brandTermsHint"),
      }),
    ),
  ];
}

const wordField = (brand: Brand, language: Language, name: BrandWordName): Field => ({
  name: `${name}_${language}`,
  label: `${word("brand_word", name)} (${word("brand_in", language)})`,
  group: "more",
  value: brand.words[language]?.[name] ?? null,
  hint: say("signsAtMost", { count: brandWordSigns[name] }),
});

/** A colour or a picture; the others are words. */
export const isLook = ({ type }: Field): boolean => type === "colour" || type === "select";

/** Of what was typed; an empty field is Karibu's own. */
export function brandOf(values: Values): Brand {
  const text = (name: string): string | null => {
    const typed = String(values[name] ?? "").trim();
    return typed === "" ? null : typed;
  };
  const wordsIn = (language: Language) => {
    const said = brandWordNames.flatMap((name) => {
      const typed = text(`${name}_${language}`);
      return typed === null ? [] : [[name, typed]];
    });
    return said.length === 0 ? {} : { [language]: Object.fromEntries(said) };
  };
  const termsIn = (language: Language) => {
    const typed = text(`terms_${language}`);
    return typed === null ? {} : { [language]: typed };
  };
  return {
    name: text("name"),
    mailName: text("mailName"),
    mainColour: text("mainColour")?.toLowerCase() ?? null,
    accentColour: text("accentColour")?.toLowerCase() ?? null,
    logoPictureId: text("logoPictureId"),
    topPictureId: text("topPictureId"),
    words: { ...wordsIn("en"), ...wordsIn("sw") },
    terms: { ...termsIn("en"), ...termsIn("sw") },
  };
}
