/** The form of an announcement or an advert. */
import type { Field, Values } from "../../components/action-form.ts";
import { momentOf } from "../../components/dates/clock-options.ts";
import { dayAfter } from "../../components/dates/periods.ts";
import type { NewNotice, Notice } from "../../data/tenancy/brand.ts";
import type { Picture } from "../../data/tenancy/pictures.ts";
import { today, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const kinds = ["announcement", "advert"] as const;

export function noticeFields(notice: Notice | null, pictures: readonly Picture[], zone: Zone): Field[] {
  // It ends with its last day: the moment before.
  const lastDay = notice === null ? null : today(zone, notice.untilMs - 1);
  return [
    {
      name: "kind",
      label: say("kind"),
      type: "select",
      value: notice?.kind ?? "announcement",
      options: kinds.map((kind) => ({ value: kind, label: word("notice_kind", kind) })),
      hint: say("noticeKindHint"),
    },
    { name: "text_en", label: `${say("noticeText")} (${word("brand_in", "en")})`, value: notice?.texts.en ?? null },
    { name: "text_sw", label: `${say("noticeText")} (${word("brand_in", "sw")})`, value: notice?.texts.sw ?? null },
    {
      name: "from",
      label: say("fromDay"),
      type: "date",
      required: true,
      value: today(zone, notice?.fromMs ?? Date.now()),
    },
    { name: "until", label: say("untilDay"), type: "date", required: true, value: lastDay },
    {
      name: "pictureId",
      label: say("noticePicture"),
      type: "select",
      value: notice?.pictureId ?? "",
      options: [
        { value: "", label: say("none") },
        ...pictures.map(({ pictureId, name }) => ({ value: pictureId, label: name })),
      ],
    },
    { name: "link", label: say("noticeLink"), value: notice?.link ?? null, hint: say("noticeLinkHint") },
  ];
}

export function noticeOf(values: Values, zone: Zone): NewNotice {
  const text = (name: string) => (values[name] == null || values[name] === "" ? null : String(values[name]));
  const [en, sw] = [text("text_en"), text("text_sw")];
  return {
    kind: values.kind === "advert" ? "advert" : "announcement",
    texts: { ...(en === null ? {} : { en }), ...(sw === null ? {} : { sw }) },
    pictureId: text("pictureId"),
    link: text("link"),
    fromMs: momentOf(String(values.from), 0, zone),
    untilMs: momentOf(dayAfter(String(values.until)), 0, zone),
  };
}
