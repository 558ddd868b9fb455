/** The rooms of the console: what stands in the menu. A room's pages are its tabs. */
import type { User } from "./hub/api.ts";
import { icons } from "./icons.ts";
import { pagesFor } from "./page-at.ts";
import { type PageRow, type RoomName, roomNames } from "./page-row.ts";
import type { Strings } from "./strings/en.ts";

/** What a phone shows at its lower edge, the most used first. */
const atTheThumb: readonly RoomName[] = [
  "home",
  "sales",
  "plansAndVouchers",
  "sites",
  "providers",
  "revenue",
  "health",
  "customers",
  "support",
  "money",
  "releases",
  "settings",
];

export const thumbRooms = 4;

export interface Room {
  readonly name: RoomName;
  readonly title: keyof Strings;
  /** SVG path of a 24x24 icon, drawn by stroke. */
  readonly icon: string;
  /** The pages that this user may open. Never empty: the first one is where the room's link leads. */
  readonly pages: readonly [PageRow, ...PageRow[]];
}

/** The rooms that have a page for this user, in the order of the menu. */
export function roomsFor(user: User): readonly Room[] {
  const allowed = pagesFor(user);
  const isPlatform = user.permissions.includes("platform.read");
  const nameOf = (page: PageRow) => (isPlatform ? (page.platformRoom ?? page.room) : page.room);
  return roomNames.flatMap((name) => {
    const [first, ...rest] = allowed
      .filter(
        (page) => nameOf(page) === name && (page.isHidden !== true || (isPlatform && page.platformRoom !== undefined)),
      )
      .toSorted((one, other) => Number(other.isFirst ?? false) - Number(one.isFirst ?? false));
    if (first === undefined) return [];
    // A room of one page has the page's name: a seller reads "Sell".
    const title = rest.length === 0 ? first.title : (`room_${name}` as const);
    return [{ name, title, icon: icons[name], pages: [first, ...rest] }];
  });
}

/** The rooms at the lower edge of a phone: the most used of those that this user has. */
export function roomsAtTheThumb(rooms: readonly Room[]): readonly Room[] {
  const chosen = atTheThumb.filter((name) => rooms.some((room) => room.name === name)).slice(0, thumbRooms);
  return rooms.filter(({ name }) => chosen.includes(name));
}

/** The room in which a page is a tab; a page without a tab stands in its own room. */
export function roomOf(page: PageRow, rooms: readonly Room[]): Room {
  const room =
    rooms.find(({ pages }) => pages.includes(page)) ?? rooms.find(({ name }) => name === page.room) ?? rooms[0];
  if (room === undefined) throw new Error(`The page ${page.path} stands in no room of this user.`);
  return room;
}
