/** SHA-256 of a text. */
import { hash } from "node:crypto";

/** 32 bytes. */
export const sha256 = (text: string): Buffer => hash("sha256", text, "buffer");

/** 64 hex digits. */
export const sha256Hex = (text: string): string => hash("sha256", text, "hex");
