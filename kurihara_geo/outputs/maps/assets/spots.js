/* Texts on a map, longest first where there is room, and never on top of each other. */
(function () {
  const MARGIN = 3;
  const widths = new Map();
  const canvas = document.createElement("canvas").getContext("2d");

  function width(text, font) {
    const key = font + "|" + text;
    if (!widths.has(key)) {
      canvas.font = font;
      widths.set(key, canvas.measureText(text).width);
    }
    return widths.get(key);
  }

  function pixelsPerMetre(lat, zoom) {
    return (256 * Math.pow(2, zoom)) / (40075016.686 * Math.cos((lat * Math.PI) / 180));
  }

  function box(x, y, w, h) {
    return { left: x - w / 2 - MARGIN, right: x + w / 2 + MARGIN, top: y - h / 2 - MARGIN, bottom: y + h / 2 + MARGIN };
  }

  function free(one, taken) {
    return !taken.some((other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom);
  }

  function put(pane, lines, className, x, y, w) {
    const element = KG.make("div", { class: className, "aria-hidden": "true" });
    lines.forEach((text) => element.append(KG.make("span", {}, text)));
    element.style.left = Math.round(x - w / 2) + "px";
    element.style.top = Math.round(y) + "px";
    element.style.width = Math.ceil(w) + "px";
    pane.append(element);
  }

  /* A number in a disc; where another one stands already, beside it, or, if it may be left out, not at all. */
  function putNumber(map, pane, item, size, font, taken) {
    const centre = map.latLngToLayerPoint([item.spot[0], item.spot[1]]);
    const radius = item.spot[2] * pixelsPerMetre(item.spot[0], map.getZoom());
    const w = Math.max(size * 1.5, width(item.number, font) + size * 0.7);
    const h = size * 1.5;
    const beside = [[0, -h], [0, h], [-w, 0], [w, 0], [-w, -h], [w, h], [w, -h], [-w, h]];
    const places = item.mayBeLeftOut ? (w > radius * 2.4 ? [] : [[0, 0]]) : [[0, 0], ...beside, [0, 0]];
    const found = places.find(([dx, dy], number) => number === places.length - 1 && number > 0 || free(box(centre.x + dx, centre.y + dy, w - 4, h - 4), taken));
    if (!found) { return; }
    const [x, y] = [centre.x + found[0], centre.y + found[1]];
    taken.push(box(x, y, w - 4, h - 4));
    put(pane, [item.number], "kg-number " + (item.className || ""), x, y - h / 2, w);
  }

  /* In the middle, or where a number stands there, below or above it. */
  function putText(map, pane, item, size, font, taken) {
    const centre = map.latLngToLayerPoint([item.spot[0], item.spot[1]]);
    const radius = item.spot[2] * pixelsPerMetre(item.spot[0], map.getZoom());
    for (const lines of item.tiers) {
      const w = Math.max(...lines.map((text) => width(text, font)));
      const h = size * 1.25 * lines.length;
      const beside = size * 0.75 + h / 2 + 2 * MARGIN + 1;
      if (w > radius * 2.7 || h > radius * 2.1) { continue; }
      for (const dy of beside + h / 2 < radius * 1.4 ? [0, beside, -beside] : [0]) {
        const place = box(centre.x, centre.y + dy, w, h);
        if (free(place, taken)) {
          taken.push(place);
          put(pane, lines, "kg-label " + (item.className || ""), centre.x, centre.y + dy - h / 2, w);
          return;
        }
      }
    }
  }

  /* Items: spot, and either a number or tiers of lines; in the order of their importance. */
  KG.placeTexts = function (map, items) {
    const pane = map.getPane("labels");
    pane.replaceChildren();
    const style = getComputedStyle(pane);
    const size = parseFloat(style.fontSize);
    const font = "700 " + size + "px " + style.fontFamily;
    const taken = [];
    for (const item of items) {
      if (item.number) { putNumber(map, pane, item, size, font, taken); } else { putText(map, pane, item, size, font, taken); }
    }
  };
})();
