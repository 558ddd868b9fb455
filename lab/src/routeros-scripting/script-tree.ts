/** A parsed RouterOS script. */
export type Expression =
  | { readonly kind: "text"; readonly text: string; readonly bare: boolean }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "command"; readonly body: readonly Statement[] }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "operator"; readonly operator: string; readonly left: Expression; readonly right: Expression };

export type Statement =
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  /** A value that is code runs, with these arguments. */
  | { readonly kind: "value"; readonly of: Expression; readonly named: ReadonlyMap<string, Expression> }
  | {
      readonly kind: "command";
      readonly path: string;
      readonly positional: readonly Expression[];
      readonly named: ReadonlyMap<string, Expression | readonly Statement[]>;
      /** The condition after `where`. */
      readonly where: Expression | null;
    };
