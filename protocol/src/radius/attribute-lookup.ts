/** Finds the table's rows by type and vendor, and the lengths that values must have. */
import { type AttributeName, type AttributeRow, attributes } from "./attributes.ts";

const standardRows = new Array<AttributeName | undefined>(256).fill(undefined);
const vendorRows = new Map<number, (AttributeName | undefined)[]>();
for (const [name, row] of Object.entries(attributes) as [AttributeName, AttributeRow][]) {
  let rows = standardRows;
  if (row.vendor !== undefined) {
    rows = vendorRows.get(row.vendor) ?? new Array<AttributeName | undefined>(256).fill(undefined);
    vendorRows.set(row.vendor, rows);
  }
  rows[row.type] = name;
}

/** The name of an attribute, undefined when the table does not have it. */
export function attributeName(type: number, vendor?: number): AttributeName | undefined {
  return vendor === undefined ? standardRows[type] : vendorRows.get(vendor)?.[type];
}

export function knowsVendor(vendor: number): boolean {
  return vendorRows.has(vendor);
}

/** The only length that a value may have, or 0 when its kind leaves that open. */
export function exactOctets(row: AttributeRow): number {
  if (row.octets !== undefined) return row.octets;
  switch (row.kind) {
    case "u32":
    case "address":
    case "time":
      return 4;
    case "interface6":
      return 8;
    case "address6":
      return 16;
    default:
      return 0;
  }
}

/** `exactOctets` of the standard attributes by type: what the check of each packet looks up. */
export const standardOctets: Uint8Array = Uint8Array.from(standardRows, (name) =>
  name === undefined ? 0 : exactOctets(attributes[name]),
);
