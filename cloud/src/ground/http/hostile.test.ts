/** Every route under a drawn hostile request, and all those that are always sent. Many more: `hostile.long.test.ts`. */
import { testHostileRequests } from "./test-hostile-requests.ts";

testHostileRequests(1);
