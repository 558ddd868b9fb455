/** For tests beside the hub that need modules. One whose subject is a module stands in the module's folder. */
import { moduleNames } from "./choose-modules.ts";

/** Whether one of them was deleted from the house: `test.skipIf(lacksModules("venues"))`. */
export const lacksModules = (...names: readonly string[]): boolean =>
  names.some((name) => !(moduleNames as readonly string[]).includes(name));
