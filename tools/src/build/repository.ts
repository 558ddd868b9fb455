import { fileURLToPath } from "node:url";

/** The repository's root, with a closing slash: builds read from it and write to its `dist`. */
export const repositoryRoot = fileURLToPath(new URL("../../../", import.meta.url));
