/**
 * Stands in for KRA's eTIMS server as its OSCU specification describes it: devices, items, sales, all in bytes. It counts the invoices of a taxpayer and
 * refuses another number than the next, it knows no item that it was not told of, and it answers a sale once: what is lost can't be asked for.
 */
import { readJsonObject } from "@karibu/protocol/foreign-json";
import type { HttpRequest } from "../http/http-request.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface EtimsSold {
  readonly tin: string;
  readonly invcNo: number;
  readonly body: Fields;
}

export interface SimulatedEtims {
  request(request: HttpRequest): Promise<{ status: number; body: string }>;
  /** What was accepted, in order. */
  sold(): readonly EtimsSold[];
  items(): readonly Fields[];
  asked(path: string): number;
  /** The next so many calls of this path are not answered: before they did anything, or after. */
  fail(path: string, times: number, when: "before" | "after"): void;
  /** The next call of this path is answered so. */
  answerWith(path: string, code: string, words: string): void;
  /** Another system of the taxpayer's has told so many sales. */
  elsewhere(tin: string, count: number): void;
}

export const etimsSerial = "dvc999993204";
const succeeded = { resultCd: "000", resultMsg: "It is succeeded", resultDt: "20261126143124" };

export function createSimulatedEtims(): SimulatedEtims {
  const keys = new Map<string, string>();
  const items = new Map<string, Fields>();
  const counts = new Map<string, number>();
  const sold: EtimsSold[] = [];
  const asked = new Map<string, number>();
  const failing = new Map<string, { times: number; when: "before" | "after" }>();
  const scripted = new Map<string, { code: string; words: string }>();
  const answer = (fields: object) => ({ status: 200, body: JSON.stringify(fields) });
  const refuse = (resultCd: string, resultMsg: string) => answer({ ...succeeded, resultCd, resultMsg, data: null });

  function openDevice({ tin, bhfId, dvcSrlNo }: Fields) {
    const name = `${tin}/${bhfId}`;
    if (!/^[A-Z]\d{9}[A-Z]$/.test(String(tin)) || !/^\d{2}$/.test(String(bhfId)))
      return refuse("910", "Request parameter error");
    if (dvcSrlNo !== etimsSerial) return refuse("901", "It is not valid device");
    if (keys.has(name)) return refuse("902", "This device is installed");
    const cmcKey = `key-of-${name}`;
    keys.set(name, cmcKey);
    return answer({
      ...succeeded,
      data: { info: { tin, bhfId, sdcId: "KRACU0100000001", mrcNo: "WIS01000150", cmcKey } },
    });
  }

  const itemName = (tin: unknown, itemCd: unknown) => `${tin} ${itemCd}`;

  function saveItem(tin: string, body: Fields) {
    const wanted = [
      "itemClsCd",
      "itemTyCd",
      "itemNm",
      "orgnNatCd",
      "pkgUnitCd",
      "qtyUnitCd",
      "taxTyCd",
      "dftPrc",
      "isrcAplcbYn",
      "useYn",
      "regrId",
      "modrNm",
    ];
    if (wanted.some((name) => body[name] === undefined || body[name] === ""))
      return refuse("910", "Request parameter error");
    if (!/^KE3NTXU\d{7}$/.test(String(body.itemCd))) return refuse("910", "Request parameter error: itemCd");
    items.set(itemName(tin, body.itemCd), body);
    return answer({ ...succeeded, data: null });
  }

  function saveSale(tin: string, body: Fields) {
    const next = (counts.get(tin) ?? 0) + 1;
    const number = Number(body.invcNo);
    if (sold.some((one) => one.tin === tin && one.invcNo === number))
      return refuse("994", "There is an overlapped Data");
    if (number !== next) return refuse("910", `Invc No: ${number} is invalid, use the expected value: ${next}`);
    const wrong = faultOf(tin, body);
    if (wrong !== null) return refuse("910", `Request parameter error: ${wrong}`);
    counts.set(tin, next);
    sold.push({ tin, invcNo: number, body });
    const rcptSign = `SIM${String(number).padStart(13, "0")}`;
    const data = {
      curRcptNo: number,
      totRcptNo: next,
      intrlData: "EAHSAV6ECUUXSY6PCCJYAUP6MI",
      rcptSign,
      sdcDateTime: "20261126143124",
    };
    return answer({ ...succeeded, data });
  }

  function faultOf(tin: string, body: Fields): string | null {
    const wanted = [
      "tin",
      "bhfId",
      "trdInvcNo",
      "custNm",
      "rcptTyCd",
      "salesSttsCd",
      "prchrAcptcYn",
      "regrId",
      "regrNm",
      "modrId",
      "modrNm",
    ];
    const missing = wanted.find((name) => body[name] === undefined || body[name] === null || body[name] === "");
    if (missing !== undefined) return missing;
    if (!/^\d{14}$/.test(String(body.cfmDt)) || !/^\d{8}$/.test(String(body.salesDt))) return "a date";
    if (!/^\d{14}$/.test(String((body.receipt as Fields | undefined)?.rcptPbctDt))) return "rcptPbctDt";
    const original = Number(body.orgInvcNo);
    const isKnown = sold.some((one) => one.tin === tin && one.invcNo === original && one.body.rcptTyCd === "S");
    if (body.rcptTyCd === "S" ? original !== 0 : !isKnown) return "orgInvcNo";
    const lines = body.itemList as readonly Fields[];
    if (lines.some((line) => !items.has(itemName(tin, line.itemCd)))) return "itemCd is not registered";
    const cents = (amount: unknown) => Math.round(Number(amount) * 100);
    if (lines.reduce((sum, line) => sum + cents(line.totAmt), 0) !== cents(body.totAmt)) return "totAmt";
    const bands = ["A", "B", "C", "D", "E"].reduce(
      (sum, type) => sum + cents(body[`taxblAmt${type}`]) + cents(body[`taxAmt${type}`]),
      0,
    );
    return bands === cents(body.totAmt) ? null : "the bands do not add up";
  }

  function handle(path: string, headers: HttpRequest["headers"], body: Fields) {
    if (path === "selectInitOsdcInfo") return openDevice(body);
    const { tin = "", bhfId = "", cmcKey } = headers as Readonly<Record<string, string>>;
    if (cmcKey === undefined) return refuse("900", "There is no Header information");
    if (keys.get(`${tin}/${bhfId}`) !== cmcKey) return refuse("901", "It is not valid device");
    if (path === "saveItem") return saveItem(tin, body);
    return path === "saveTrnsSalesOsdc" ? saveSale(tin, body) : { status: 404, body: "<html>Not found</html>" };
  }

  return {
    async request({ url, headers, body = "" }) {
      const path = new URL(url).pathname.split("/").at(-1) ?? "";
      asked.set(path, (asked.get(path) ?? 0) + 1);
      const fault = failing.get(path);
      const isFailing = fault !== undefined && fault.times > 0;
      if (isFailing) fault.times--;
      if (isFailing && fault.when === "before") throw new Error("the line was cut before it was heard");
      const script = scripted.get(path);
      scripted.delete(path);
      if (script !== undefined) return refuse(script.code, script.words);
      const said = handle(path, headers, readJsonObject(body) ?? {});
      if (isFailing) throw new Error("the line was cut before the answer came");
      return said;
    },
    sold: () => sold,
    items: () => [...items.values()],
    asked: (path) => asked.get(path) ?? 0,
    fail: (path, times, when) => void failing.set(path, { times, when }),
    answerWith: (path, code, words) => void scripted.set(path, { code, words }),
    elsewhere: (tin, count) => void counts.set(tin, (counts.get(tin) ?? 0) + count),
  };
}
