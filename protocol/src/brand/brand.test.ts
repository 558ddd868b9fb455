import { expect, test } from "vitest";
import { unixMs } from "../quantities.ts";
import { brandSchema, noticesAt, type PortalNotice, pictureUrl, portalNoticeSchema, portalWords } from "./brand.ts";
import { contrastOf, judgeColour, ownColours } from "./brand-colours.ts";
import { brandCss } from "./brand-css.ts";

test("WCAG 2.2 §1.4.3: black on white is 21 to 1, and #767676 the palest grey that can be read on it", () => {
  expect(contrastOf("#000000", "#ffffff")).toBe(21);
  expect(contrastOf("#767676", "#ffffff")).toBeGreaterThanOrEqual(4.5);
  expect(contrastOf("#777777", "#ffffff")).toBeLessThan(4.5);
});

test("[TEN-12] a colour that can't be read is refused with the nearest shade that would do; Karibu's own can be read", () => {
  expect(judgeColour("mainColour", ownColours.mainColour)).toBeNull();
  expect(judgeColour("accentColour", ownColours.accentColour)).toBeNull();
  const pale = judgeColour("mainColour", "#ffcc00");
  expect(pale?.contrast).toBeLessThan(2);
  expect(judgeColour("mainColour", pale?.wouldDo ?? "")).toBeNull();
  const dark = judgeColour("accentColour", "#102040");
  expect(dark?.contrast).toBeLessThan(2);
  expect(judgeColour("accentColour", dark?.wouldDo ?? "")).toBeNull();
  // A shade of the same colour: the blue of it stays the strongest.
  const [red, blue] = [1, 5].map((at) => Number.parseInt((dark?.wouldDo ?? "").slice(at, at + 2), 16));
  expect(blue).toBeGreaterThan(red as number);
  for (const colour of ["#ffffff", "#000000", "#ff0000", "#00ff00", "#808080"])
    for (const which of ["mainColour", "accentColour"] as const) {
      const fault = judgeColour(which, colour);
      if (fault !== null) expect([colour, judgeColour(which, fault.wouldDo)]).toEqual([colour, null]);
    }
});

const at = (fromMs: number, untilMs: number, kind: PortalNotice["kind"] = "advert"): PortalNotice => ({
  kind,
  text: { en: `${fromMs}` },
  fromMs: unixMs(fromMs),
  untilMs: unixMs(untilMs),
});

test("[TEN-12] a notice is shown from its first moment until its last, the newest first, and none while nobody knows the time", () => {
  const notices = [at(10, 20), at(15, 30), at(5, 40, "announcement"), at(1, 9, "announcement")];
  const texts = (atMs: number | null) =>
    Object.values(noticesAt(notices, atMs)).map((some) => some.map(({ text }) => text.en));
  expect(texts(9)).toEqual([["5"], []]);
  expect(texts(15)).toEqual([["5"], ["15", "10"]]);
  expect(texts(20)).toEqual([["5"], ["15"]]);
  expect(texts(40)).toEqual([[], []]);
  expect(texts(null)).toEqual([[], []]);
});

test("[TEN-12] the style sheet of a brand holds what was checked, and nothing where nothing was chosen", () => {
  expect(brandCss({})).toBe("");
  const css = brandCss({ mainColour: "#112233", logo: { url: "/brand/x.png", width: 300, height: 100 } });
  expect(css).toContain("--act:#112233");
  // By night the day's colour would be dark on dark.
  expect(css).toContain(':root:root[data-theme="dark"]{--green:#7fd0a8;--act:#f4b23e}');
  expect(css).toContain("width:64px");
  for (const colour of ["red", "#FFF", "#1122334", "#112233}body{display:none"])
    expect(brandSchema.safeParse({ mainColour: colour }).success).toBe(false);
});

test("an advert leads to https alone", () => {
  const link = (address: string) => portalNoticeSchema.safeParse({ ...at(1, 2), link: address }).success;
  expect(link("https://duka.example/ofa?x=1#juu")).toBe(true);
  for (const address of ["http://duka.example", "javascript:alert(1)", 'https://a"onclick=', "https://a b", "//a.b"])
    expect([address, link(address)]).toEqual([address, false]);
});

test("the provider's words take the names of the portal's own", () => {
  expect(portalWords({ greeting: "Jambo", invitation: "Chagua" })).toEqual({
    greeting: "Jambo",
    invitation: "Chagua",
    invitationAny: "Chagua",
    invitationVouchers: "Chagua",
  });
  expect(pictureUrl({ sha256: "ab", mediaType: "image/jpeg" })).toBe("/brand/ab.jpg");
});
