/** Which columns of a table are shown, and which of its rows are chosen: TanStack Table, with these two features alone. */
import {
  columnVisibilityFeature,
  constructTable,
  rowSelectionFeature,
  type Table,
  tableFeatures,
} from "@tanstack/table-core";
import { storeReactivityBindings } from "@tanstack/table-core/store-reactivity-bindings";

const features = tableFeatures({
  coreReactivityFeature: storeReactivityBindings(),
  columnVisibilityFeature,
  rowSelectionFeature,
});

/** What of a column the model knows. */
interface ModelColumn {
  readonly label: string;
  /** Not shown until somebody asks for it. */
  readonly isExtra?: boolean;
}

interface ModelRow {
  readonly key: string;
  readonly value: unknown;
}

export class TableModel<Column extends ModelColumn> {
  readonly #table: Table<typeof features, ModelRow>;
  #columns: readonly Column[] = [];
  #rows: readonly unknown[] | null = null;
  #page = { question: "", after: "" };
  /** What is chosen on other pages of the list, by its key. */
  readonly #elsewhere = new Map<string, unknown>();

  /** `changed` is called when what is shown or chosen has changed. */
  constructor(changed: () => void) {
    this.#table = constructTable<typeof features, ModelRow>({
      features,
      data: [],
      columns: [],
      getRowId: ({ key }) => key,
    });
    this.#table.store.subscribe(changed);
  }

  /**
   * `keyOf`: what names a row when the list is read again. On another page of one question what was chosen stays chosen; another
   * question forgets what it does not show.
   */
  show(
    columns: readonly Column[],
    rows: readonly unknown[] | null,
    keyOf: (row: unknown, at: number) => string,
    page: { readonly question: string; readonly after: string } = this.#page,
  ): void {
    if (columns === this.#columns && rows === this.#rows) return;
    if (page.question !== this.#page.question) this.#elsewhere.clear();
    else if (page.after !== this.#page.after) {
      for (const { id, original } of this.#table.getSelectedRowModel().rows) this.#elsewhere.set(id, original.value);
    }
    const data = (rows ?? []).map((value, at) => ({ key: keyOf(value, at), value }));
    for (const { key } of data) this.#elsewhere.delete(key);
    this.#page = page;
    this.#columns = columns;
    this.#rows = rows;
    this.#table.setOptions((old) => ({ ...old, columns: columns.map((_, at) => ({ id: String(at) })), data }));
  }

  get visibleColumns(): readonly Column[] {
    return this.#table.getVisibleLeafColumns().map(({ id }) => this.#columns[Number(id)] as Column);
  }

  isVisible(column: Column): boolean {
    return this.#table.getColumn(String(this.#columns.indexOf(column)))?.getIsVisible() ?? true;
  }

  /** Hides every column with one of these labels, and shows the others. The first column names the row: it always stays. */
  hide(labels: ReadonlySet<string>): void {
    const isShown = ({ label }: Column, at: number) => at === 0 || !labels.has(label);
    this.#table.setColumnVisibility(
      Object.fromEntries(this.#columns.map((each, at) => [String(at), isShown(each, at)])),
    );
  }

  /** On every page. */
  get chosenRows(): readonly unknown[] {
    return [
      ...this.#elsewhere.values(),
      ...this.#table.getSelectedRowModel().rows.map(({ original }) => original.value),
    ];
  }

  isChosen(key: string): boolean {
    return this.#table.getRow(key).getIsSelected();
  }

  get isEveryRowChosen(): boolean {
    return this.#table.getIsAllRowsSelected();
  }

  choose(key: string, isChosen = !this.isChosen(key)): void {
    this.#table.getRow(key).toggleSelected(isChosen);
  }

  /** All rows of the page. */
  chooseAll(isChosen: boolean): void {
    this.#table.toggleAllRowsSelected(isChosen);
  }

  /** No row is chosen any more, on no page. */
  clear(): void {
    this.#elsewhere.clear();
    this.#table.resetRowSelection(true);
  }
}
