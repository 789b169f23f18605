/** A region that scrolls sideways can be reached and scrolled by keyboard; one that does not is no stop on the way. */
export function scrollers(root: ParentNode): void {
  for (const region of root.querySelectorAll<HTMLElement>(".scroll, .raw")) {
    if (region.scrollWidth > region.clientWidth || region.scrollHeight > region.clientHeight) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
    const row = region.querySelector<HTMLElement>("tr[aria-current]");
    if (row && region.scrollTop === 0) region.scrollTop = row.offsetTop - region.clientHeight / 2;
  }
}
