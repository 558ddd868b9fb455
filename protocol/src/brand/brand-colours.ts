/**
 * The two colours of a provider's brand, and whether people can read what they are used for. Pure.
 * @see WCAG 2.2 §1.4.3: 4.5 to 1 for text, by the relative luminance of its definition
 */

/** `#rrggbb`, lower case. */
export type Colour = string;
export const colourPattern = /^#[0-9a-f]{6}$/;

/** `main` is the header, and buttons and links by day; `accent` is the ornament, and buttons and links by night. */
export type BrandColour = "mainColour" | "accentColour";

/** `paper`: printed on white. */
export type ColourUse = BrandColour | "paper";

/** What Karibu itself wears. */
export const ownColours: Readonly<Record<BrandColour, Colour>> = { mainColour: "#0b3b2d", accentColour: "#f4b23e" };

const leastContrast = 4.5;

/** What each stands beside in the portal (`portal/src/styles/foundation.css`, `hero.css`): words on it, and it on the grounds of the page. */
const beside: Readonly<Record<ColourUse, readonly Colour[]>> = {
  mainColour: ["#fff6e3", "#d9e6d8", "#fffdf8", "#fbf5ea", "#f5ecdb"],
  accentColour: ["#2a1c05", "#0e1613", "#17221d", "#1f2c26"],
  paper: ["#ffffff"],
};
/** Where a colour is moved that can't be read: away from what it stands beside. */
const towards: Readonly<Record<ColourUse, number>> = { mainColour: 0, accentColour: 255, paper: 0 };

export interface ColourFault {
  /** The least contrast that it has now, to one digit. */
  readonly contrast: number;
  /** The nearest of its shades that can be read. */
  readonly wouldDo: Colour;
}

/** Null: it can be read wherever it is used. */
export function judgeColour(which: ColourUse, colour: Colour): ColourFault | null {
  const contrast = leastContrastOf(which, colour);
  if (contrast >= leastContrast) return null;
  const to = towards[which];
  const [red, green, blue] = channelsOf(colour);
  for (let step = 1; step <= 50; step++) {
    const moved = (channel: number) => Math.round(channel + ((to - channel) * step) / 50);
    const shade = colourOf(moved(red), moved(green), moved(blue));
    if (leastContrastOf(which, shade) >= leastContrast)
      return { contrast: Math.floor(contrast * 10) / 10, wouldDo: shade };
  }
  return { contrast: Math.floor(contrast * 10) / 10, wouldDo: which === "paper" ? "#000000" : ownColours[which] };
}

/** From 1 (the same) to 21 (black on white). */
export function contrastOf(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Against what it stands beside and is read worst. */
export const leastContrastOf = (which: ColourUse, colour: Colour): number =>
  Math.min(...beside[which].map((other) => contrastOf(colour, other)));

function luminanceOf(colour: Colour): number {
  const [red, green, blue] = channelsOf(colour).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(colour: Colour): [number, number, number] {
  const at = (from: number) => Number.parseInt(colour.slice(from, from + 2), 16);
  return [at(1), at(3), at(5)];
}

const colourOf = (...channels: readonly number[]): Colour =>
  `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
