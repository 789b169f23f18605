import htmx from "htmx.org";

/**
 * One stream of changes a page (`<body data-stream="/alerts/stream">`). Each message becomes an event on the body,
 * on which htmx elements load themselves anew: `hx-trigger="keng:alerts from:body"`. Bursts are gathered.
 */
export function live(root: Document): void {
  const address = root.body.dataset["stream"];
  if (!address) return;
  const show = (state: string): void => {
    for (const lamp of root.querySelectorAll<HTMLElement>(".live")) {
      lamp.dataset["state"] = state;
      const words = lamp.querySelector("[data-words]");
      if (words) words.textContent = lamp.dataset[state] ?? "";
    }
  };
  const waiting = new Set<string>();
  const gather = (name: string): void => {
    if (waiting.has(name)) return;
    waiting.add(name);
    window.setTimeout(() => {
      waiting.delete(name);
      htmx.trigger(root.body, name, {});
    }, 400);
  };
  const source = new EventSource(address);
  source.onopen = () => show("on");
  source.onerror = () => show("off");
  source.addEventListener("alerts", () => gather("keng:alerts"));
  source.addEventListener("pulse", () => gather("keng:pulse"));
  window.addEventListener("pagehide", () => source.close());
}
