/** A process of its own that prints how many bytes of live heap, and beside it, a voucher of the site file takes. Needs `--expose-gc`. */
import { liveBytes } from "../../store/test-live-bytes.ts";
import { parseSiteFile, type SiteFile } from "../site-file.ts";
import { grantIdOfCode } from "../site-file-grants.ts";
import { createFileVoucherIndex } from "./file-voucher-index.ts";

const count = 20_000;

function read(): { readonly site: SiteFile; readonly keyOf: (grantId: string) => string | undefined } {
  const codes = Array.from({ length: count }, (_, index) => String(10_000_000 + index * 4397));
  const file = { plans: [{ name: "day" }], vouchers: codes.map((code) => ({ code, plan: "day" })) };
  const parsed = parseSiteFile(JSON.stringify(file));
  if ("problem" in parsed) throw new Error(parsed.problem);
  const keyOf = createFileVoucherIndex(parsed.site.vouchers);
  if (keyOf(grantIdOfCode("10004397")) !== "10004397") throw new Error("a grant leads to no line");
  return { site: parsed.site, keyOf };
}

// Once without counting: what was compiled and kept for the first time is no voucher's.
read();
const before = await liveBytes();
const kept = read();
const bytesEach = ((await liveBytes()) - before) / kept.site.vouchers.size;
process.stdout.write(String(bytesEach));
