/* Texts on a map: the longest for which there is room, and never one on top of another. */
(function () {
  const MARGIN = 3;
  const SIDE = 64;
  const RINGS = [14, 22, 30, 40, 52, 66, 82, 100, 120, 145, 175, 210, 250];
  const TURNS = 24;
  // How far a text may reach beyond the largest circle inside its area: on a screen its ground shines through, on paper not.
  const ROOM = { screen: [3.8, 3.2], paper: [2, 1.9] };
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

  /* A number stands in a disc of its own or, framed, in the first line. */
  function measure(lines, item, type) {
    const wide = Math.max(...lines.map((text) => width(text, type.font)));
    if (item.number) { return { lines: lines, width: Math.max(type.size * 1.5, wide + type.size * 0.7), height: type.size * 1.5 }; }
    return { lines: lines, width: wide + (item.framed ? type.size * 0.5 : 0), height: type.size * 1.25 * lines.length };
  }

  function boxAt(label, at) {
    return {
      left: at.x - label.width / 2 - MARGIN, right: at.x + label.width / 2 + MARGIN,
      top: at.y - label.height / 2 - MARGIN, bottom: at.y + label.height / 2 + MARGIN,
    };
  }

  /* Where texts stand already, in squares, so that only the near ones are compared. */
  function grid() {
    const squares = new Map();
    function each(box, see) {
      for (let x = Math.floor(box.left / SIDE); x <= Math.floor(box.right / SIDE); x += 1) {
        for (let y = Math.floor(box.top / SIDE); y <= Math.floor(box.bottom / SIDE); y += 1) {
          if (see(x + ":" + y)) { return true; }
        }
      }
      return false;
    }
    return {
      free: (box) => !each(box, (key) => (squares.get(key) || []).some((other) =>
        box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom)),
      take: (box) => each(box, function (key) {
        if (!squares.has(key)) { squares.set(key, []); }
        squares.get(key).push(box);
        return false;
      }),
    };
  }

  function put(pane, label, item, at, moved) {
    const element = KG.make("div", { class: (item.number ? "kg-number " : "kg-label ") + (item.className || "") + (moved ? " kg-label-moved" : ""), "aria-hidden": "true" });
    label.lines.forEach((text, line) => { element.append(KG.make("span", item.framed && line === 0 ? { class: "kg-label-no" } : {}, text)); });
    element.style.left = (at.x - label.width / 2).toFixed(1) + "px";
    element.style.top = (at.y - label.height / 2).toFixed(1) + "px";
    element.style.width = Math.ceil(label.width) + "px";
    pane.append(element);
  }

  function lead(pane, from, to) {
    const line = KG.make("div", { class: "kg-leader" });
    line.style.left = from.x + "px";
    line.style.top = from.y + "px";
    line.style.width = Math.hypot(to.x - from.x, to.y - from.y) + "px";
    line.style.transform = "rotate(" + Math.atan2(to.y - from.y, to.x - from.x) + "rad)";
    pane.prepend(line);
  }

  /* What must be there and does not fit stands beside its area, with a line to it. */
  function putBeside(pane, label, item, centre, taken) {
    for (const radius of [0, ...RINGS]) {
      for (let turn = 0; turn < (radius ? TURNS : 1); turn += 1) {
        const angle = (2 * Math.PI * turn) / TURNS;
        const at = { x: centre.x + radius * Math.cos(angle), y: centre.y + radius * Math.sin(angle) };
        const box = boxAt(label, at);
        if (taken.free(box)) {
          taken.take(box);
          if (radius) { lead(pane, centre, at); }
          put(pane, label, item, at, radius > 0);
          return;
        }
      }
    }
    put(pane, label, item, centre, false);
  }

  /* In the middle or, where a number stands there, below or above it. */
  function putInside(pane, label, item, centre, radius, type, taken) {
    const [wide, high] = type.room;
    if (label.width > radius * wide || label.height > radius * high) { return false; }
    const beside = type.size * 0.75 + label.height / 2 + 2 * MARGIN + 1;
    for (const down of beside + label.height / 2 < radius * 1.4 ? [0, beside, -beside] : [0]) {
      const at = { x: centre.x, y: centre.y + down };
      if (taken.free(boxAt(label, at))) {
        taken.take(boxAt(label, at));
        put(pane, label, item, at, false);
        return true;
      }
    }
    return false;
  }

  /* What stands over the map already: buttons, the scale, the north arrow, its heading. */
  function standing(map) {
    const container = map.getContainer();
    const origin = container.getBoundingClientRect();
    const found = container.parentNode.querySelectorAll(".leaflet-control, .kg-north, .kg-side-name");
    return [...found].map((element) => element.getBoundingClientRect()).filter((one) => one.width).map(function (one) {
      const from = map.containerPointToLayerPoint([one.left - origin.left, one.top - origin.top]);
      return { left: from.x, top: from.y, right: from.x + one.width, bottom: from.y + one.height };
    });
  }

  function place(map, pane, item, type, taken) {
    const centre = map.latLngToLayerPoint([item.spot[0], item.spot[1]]);
    const radius = item.spot[2] * pixelsPerMetre(item.spot[0], map.getZoom());
    const tiers = item.number ? [[item.number]] : item.tiers;
    for (const lines of tiers) {
      const label = measure(lines, item, type);
      if (item.mustStand && lines === tiers[tiers.length - 1]) { putBeside(pane, label, item, centre, taken); return; }
      if (putInside(pane, label, item, centre, radius, type, taken)) { return; }
    }
  }

  /* Items, the most important first: a spot [lat, lng, radius in metres], and a number or tiers of lines; mustStand: never left out. */
  KG.placeTexts = function (map, items, paper) {
    const pane = map.getPane("labels");
    pane.replaceChildren();
    const style = getComputedStyle(pane);
    const size = parseFloat(style.fontSize);
    const type = { size: size, font: "700 " + size + "px " + style.fontFamily, room: paper ? ROOM.paper : ROOM.screen };
    const taken = grid();
    standing(map).forEach(taken.take);
    items.forEach((item) => { place(map, pane, item, type, taken); });
  };
})();
