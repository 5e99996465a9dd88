// Two checks that need nothing from outside: everything that can be used has a name, every text has contrast (AA).
// Gives a list of sentences, empty if all is well.
() => {
  const faults = [];
  const visible = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && e.getClientRects().length;
  const called = (e) => e.localName + (e.id ? `#${e.id}` : e.className ? `.${e.className}` : "");

  for (const e of document.querySelectorAll("button, a[href], input, select, textarea, [role=log], nav, section")) {
    const named = e.getAttribute("aria-label") || e.labels?.[0]?.textContent.trim() || e.textContent.trim();
    if (visible(e) && !named) faults.push(`${called(e)} has no name`);
  }
  for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) faults.push(`${called(e)} has no alt`);

  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !visible(e) || e.closest("noscript, .unseen, .skip, option")) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(numbers(style.color)), light(ground(e))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (contrast < (large ? 3 : 4.5)) faults.push(`${called(e)} "${texts.currentNode.data.trim()}": contrast ${contrast.toFixed(2)}`);
  }
  return faults;
}
