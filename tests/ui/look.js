// Looks at a page as a person would and names what is wrong with it.
(smallest) => {
  const faults = new Set();
  const body = document.body;
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width + 1) faults.add(`wide: the page has ${document.documentElement.scrollWidth} px of ${width}`);

  const rgb = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => { const [low, high] = [light(a), light(b)].sort((x, y) => x - y); return (high + 0.05) / (low + 0.05); };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  canvas.canvas.width = canvas.canvas.height = 40;
  const drawn = (text, family) => {
    canvas.clearRect(0, 0, 40, 40);
    canvas.font = `24px ${family}`;
    canvas.fillText(text, 4, 30);
    return canvas.getImageData(0, 0, 40, 40).data.join();
  };
  const absent = {};
  const known = new Map();

  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const element = node.parentElement;
    if (!text || ["SCRIPT", "STYLE"].includes(element.tagName.toUpperCase())) continue;
    const style = getComputedStyle(element);
    const picture = element.ownerSVGElement;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = picture ? element.getBoundingClientRect() : range.getBoundingClientRect();
    if (!box.width || style.visibility === "hidden") continue;
    const shown = text.slice(0, 30);

    const scale = picture ? Math.abs(element.getScreenCTM().a) || Math.abs(element.getScreenCTM().b) : 1;
    const size = parseFloat(style.fontSize) * scale;
    if (size < smallest - 0.05) faults.add(`small: ${size.toFixed(1)} px, ${shown}`);

    const colour = rgb(picture ? style.fill : style.color);
    const contrast = ratio(colour, ground(picture ? picture.parentElement : element));
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const onShape = picture && contrast < 1.5; // white on a coloured bar; the colours have a test of their own
    if (contrast < (large ? 3 : 4.5) && !onShape) faults.add(`contrast: ${contrast.toFixed(2)}, ${shown}`);

    if (!element.closest(".scroll") && (box.right > width + 1 || box.left < -1)) faults.add(`wide: ${shown}`);
    const family = style.fontFamily;
    for (const glyph of new Set(text)) {
      if (/\s/.test(glyph)) continue;
      const key = family + glyph;
      if (!known.has(key)) {
        absent[family] ??= drawn("\u{10fffd}", family);
        const image = drawn(glyph, family);
        known.set(key, image !== absent[family]);
      }
      if (!known.get(key)) faults.add(`glyph: U+${glyph.codePointAt(0).toString(16)} in ${shown}`);
    }
  }

  for (const picture of document.querySelectorAll("svg")) {
    const frame = picture.getBoundingClientRect();
    const texts = [...picture.querySelectorAll("text")].filter((t) => t.textContent.trim()).map((t) => [t, t.getBoundingClientRect()]);
    texts.forEach(([one, a], at) => {
      const name = one.textContent.trim().slice(0, 30);
      if (a.left < frame.left - 2 || a.right > frame.right + 2 || a.top < frame.top - 2 || a.bottom > frame.bottom + 2) faults.add(`wide: ${name} leaves its picture`);
      for (const [other, b] of texts.slice(at + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1.5 && down > 0.35 * Math.min(a.height, b.height)) faults.add(`overlap: ${name} and ${other.textContent.trim().slice(0, 30)}`);
      }
    });
  }
  for (const cell of document.querySelectorAll("section, .card, td, th")) {
    if (!cell.closest(".scroll") && cell.scrollWidth > cell.clientWidth + 2 && !cell.querySelector(".scroll")) faults.add(`wide: ${cell.tagName} ${cell.textContent.trim().slice(0, 30)}`);
  }
  return [...faults];
};
