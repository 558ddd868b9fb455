/** The menu, the bell and the account: they come together, when somebody is in. */
import "./account-menu.ts";
import "./alarm-bell.ts";
import "./main-menu.ts";
