/**
 * Tells documents to Kenya's eTIMS through an online sales control unit (OSCU): a device of the taxpayer's branch, with a key that KRA gives once.
 * What stands in `docs/payments.md` under tax authorities was read in KRA's documents and public projects; no live device has been seen.
 *
 * An answer that was lost can't be read again. So a document keeps its number until it is answered, and where KRA then says that it has that number, a
 * person looks into KRA's portal and types the reply: told again under a new number, the sale would be declared twice.
 */
import { readJsonObject } from "@karibu/protocol/foreign-json";
import type { HttpAnswer, HttpCall } from "../../ground/http-client/http-call.ts";
import { etimsItem, etimsSale } from "./etims-message.ts";
import type {
  DeviceOpened,
  DeviceOrder,
  FiscalDocument,
  FiscalOutcome,
  TaxAdapter,
  ToldBy,
} from "./fiscal-contract.ts";

type Environment = DeviceOrder["environment"];

/** @see "KRA eTIMS OSCU specification", technical information: API servers of production and test */
const servers: Readonly<Record<Environment, string>> = {
  sandbox: "https://etims-api-sbx.kra.go.ke/etims-api",
  production: "https://etims-api.kra.go.ke/etims-api",
};
/** Where anybody looks up a receipt: the PIN, the branch and the signature, without signs between. */
const lookUps: Readonly<Record<Environment, string>> = {
  sandbox: "https://etims-sbx.kra.go.ke/common/link/etims/receipt/indexEtimsReceiptData?Data=",
  production: "https://etims.kra.go.ke/common/link/etims/receipt/indexEtimsReceiptData?Data=",
};
const timeoutMs = 30_000;
const succeeded = "000";
/** "There is an overlapped data." */
const overlapped = "994";
/** It will say so again, whatever we wait for. @see "KRA eTIMS OSCU specification", API response codes */
const final = new Set(["910", "911", "912", "921"]);
/** It took nothing. 999, "an unknown error", is not among them: nobody knows what was done before it. */
const untaken = new Set(["900", "901", "902", "903", "922", "990", "991", "992", "993", "995"]);
/** KRA counts the invoices of a PIN, and names the number that it wants. */
const expected = /use the expected value:\s*(\d{1,15})\b/i;

interface EtimsAnswer {
  readonly code: string;
  /** The code and KRA's words, for people. */
  readonly said: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** @param baseUrl of a simulator; null: KRA's own servers */
export function createEtimsAdapter({
  http,
  baseUrl,
}: {
  readonly http: HttpCall;
  readonly baseUrl: string | null;
}): Required<TaxAdapter> {
  /** Null: no answer that can be read. */
  async function call(
    environment: Environment,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: object,
  ): Promise<EtimsAnswer | null> {
    const answer = await http({
      method: "POST",
      url: `${baseUrl ?? servers[environment]}/${path}`,
      headers: { accept: "application/json", "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      timeoutMs,
    }).catch((): HttpAnswer => ({ status: 0, body: "" }));
    return readAnswer(answer);
  }

  /** Undefined: all of them are known. */
  async function tellItems(
    document: FiscalDocument,
    { device, items }: ToldBy,
    itemsTold: string[],
  ): Promise<FiscalOutcome | undefined> {
    for (const line of document.lines) {
      const item = items.get(line.itemCode);
      if (item === undefined || item.isKnown || itemsTold.includes(line.itemCode)) continue;
      const body = etimsItem(line, item.number, document.seller.vatRegistered !== false);
      const answer = await call(device.environment, "saveItem", headersOf(device), body);
      // The sale itself was not sent.
      if (answer === null) return { kind: "later", why: "eTIMS does not answer", isUnsent: true, itemsTold };
      if (answer.code !== succeeded && answer.code !== overlapped)
        return { ...refusalOf(answer, true), answer: answer.body, itemsTold };
      itemsTold.push(line.itemCode);
    }
    return undefined;
  }

  return {
    async openDevice({ taxPin, branch, environment, serial }): Promise<DeviceOpened> {
      const order = { tin: taxPin, bhfId: branch, dvcSrlNo: serial };
      const answer = await call(environment, "selectInitOsdcInfo", {}, order);
      if (answer === null) return { kind: "later", why: "eTIMS does not answer" };
      const { cmcKey, sdcId } = (answer.data.info ?? {}) as Readonly<Record<string, unknown>>;
      if (answer.code !== succeeded) return { kind: "refused", why: answer.said };
      if (typeof cmcKey !== "string" || cmcKey === "" || typeof sdcId !== "string" || sdcId === "")
        return { kind: "refused", why: "eTIMS answered without a key" };
      return { kind: "opened", key: cmcKey, controlUnit: sdcId };
    },
    async submit(document, told): Promise<FiscalOutcome> {
      if (told === null) return { kind: "later", why: "there is no device" };
      const { device } = told;
      const itemsTold: string[] = [];
      const stopped = await tellItems(document, told, itemsTold);
      if (stopped !== undefined) return stopped;
      const sale = etimsSale(document, told);
      const answer = await call(device.environment, "saveTrnsSalesOsdc", headersOf(device), sale);
      if (answer === null) return { kind: "later", why: "eTIMS does not answer", itemsTold };
      return { ...outcomeOf(answer, told), answer: answer.body, itemsTold };
    },
  };
}

const headersOf = ({ taxPin: tin, branch: bhfId, key: cmcKey }: ToldBy["device"]) => ({ tin, bhfId, cmcKey });

/** Null: a gateway's page, a broken connection: nobody knows what became of it. */
function readAnswer({ status, body }: HttpAnswer): EtimsAnswer | null {
  const fields = status === 0 ? null : readJsonObject(body);
  const { resultCd: code, resultMsg: words, data } = fields ?? {};
  if (typeof code !== "string") return null;
  const said = typeof words === "string" && words !== "" ? `${code}: ${words}` : code;
  const isObject = typeof data === "object" && data !== null;
  return { code, said, data: isObject ? (data as EtimsAnswer["data"]) : {}, body };
}

const refusalOf = ({ code, said }: EtimsAnswer, isUnsent: boolean): FiscalOutcome =>
  final.has(code) ? { kind: "refused", reason: said } : { kind: "later", why: said, isUnsent };

function outcomeOf(answer: EtimsAnswer, { device, number, isAgain }: ToldBy): FiscalOutcome {
  const { code, said, data } = answer;
  const taken = (why: string): FiscalOutcome => ({ kind: "refused", reason: why, isTaken: true });
  if (code === succeeded) {
    const { curRcptNo, rcptSign } = data;
    const count = typeof curRcptNo === "number" || typeof curRcptNo === "string" ? String(curRcptNo) : "";
    if (count === "" || typeof rcptSign !== "string" || rcptSign === "")
      return taken("eTIMS took it, and answered without a receipt: type what KRA's portal shows");
    return {
      kind: "accepted",
      reply: {
        controlUnit: device.controlUnit,
        fiscalNumber: `${device.controlUnit}/${count}`,
        signature: rcptSign,
        qrText: `${lookUps[device.environment]}${device.taxPin}${device.branch}${rcptSign}`,
      },
    };
  }
  const hasIt = `${said}. eTIMS has number ${number} already: look into KRA's portal, and type the reply`;
  // Never told before, so what KRA has under that number is another sale: of another system, or of this hub before it was restored.
  if (code === overlapped) return isAgain ? taken(hasIt) : { kind: "later", why: said, expects: number + 1 };
  const wanted = Number(expected.exec(said)?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(wanted)) {
    // Told before without an answer, it may be what KRA has counted: nobody tells it twice.
    return { ...(isAgain ? taken(hasIt) : ({ kind: "later", why: said } as const)), expects: wanted };
  }
  return refusalOf(answer, untaken.has(code));
}
