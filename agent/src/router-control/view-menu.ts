/** One menu of a view, and which of its columns leave the router. */

export interface ViewMenu {
  readonly menu: string;
  readonly columns: readonly string[];
  /** False: this menu's print takes no `.proplist`, or loses rows by it (registration tables). */
  readonly hasProplist: boolean;
  /** Read, and told in other words alone: never as it is. */
  readonly told?: {
    readonly columns: readonly string[];
    readonly tell: (row: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  };
  /** It is counted first, and with more rows it is as if it were not there: one that grows for years would fill the agent's memory. */
  readonly rowsMax?: number;
  /** Added to each of its rows. */
  readonly adds?: Readonly<Record<string, string>>;
}

export const menuOf = (menu: string, columns: string, hasProplist = true, told?: ViewMenu["told"]): ViewMenu => ({
  menu,
  columns: columns.split(" "),
  hasProplist,
  ...(told === undefined ? {} : { told }),
});
