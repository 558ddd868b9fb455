/** How large a workbook may be. Statements have some ten columns, and at most 50,000 rows. */
export interface WorkbookLimits {
  readonly unpackedBytesMax: number;
  readonly rowsMax: number;
  readonly columnsMax: number;
  /** Of all sheets. */
  readonly cellsMax: number;
}

export const workbookLimits: WorkbookLimits = {
  unpackedBytesMax: 48 * 1024 * 1024,
  rowsMax: 60_000,
  columnsMax: 256,
  cellsMax: 1_000_000,
};
