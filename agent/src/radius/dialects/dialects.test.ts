/** Of all dialects: whose attributes each writes. What a client does with them, its own tests ask (`client-settings.test.ts`, `coa-client.test.ts`). */

import { bytes, kbps } from "@karibu/protocol/quantities";
import { type AttributeRow, attributes, vendors } from "@karibu/protocol/radius/attributes";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { describe, expect, test } from "vitest";
import { type RadiusDialectName, radiusDialectNames, radiusDialects } from "./dialects.ts";

/** The vendors in whose attributes it speaks, beside those of the RFCs. A dialect without a row does not compile: it would speak another one's. */
const speaks: Readonly<Record<RadiusDialectName, readonly (keyof typeof vendors)[]>> = {
  mikrotik: ["mikrotik"],
  wispr: ["wispr", "chilliSpot"],
};

function rowOf(attribute: Attribute): AttributeRow {
  if ("name" in attribute) return attributes[attribute.name];
  throw new Error(`${JSON.stringify(attribute)} has no row in the table of attributes`);
}

function writtenBy(name: RadiusDialectName): readonly AttributeRow[] {
  const { staffGroup, delegatedIpv6Pool, addressList, createLimits, speedChange } = radiusDialects[name];
  const rows: AttributeRow[] = [staffGroup, delegatedIpv6Pool, addressList].filter((row) => row !== null);
  const put = createLimits((row) => void rows.push(row));
  const speed = { downKbps: kbps(8000), upKbps: kbps(512), burst: null };
  for (const held of ["page", "slower", undefined] as const)
    for (const totalBytes of [null, bytes(5), bytes(5 * 2 ** 32)])
      put({ ...speed, totalBytes, ...(held === undefined ? {} : { held }) });
  for (const one of [speed, { ...speed, downKbps: null, upKbps: null }]) rows.push(...speedChange(one).map(rowOf));
  return rows;
}

describe.each(radiusDialectNames)("[RAD-18] %s", (name) => {
  test("writes the attributes of its own vendors, and no others", () => {
    const own = speaks[name].map((vendor) => vendors[vendor]);
    const written = new Set(writtenBy(name).flatMap(({ vendor }) => (vendor === undefined ? [] : [vendor])));
    expect([...written].sort()).toEqual([...own].sort());
  });

  test("limits speed and bytes where it can, and changes a speed in what it limits it with", () => {
    const put: AttributeRow[] = [];
    const limits = radiusDialects[name].createLimits((row) => void put.push(row));
    limits({ downKbps: kbps(8000), upKbps: kbps(512), burst: null, totalBytes: null });
    const changes = radiusDialects[name].speedChange({ downKbps: kbps(8000), upKbps: kbps(512), burst: null });
    expect(put.length).toBeGreaterThan(0);
    expect(changes.map(rowOf)).toEqual(put);
  });
});
