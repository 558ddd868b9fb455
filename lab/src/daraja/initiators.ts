/** The initiators of the simulated organisation: which are refused, and which calls they signed. */

/** A call with a later result. */
export interface SignedCall {
  readonly path: string;
  readonly initiator: string;
  /** The receipt that the call names; empty when it names none. */
  readonly receipt: string;
}

export interface Initiators {
  /** From now on all results of this initiator, or those about one receipt, carry the code. Null: they succeed again. */
  refuse(initiator: string, code: string | null, receipt?: string): void;
  /** Records the call. @returns the refusal for its result; null: the call is carried out */
  sign(path: string, fields: Readonly<Record<string, unknown>>): Refusal | null;
  /** Oldest first. */
  signed(): readonly SignedCall[];
}

interface Refusal {
  readonly ResultCode: string;
  readonly ResultDesc: string;
}

export const refusalWith = (code: string): Refusal => ({ ResultCode: code, ResultDesc: texts[code] ?? "Refused." });

/** M-Pesa's text for each code. */
const texts: Readonly<Record<string, string>> = {
  "1": "The balance is insufficient for the transaction.",
  "11": "The DebitParty is in an invalid state.",
  "21": "The initiator is not allowed to initiate this request.",
  "25": "Bad request parameter.",
  "2001": "The initiator information is invalid.",
  "2006": "Declined due to account rule.",
  "2028": "The request is not permitted according to product assignment.",
  "2040": "Credit Party customer type (Unregistered or Registered Customer) can't be supported by the service.",
  "8006": "The security credential is locked.",
};
const keptMax = 1000;

export function createInitiators(): Initiators {
  const refused = new Map<string, string>();
  const calls: SignedCall[] = [];
  return {
    refuse(initiator, code, receipt = "") {
      if (code === null) refused.delete(`${initiator}/${receipt}`);
      else refused.set(`${initiator}/${receipt}`, code);
    },
    sign(path, fields) {
      const initiator = String(fields.Initiator ?? fields.InitiatorName ?? "");
      const receipt = String(fields.TransactionID ?? "");
      calls.push({ path, initiator, receipt });
      if (calls.length > keptMax) calls.shift();
      const code = refused.get(`${initiator}/`) ?? refused.get(`${initiator}/${receipt}`);
      return code === undefined ? null : refusalWith(code);
    },
    signed: () => [...calls],
  };
}
