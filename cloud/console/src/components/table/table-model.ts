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

  /** `keyOf`: what names a row when the list is read again. */
  show(columns: readonly Column[], rows: readonly unknown[] | null, keyOf: (row: unknown, at: number) => string): void {
    if (columns === this.#columns && rows === this.#rows) return;
    this.#columns = columns;
    this.#rows = rows;
    this.#table.setOptions((old) => ({
      ...old,
      columns: columns.map((_, at) => ({ id: String(at) })),
      data: (rows ?? []).map((value, at) => ({ key: keyOf(value, at), value })),
    }));
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

  get chosenKeys(): readonly string[] {
    return this.#table.getSelectedRowModel().rows.map(({ id }) => id);
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

  chooseAll(isChosen: boolean): void {
    this.#table.toggleAllRowsSelected(isChosen);
  }
}
