/** Places and things of the stock, in words. */
import type { AppContext } from "../../components/app-element.ts";
import type { Column } from "../../components/table/table-columns.ts";
import type { Names } from "../../data/names.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word, wordOr } from "../../strings/strings.ts";
import type { StockItem, StockMovement, StockStore } from "./stock.ts";

/** @param name of the store, the person or the customer; null: it has none */
export function placeText(place: string, name: string | null, app: Pick<AppContext, "user">): string {
  const [kind = "", id = ""] = place.split(/:(.*)/s);
  if (kind === "van") return id === app.user.userId ? say("ownVan") : say("van", { name: name ?? "?" });
  return name ?? wordOr("place", kind, kind);
}

/** Where things of ours can be, for a choice. */
export function placeOptions(stores: readonly StockStore[], staff: Names, app: Pick<AppContext, "user">) {
  const vans = new Map([...staff, [app.user.userId, app.user.name] as const]);
  return [
    ...stores.filter(({ active }) => active).map(({ storeId, name }) => ({ value: `store:${storeId}`, label: name })),
    ...[...vans].map(([userId, name]) => ({ value: `van:${userId}`, label: placeText(`van:${userId}`, name, app) })),
  ];
}

export const itemColumns = (app: AppContext): Column<StockItem>[] => [
  { label: say("serialNumber"), sort: "serial", cell: (row) => row.serial },
  { label: say("kind"), cell: (row) => row.kindName },
  { label: say("stockPlace"), cell: (row) => placeText(row.place, row.placeName, app) },
  {
    label: say("state"),
    lead: true,
    cell: (row) => word("holding", row.holding) + (row.askedBackMs === null ? "" : ` · ${say("askedBack")}`),
  },
];

export const movementColumns = (app: AppContext): Column<StockMovement>[] => [
  { label: say("time"), cell: (row) => dateTime(row.atMs, app.zone) },
  {
    label: say("thing"),
    cell: (row) => (row.serial === null ? `${row.quantity} ${row.kindName}` : `${row.kindName} ${row.serial}`),
  },
  { label: say("moveFrom"), cell: (row) => placeText(row.from, row.fromName, app) },
  { label: say("moveTo"), cell: (row) => placeText(row.to, row.toName, app) },
  { label: say("moveWhy"), cell: (row) => word("moved", row.why) },
  { label: say("who"), cell: (row) => row.who },
  { label: say("note"), isExtra: true, cell: (row) => row.note ?? say("none") },
];
