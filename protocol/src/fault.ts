/**
 * Something that should have worked did not. `code` is stable (`"journal/full"`), `hint` tells an operator what to do.
 * Outcomes the business expects (a wrong code, an unpaid purchase) are values, not Faults.
 */
export class Fault extends Error {
  readonly code: `${string}/${string}`;
  readonly advice: { readonly retry: "later" | "never"; readonly hint?: string };

  constructor(
    code: `${string}/${string}`,
    message: string,
    advice: { readonly retry: "later" | "never"; readonly hint?: string },
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = "Fault";
    this.code = code;
    this.advice = advice;
  }
}
