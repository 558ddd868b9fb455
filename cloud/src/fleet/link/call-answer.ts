export type CallAnswer =
  | { readonly result: unknown }
  | {
      readonly code: `${string}/${string}`;
      readonly message: string;
      readonly retry: "later" | "never";
      readonly hint?: string;
    };
