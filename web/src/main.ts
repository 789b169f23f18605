import htmx from "htmx.org";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/components.css";
import "./styles/pages.css";
import "./styles/search.css";
import { brush } from "./islands/brush";
import { complete } from "./islands/complete";
import { copy } from "./islands/copy";
import { dialogs } from "./islands/dialogs";
import { live } from "./islands/live";
import { menus } from "./islands/menus";
import { queue } from "./islands/queue";
import { scrollers } from "./islands/scrollers";
import { times } from "./islands/times";

// Answers come from our own server, but log content flows through them: nothing in them is ever run.
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

document.documentElement.classList.remove("no-js");
for (const island of [menus, dialogs, copy, times, brush, scrollers, queue, live, complete]) island(document);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target instanceof Element) for (const island of [times, brush, scrollers]) island(event.target);
});
window.addEventListener("resize", () => scrollers(document));
// A rejected token or an ended session: say so by going to where the server sends people in that case.
document.addEventListener("htmx:responseError", (event) => {
  const status = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.status;
  if (status === 401) window.location.assign("/sign-in");
});
