"""The keyboard of somebody who has no other means, and sees at each stop where they are."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

# More stops than any page has on the way to something.
MOST = 200
LOOK = """
(wanted) => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const style = getComputedStyle(one);
  const [first] = one.getClientRects();
  const box = one.getBoundingClientRect();
  const x = (Math.max(first.left, 0) + Math.min(first.right, innerWidth)) / 2;
  const y = (Math.max(first.top, 0) + Math.min(first.bottom, innerHeight)) / 2;
  const on = document.elementFromPoint(x, y);
  return {
    what: `${location.pathname}: ${one.outerHTML.slice(0, 200)}`,
    isWanted: one === wanted,
    isSeen: one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && box.width >= 1 && box.height >= 1 && on !== null && (one.contains(on) || on.contains(one)),
    hasRing: style.outlineStyle !== "none"
      && parseFloat(style.outlineWidth) >= 2,
    isInOrder: one.tabIndex === 0,
    left: box.left, right: box.right, top: box.top + scrollY, bottom: box.bottom + scrollY,
  };
}
"""


@dataclass
class Keyboard:
    """A page on which nothing is done but by keys."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, wanted: Locator, back: bool = False) -> None:
        """Go from stop to stop, forwards or back, until something has the focus."""
        element, last = wanted.element_handle(), None
        for _ in range(MOST):
            self.press("Shift+Tab" if back else "Tab")
            stop = self.page.evaluate(LOOK, element)
            assert stop, f"The page ends after {last and last['what']}."
            assert stop["isSeen"], f"Not seen: {stop['what']}"
            assert stop["hasRing"], f"No ring: {stop['what']}"
            assert stop["isInOrder"], f"An order of its own: {stop['what']}"
            if last:
                ahead, behind = (last, stop) if back else (stop, last)
                assert _follows(ahead, behind), f"{last['what']} leads to {stop['what']}"
            if stop["isWanted"]:
                return
            last = stop
        raise AssertionError("It is never reached.")

    def enter(self, wanted: Locator, back: bool = False) -> None:
        self.to(wanted, back)
        self.press("Enter")

    def fill(self, wanted: Locator, text: str) -> None:
        self.to(wanted)
        self.page.keyboard.type(text)


def _follows(one: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a reader expects it behind the other: not above it, but in a column to the right."""
    return bool(one["bottom"] > before["top"] or one["left"] >= before["right"])
