/** The languages of the portal, one line each: the build, the phones and the agent's pages find them here. Their shape: `language-file.ts`. */
export * as en from "./en.ts";
export * as fr from "./fr.ts";
export * as sw from "./sw.ts";
