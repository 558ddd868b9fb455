import type { Tx } from "../../ground/db/database.ts";

const districtsMax = 1000;

/** Where sites stand: each region with its districts. */
export async function readRegions(tx: Tx): Promise<{ region: string; districts: string[] }[]> {
  const rows = await tx
    .selectFrom("sites")
    .select(["region", "district"])
    .distinct()
    .where("deletedAtMs", "is", null)
    .where("region", "is not", null)
    .orderBy("region")
    .orderBy("district")
    .limit(districtsMax)
    .execute();
  return [...Map.groupBy(rows, ({ region }) => region ?? "")].map(([region, of]) => ({
    region,
    districts: of.flatMap(({ district }) => (district === null ? [] : [district])),
  }));
}
