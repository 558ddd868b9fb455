/** The menu, the bell, the account and the band above: they come together, when somebody is in. */
import "./account-menu.ts";
import "./alarm-bell.ts";
import "./main-menu.ts";
import "./subscription-band.ts";
