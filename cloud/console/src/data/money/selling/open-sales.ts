/**
 * Sales whose answer was lost: the hub may have made them. Each keeps its key in this tab until an answer came, also when the form is closed, the
 * page is left or the browser loads it anew: a sale that is sent again with its key is not made twice. A key is good for a day.
 */
import type { Body } from "../../../hub/hub-path.ts";
import { isUndecided } from "../../../hub/idempotency-key.ts";
import { type SoldSeveral, sellSeveral } from "./sell-several.ts";

type SaleOrder = Body<"POST", "/api/v1/payments/purchase">;
export interface OpenSale {
  readonly key: string;
  readonly order: SaleOrder;
  readonly count: number;
  readonly atMs: number;
}

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;
interface OpenSales {
  list(): readonly OpenSale[];
  /**
   * Sells, and keeps the key for as long as nobody knows whether it was done. An order that is open already goes on with its own key, and for the price
   * that was told then. Throws what the hub refused.
   */
  sell(asked: { readonly order: SaleOrder; readonly count: number }, key: string): Promise<SoldSeveral>;
  /** Nobody wants to know it any more. */
  drop(key: string): void;
}

const dayMs = 86_400_000;
/** More than a seller has at once: the oldest goes. */
const openMax = 10;

/** @param userId of the seller: another one who logs in at this tab sees none of them */
export function openSalesOf(
  userId: string,
  { store, nowMs, sendAll = sellSeveral }: { store: Store; nowMs: () => number; sendAll?: typeof sellSeveral },
): OpenSales {
  const name = `open-sales/${userId}`;
  /** A store may be full or forbidden: then the page knows them for as long as it is open. */
  let kept: readonly OpenSale[] = read();
  function read(): readonly OpenSale[] {
    try {
      const all: unknown = JSON.parse(store.getItem(name) ?? "[]");
      return Array.isArray(all) ? all.filter(isOpenSale) : [];
    } catch {
      return [];
    }
  }
  function write(all: readonly OpenSale[]): void {
    kept = all.slice(-openMax);
    try {
      if (kept.length === 0) store.removeItem(name);
      else store.setItem(name, JSON.stringify(kept));
    } catch {
      // See above.
    }
  }
  const list = () => kept.filter(({ atMs }) => nowMs() - atMs < dayMs);
  const drop = (key: string) => write(kept.filter((one) => one.key !== key));
  return {
    list,
    drop,
    async sell(asked, key) {
      const sale = list().find((one) => isSame(one, asked)) ?? { ...asked, key, atMs: nowMs() };
      // Before it is sent: the browser may be closed while it waits.
      write([...kept.filter((one) => one.key !== sale.key), sale]);
      try {
        const sold = await sendAll(sale.order, { count: sale.count, key: sale.key, isUndecided });
        drop(sale.key);
        return sold;
      } catch (error) {
        if (!isUndecided(error)) drop(sale.key);
        throw error;
      }
    },
  };
}

/** Whatever it cost when it was asked for. */
function isSame(one: Pick<OpenSale, "order" | "count">, other: Pick<OpenSale, "order" | "count">): boolean {
  const shape = ({
    order: { expectsCents: _, expectsCurrency: __, ...order },
    count,
  }: Pick<OpenSale, "order" | "count">) =>
    JSON.stringify([Object.entries(order).sort(([a], [b]) => (a < b ? -1 : 1)), count]);
  return shape(one) === shape(other);
}

function isOpenSale(one: unknown): one is OpenSale {
  if (typeof one !== "object" || one === null) return false;
  const { key, order, count, atMs } = one as Partial<OpenSale>;
  return (
    typeof key === "string" &&
    typeof order === "object" &&
    order !== null &&
    typeof count === "number" &&
    typeof atMs === "number"
  );
}
