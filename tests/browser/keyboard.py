"""Somebody who has no mouse: each stop of theirs is looked at."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

# Where the focus is: whether that is what was looked for, and what keeps it from being seen.
STOP = """
(target) => {
  const one = document.activeElement;
  if (!one || one === document.body) return { found: false, wrong: "the page has ended" };
  const box = one.getClientRects()[0] ?? new DOMRect();
  const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
  const [right, bottom] = [Math.min(box.right, innerWidth), Math.min(box.bottom, innerHeight)];
  const style = getComputedStyle(one);
  const wrong = [];
  if (right - left < 2 || bottom - top < 2) wrong.push("out of sight");
  else {
    const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (!one.contains(above)) wrong.push(`behind ${above?.outerHTML.slice(0, 90)}`);
  }
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  if (!outlined && style.boxShadow === "none") wrong.push("not marked");
  const said = wrong.length ? `${one.outerHTML.slice(0, 90)} is ${wrong.join(", ")}` : "";
  return { found: one === target, wrong: said };
}
"""
MOST_STOPS = 300


@dataclass(frozen=True)
class Keyboard:
    """The keys of a page, and no pointer."""

    page: Page

    def to(self, target: Locator, key: str = "Tab") -> Locator:
        """Go on until this has the focus, which must be seen wherever it stops.

        key: Tab, or Shift+Tab to go back.
        """
        handle = target.element_handle()
        # Going to the part of a page that its address names takes the focus away.
        self.page.wait_for_load_state()
        for _ in range(MOST_STOPS):
            self.press(key)
            stop = self.page.evaluate(STOP, handle)
            assert not stop["wrong"], f"{self.page.url}: {stop['wrong']}"
            if stop["found"]:
                return target
        raise AssertionError(f"{self.page.url}: {target} is not reached.")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def link(self, name: str, key: str = "Tab") -> None:
        """Follow a link."""
        self.to(self.page.get_by_role("link", name=name, exact=True), key)
        self.press("Enter")

    def button(self, name: str, key: str = "Tab") -> None:
        """Push a button."""
        self.to(self.page.get_by_role("button", name=name, exact=True), key)
        self.press("Enter")

    def title(self, name: str) -> None:
        """Wait for a page by its title."""
        self.page.get_by_role("heading", name=name, exact=True).wait_for()
